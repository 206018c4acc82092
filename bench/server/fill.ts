import pg from 'pg';

/** Oldest units, which have bodies, for a first pull; between them and the newest lie stubs that are never read. */
const WITH_BODIES = 100;

/** Makes a database as large as a real one, from one unit that was published in the ordinary way. */
export async function fillUnits(databaseUrl: string, templateId: string, units: number): Promise<void> {
  await withClient(databaseUrl, async (client) => {
    await client.query('begin');
    await client.query(
      `insert into units (id, owner_id, is_global, version, content_hash, full_bytes, summary_bytes, updated_at)
       select md5('unit ' || n)::uuid, t.owner_id, true, 1, t.content_hash, t.full_bytes, t.summary_bytes,
              timestamptz '2024-01-01' + n * interval '10 milliseconds'
         from units t, generate_series(1, $2::int) n where t.id = $1`,
      [templateId, units],
    );
    await client.query(
      `insert into unit_versions (unit_id, version, full_document, summary_document, exercises, published_at)
       select md5('unit ' || n)::uuid, 1, replace(v.full_document, $1, md5('unit ' || n)::uuid::text),
              replace(v.summary_document, $1, md5('unit ' || n)::uuid::text), v.exercises, v.published_at
         from unit_versions v, generate_series(1, $2::int) n where v.unit_id = $1::uuid and v.version = 1`,
      [templateId, WITH_BODIES],
    );
    await client.query('commit');
    await client.query('vacuum analyze units');
  });
}

/** What each column of `events` is given, whichever of them the table has. Learners of 1,000 events each, from one device. */
const EVENT_COLUMNS: Readonly<Record<string, string>> = {
  user_id: `md5('learner ' || n / 1000)::uuid`,
  event_id: `md5('event ' || n)::uuid`,
  position: 'n % 1000 + 1',
  device_id: `md5('device ' || n / 1000)::uuid`,
  device_seq: 'n % 1000 + 1',
  session_id: `md5('session ' || n / 20)::uuid`,
  unit_id: `md5('unit ' || n % 5000)::uuid`,
  unit_version: '1',
  lesson_id: `md5('lesson ' || n % 5000)::uuid`,
  exercise_id: `md5('exercise ' || n % 50000)::uuid`,
  type: `'exercise_answered'`,
  payload: `'{"answer":{"text":"a hundred degrees"},"is_correct":true,"occurred_at":"2026-11-24T08:15:30.123456Z","time_spent_ms":2500}'`,
  marked_correct: 'true',
  exercise_count: '2',
  received_at: `timestamptz '2026-01-01' + n * interval '1 second'`,
};

export async function fillEvents(databaseUrl: string, events: number, say: (line: string) => void): Promise<void> {
  const STEP = 1_000_000;
  await withClient(databaseUrl, async (client) => {
    const { rows } = await client.query<{ name: string; needed: boolean; type: string }>(
      `select a.attname as name, a.attnotnull and not a.atthasdef as needed, format_type(a.atttypid, a.atttypmod) as type
         from pg_attribute a where a.attrelid = 'events'::regclass and a.attnum > 0 and not a.attisdropped`,
    );
    const unknown = rows.find(({ name, needed }) => needed && EVENT_COLUMNS[name] === undefined);
    if (unknown !== undefined) throw new Error(`the bench does not know how to fill events.${unknown.name}`);
    const columns = rows.filter(({ name }) => EVENT_COLUMNS[name] !== undefined);
    // Learners who never signed up: nothing but their number matters here.
    await client.query('set session_replication_role = replica');
    for (let from = 0; from < events; from += STEP) {
      await client.query(
        `insert into events (${columns.map(({ name }) => name).join(', ')})
         select ${columns.map(({ name, type }) => cast(EVENT_COLUMNS[name] ?? 'null', type)).join(', ')}
           from generate_series($1::bigint, $2::bigint) n`,
        [from, Math.min(from + STEP, events) - 1],
      );
      say(`${Math.min(from + STEP, events).toLocaleString('en')} events`);
    }
    await client.query('vacuum analyze events');
    // What the filling left to be written would be written while others are measured.
    await client.query('checkpoint');
  });
}

/** Bytes are told from text by the column's type alone. */
const cast = (expression: string, type: string): string =>
  type === 'bytea' ? `convert_to(${expression}, 'UTF8')` : `(${expression})::${type}`;

export async function withClient<T>(databaseUrl: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
