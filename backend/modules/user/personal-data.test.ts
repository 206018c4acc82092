import { randomUUID } from 'node:crypto';
import { PersonalExport } from '@haversack/contract';
import { Value } from 'typebox/value';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Caller, PASSWORD, startTestServer, type TestServer } from '../../test/app.ts';
import { expectStatus, itemsOf, makeEvent, makeUnit, publish, Replica, uploadAssets } from '../../test/factories.ts';

/** Tables that say nothing of anybody. Whoever adds a table names it here, or in the `PersonalData` of its module. */
const IMPERSONAL_TABLES = ['feed', 'schema_migrations', 'server_keys', 'object_uses', 'object_collection'];
/** Where rows of tables without a column of their own belong to the person whose id and e-mail are `$1`. */
const BY_ANOTHER_ROW: Readonly<Record<string, string>> = {
  verifications: 'identifier = any($1)',
  throttles: "key like any(array['account:%', 'pair:%', 'known:%']) and cardinality($1) = 2",
  unit_versions: 'unit_id in (select id from units where owner_id::text = any($1))',
  unit_parts: 'unit_id in (select id from units where owner_id::text = any($1))',
  unit_objects: 'unit_id in (select id from units where owner_id::text = any($1))',
};
const NAMES_A_PERSON = /user|owner|person|learner|author|account|publisher|teacher|member|email|identifier|created_by|updated_by/;

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());
/** Every column of every table is searched. */
vi.setConfig({ testTimeout: 120_000 });

const declared = () => new Map(server.personalData.flatMap(({ tables }) => Object.entries(tables)));

interface Column {
  table: string;
  column: string;
  refersTo: string | null;
}
async function readColumns(): Promise<Column[]> {
  const { rows } = await server.pool.query<Column>(
    `select c.table_name as table, c.column_name as column,
            (select confrelid::regclass::text from pg_constraint k join pg_attribute a on a.attrelid = k.conrelid and a.attnum = any(k.conkey)
              where k.contype = 'f' and k.conrelid = format('%I.%I', c.table_schema, c.table_name)::regclass and a.attname = c.column_name limit 1) as "refersTo"
       from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
      where c.table_schema = 'public' and t.table_type = 'BASE TABLE'`,
  );
  return rows;
}

/** A column that names a person, or hangs on a table that does, in a table that no module has declared. */
function findForgotten(columns: readonly Column[]): string[] {
  const tables = declared();
  const forgotten = columns.filter(({ table, column, refersTo }) => {
    const known = tables.get(table);
    if (known !== undefined)
      return known.whose !== null && !columns.some((one) => one.table === table && one.column === known.whose);
    return !IMPERSONAL_TABLES.includes(table) || NAMES_A_PERSON.test(column) || (refersTo !== null && tables.has(refersTo));
  });
  return forgotten.map(({ table, column }) => `${table}.${column}`);
}

/** A publisher who also learns: of such a person every table says something. */
async function makeLivingPerson(name: string): Promise<Caller> {
  const person = await server.signUp('publisher');
  await server.pool.query('update users set name = $2 where id = $1', [person.id, name]);
  await uploadAssets(person);
  const unit = await publish(person, makeUnit({ withAssets: true, title: `${name}'s unit` }));
  await publish(person, makeUnit({ is_global: false, title: `${name}'s secret unit` }));
  expectStatus(await person.put(`/content/my-units/${unit.id}`), 204);
  const lesson = unit.lessons[0];
  const exercise = lesson?.payload?.exercises[1];
  const event = makeEvent({
    unit_id: unit.id,
    unit_version: unit.version,
    lesson_id: lesson?.id ?? '',
    type: 'exercise_answered',
    exercise_id: exercise?.id ?? '',
    answer: { text: `${name} answers` },
  });
  expectStatus(await person.post('/learning_session/events', itemsOf(event)), 200);
  await server.pool.query(
    `insert into verifications (id, identifier, value, expires_at) values ($1, $2, 'hush', now() + interval '1 day')`,
    [randomUUID(), person.email],
  );
  return person;
}

describe('what is held of a person', () => {
  it('[US-4] is declared: every table, and every column that names somebody', async () => {
    const columns = await readColumns();
    expect(findForgotten(columns)).toEqual([]);
    for (const table of declared().keys()) expect(columns.map((one) => one.table)).toContain(table);
    // What would be forgotten is found.
    const later: Column = { table: 'badges', column: 'id', refersTo: null };
    expect(findForgotten([...columns, later])).toEqual(['badges.id']);
    expect(findForgotten([...columns, { ...later, table: 'feed', column: 'owner_id' }])).toEqual(['feed.owner_id']);
    expect(findForgotten([...columns, { ...later, table: 'feed', refersTo: 'units' }])).toEqual(['feed.id']);
  });

  it('[US-4] is all in the export, column by column, but for what is withheld with a reason', async () => {
    const person = await makeLivingPerson('Ada Export');
    const answer = await person.get<PersonalExport>('/users/me/export');
    expect(answer.status).toBe(200);
    expect(answer.headers['content-disposition']).toBe('attachment; filename="haversack-my-data.json"');
    expect([...Value.Errors(PersonalExport, answer.body)]).toEqual([]);
    const text = answer.raw.toString();
    for (const [table, { whose, withheld = {} }] of declared()) {
      const where = whose === null ? (BY_ANOTHER_ROW[table] ?? 'false') : `${whose}::text = any($1)`;
      const { rows } = await server.pool.query<{ row: Record<string, unknown> }>(
        `select to_jsonb(t) as row from ${table} t where ${where.replaceAll('$1', '$1::text[]')}`,
        [[person.id, person.email]],
      );
      expect([table, rows.length > 0]).toEqual([table, true]);
      for (const [column, value] of rows.flatMap(({ row }) => Object.entries(row))) {
        const shown = (column in withheld && withheld[column] !== '') || isShown(value, text);
        expect([table, column, shown]).toEqual([table, column, true]);
      }
    }
    for (const secret of [PASSWORD, person.token, '$argon2id', 'hush']) expect(text).not.toContain(secret);
  });

  it('[US-4] is nobody else’s: the export holds one person’s alone, and needs their token', async () => {
    const [one, other] = [await makeLivingPerson('Grace Mine'), await makeLivingPerson('Edsger Theirs')];
    const text = (await one.get('/users/me/export')).raw.toString();
    expect(text).toContain('Grace Mine answers');
    for (const foreign of ['Edsger', other.id, other.email]) expect(text).not.toContain(foreign);
    expect((await server.anyone.get('/users/me/export')).status).toBe(401);
    expect((await server.http.inject({ method: 'HEAD', url: '/api/v1/users/me/export' })).statusCode).toBe(405);
  });

  it('[US-4] opens a publisher’s files by the addresses in the export', async () => {
    const person = await makeLivingPerson('Barbara Files');
    const { unit_parts } = (await person.get<PersonalExport>('/users/me/export')).body;
    const addresses = (unit_parts as { url?: string }[]).flatMap(({ url }) => (url === undefined ? [] : [url]));
    expect(addresses).toHaveLength(2);
    for (const url of addresses) expect((await server.anyone.get(url)).status).toBe(200);
  });

  it('[US-4] an account that goes while its export is read breaks that off', async () => {
    const person = await makeLivingPerson('Tony Going');
    const pieces = await server.users.exportData({ id: person.id, email: person.email, name: '', role: 'publisher' });
    const read = async (): Promise<string> => {
      let text = '';
      for await (const piece of pieces) {
        text += piece;
        if (text.includes('"events"')) expectStatus(await person.post('/users/me/delete', { password: PASSWORD }), 204, 401);
      }
      return text;
    };
    await expect(read()).rejects.toThrow('the export broke off');
  });
});

/** As the export writes it: times as on the wire, bytes in hex, JSON in its fields. */
function isShown(value: unknown, text: string): boolean {
  if (value === null || typeof value === 'boolean') return true;
  if (typeof value !== 'string') return text.includes(JSON.stringify(value));
  if (/^\d{4}-\d\d-\d\dT/.test(value)) return text.includes(value.replace(/(\.\d+)?\+00:00$/, '').slice(0, 19));
  if (value.startsWith('\\x')) return text.includes(value.slice(2));
  const signed = value.split('\u001e').slice(1);
  if (signed.length > 0) return signed.every((piece) => text.includes(piece.slice(0, 60)));
  return text.includes(value) || text.includes(JSON.stringify(value).slice(1, -1));
}

describe('a person who goes', () => {
  it('[US-4] leaves nothing: no name, e-mail, answer or id in any column of any table, nor in the log', async () => {
    const [goes, stays] = [await makeLivingPerson('Canary Tweety'), await makeLivingPerson('Sylvester')];
    const before = await search(['Sylvester', stays.id, stays.email]);
    const counted = await countedAccounts();
    expect((await search(['Canary Tweety', goes.id, goes.email, 'Canary Tweety answers'])).length).toBeGreaterThan(10);
    expectStatus(await goes.post('/users/me/delete', { password: PASSWORD }), 204);
    expect(await search(['Canary', 'Tweety', goes.id, goes.email])).toEqual([]);
    expect(await countedAccounts()).toBe(counted - 1);
    expect(server.logged.join('\n')).not.toMatch(new RegExp(`Canary|Tweety|${goes.email}`));
    expect(await search(['Sylvester', stays.id, stays.email])).toEqual(before);
    expect(Value.Check(PersonalExport, (await stays.get('/users/me/export')).body)).toBe(true);
  });

  it('[US-4] is told from nobody: the token is dead, the e-mail is free, and starts from nothing', async () => {
    const email = `again-${randomUUID()}@example.org`;
    const account = { email, password: PASSWORD, name: 'Again' };
    const first = expectStatus(await server.anyone.post<{ token: string }>('/users/sign-up', account), 201);
    const carry = { authorization: `Bearer ${first.token}` };
    const gone = await server.anyone.post('/users/me/delete', { password: PASSWORD }, carry);
    expect([gone.status, String(gone.headers['set-cookie'])]).toEqual([204, expect.stringContaining('__Host-haversack=;')]);
    expect((await server.anyone.get('/users/me', carry)).status).toBe(401);
    expect((await server.anyone.post('/learning_session/events', itemsOf(makeEvent()), carry)).status).toBe(401);
    expect((await server.anyone.post('/users/sign-in', { email, password: PASSWORD })).status).toBe(401);
    const second = expectStatus(
      await server.anyone.post<{ token: string; user: { id: string } }>('/users/sign-up', account),
      201,
    );
    const held = await server.anyone.get<PersonalExport>('/users/me/export', { authorization: `Bearer ${second.token}` });
    expect([held.body.events, held.body.my_units, held.body.keyed_writes]).toEqual([[], [], []]);
  });

  it('[US-4] goes only with their password, however it is asked for', async () => {
    const person = await server.signUp();
    const wrong = await person.post('/users/me/delete', { password: 'not this one' });
    expect([wrong.status, wrong.body.code]).toEqual([403, 'wrong_password']);
    expect((await person.post('/users/me/delete', {})).status).toBe(422);
    for (let tries = 0; tries < 9; tries += 1) await person.post('/users/me/delete', { password: 'not this one' });
    expect((await person.post('/users/me/delete', { password: PASSWORD })).status).toBe(429);
    expect((await person.get('/users/me')).status).toBe(200);
  });

  it('[US-4] is written for by nobody: another node still believes the token, and keeps nothing of it', async () => {
    const [publisher, person] = [await server.signUp('publisher'), await server.signUp()];
    const unit = await publish(publisher, makeUnit());
    const node = await server.startNode();
    try {
      const there = (method: 'GET' | 'POST' | 'PUT', url: string, payload?: object) =>
        node.http.inject({
          method,
          url: `/api/v1${url}`,
          headers: { authorization: `Bearer ${person.token}`, 'idempotency-key': randomUUID() },
          ...(payload === undefined ? {} : { payload }),
        });
      const pushed = () =>
        there('POST', '/learning_session/events', itemsOf(makeEvent({ unit_id: unit.id, lesson_id: unit.lessons[0]?.id ?? '' })));
      expect((await pushed()).statusCode).toBe(200);
      expectStatus(await person.post('/users/me/delete', { password: PASSWORD }), 204);
      expect((await there('GET', '/users/me')).statusCode).toBe(200);
      expect((await pushed()).statusCode).toBe(401);
      expect((await there('PUT', `/content/my-units/${unit.id}`)).statusCode).toBe(401);
      expect((await there('GET', '/content/units/sync')).statusCode).toBe(401);
      expect(await search([person.id])).toEqual([]);
      node.clock.offsetMs += 60_001;
      expect((await there('GET', '/users/me')).statusCode).toBe(401);
    } finally {
      await node.close();
    }
  });

  it('[US-4] and who writes at that very moment: all of it goes, or is refused', async () => {
    const publisher = await server.signUp('publisher');
    const unit = await publish(publisher, makeUnit());
    for (let round = 0; round < 3; round += 1) {
      const person = await server.signUp();
      const push = async (): Promise<number> => {
        const { status } = await person.post(
          '/learning_session/events',
          itemsOf(makeEvent({ unit_id: unit.id, lesson_id: unit.lessons[0]?.id ?? '' })),
        );
        return status;
      };
      const join = async (): Promise<number> => (await person.put(`/content/my-units/${unit.id}`)).status;
      const pull = async (): Promise<number> => (await person.get('/content/units/sync')).status;
      const enter = async (): Promise<number> =>
        (await server.anyone.post('/users/sign-in', { email: person.email, password: PASSWORD })).status;
      const work = [push, join, pull, enter].map(async (act) => {
        const statuses: number[] = [];
        for (let times = 0; times < (act === enter ? 1 : 5); times += 1) statuses.push(await act());
        return statuses;
      });
      const { status } = await person.post('/users/me/delete', { password: PASSWORD });
      const told = (await Promise.all(work)).flat();
      expect(status).toBe(204);
      expect(told.filter((status) => ![200, 204, 401].includes(status))).toEqual([]);
      expect(await search([person.id, person.email])).toEqual([]);
    }
  });
});

describe('a publisher who goes', () => {
  it('[US-4] [CT-3] takes the units away from whoever saw them, in the order of the feed, with pages of one', async () => {
    const [publisher, other, learner] = [
      await server.signUp('publisher'),
      await server.signUp('publisher'),
      await server.signUp(),
    ];
    const units = [makeUnit(), makeUnit(), makeUnit({ is_global: false })];
    for (const unit of units) await publish(publisher, unit);
    const kept = await publish(other, makeUnit());
    const replica = new Replica(learner);
    await replica.pull();
    expectStatus(await publisher.post('/users/me/delete', { password: PASSWORD }), 204);
    await replica.pull(1);
    const told = replica.tombstones.filter(({ id }) => units.some((unit) => unit.id === id));
    expect(told.map(({ id, reason }) => [id, reason]).sort()).toEqual(
      units
        .slice(0, 2)
        .map(({ id }) => [id, 'deleted'])
        .sort(),
    );
    expect(replica.units.has(kept.id)).toBe(true);
    const digest = await learner.get(`/content/units/digest?at=${replica.cursor}`);
    expect(digest.body).toEqual(replica.digest());
    const taken = await other.put(`/content/units/${units[0]?.id}`, { ...makeUnit(), id: units[0]?.id });
    expect([taken.status, taken.body.code]).toEqual([422, 'invalid_body']);
    const again = makeUnit({ id: units[0]?.id ?? '' });
    expect((await other.put(`/content/units/${again.id}`, again)).body).toMatchObject({ code: 'unit_deleted' });
  });

  it('[US-4] [LS-5] and late answers to their units are still marked, from what is left of the versions', async () => {
    const [publisher, learner] = [await server.signUp('publisher'), await server.signUp()];
    const unit = await publish(publisher, makeUnit({ title: 'A title that goes' }));
    const lesson = unit.lessons[0];
    const [choice, text] = lesson?.payload?.exercises ?? [];
    expectStatus(await publisher.post('/users/me/delete', { password: PASSWORD }), 204);
    expect(await search(['A title that goes', 'At how many degrees?', 'One second', 'Too short.'], unit.id)).toEqual([]);
    const node = await server.startNode();
    try {
      const answers = [
        { text: '100' },
        { text: 'A hundred!' },
        { text: '99' },
        { option_id: right(choice) },
        { option_id: randomUUID() },
      ];
      const events = answers.map((answer, index) =>
        makeEvent({
          unit_id: unit.id,
          lesson_id: lesson?.id ?? '',
          type: 'exercise_answered',
          exercise_id: ('text' in answer ? text : choice)?.id ?? '',
          answer,
          device_seq: index + 1,
        }),
      );
      const carry = { authorization: `Bearer ${learner.token}` };
      const body = (
        await node.anyone.post<{ results: { status: string }[] }>('/learning_session/events', itemsOf(...events), carry)
      ).body;
      expect(body.results.map(({ status }) => status)).toEqual(answers.map(() => 'accepted'));
      const listed = await learner.get<{ events: { marked_correct: boolean }[] }>('/learning_session/events');
      expect(listed.body.events.map((event) => event.marked_correct)).toEqual([true, true, false, true, false]);
    } finally {
      await node.close();
    }
  });
});

/** Of how many accounts the throttle knows something; its keys name nobody. */
async function countedAccounts(): Promise<number> {
  const { rows } = await server.pool.query(
    `select distinct split_part(key, ':', 2) from throttles where key like any(array['account:%', 'pair:%', 'known:%'])`,
  );
  return rows.length;
}

const right = (exercise: object | undefined): string => String(Reflect.get(exercise ?? {}, 'correct_option_id'));

/** Where one of the texts stands: `table.column`, over every column of every table; `only` narrows it to rows with that text too. */
async function search(texts: readonly string[], only = ''): Promise<string[]> {
  const found: string[] = [];
  for (const { table, column } of await readColumns()) {
    const asText = `coalesce(t.${column}::text, '')`;
    const { rows } = await server.pool.query<{ count: number }>(
      `select count(*) as count from ${table} t
        where to_jsonb(t)::text like '%' || $2 || '%' and (
          exists (select 1 from unnest($1::text[]) x where position(x in ${asText}) > 0
                  or position(encode(convert_to(x, 'UTF8'), 'hex') in ${asText}) > 0))`,
      [texts, only],
    );
    for (let times = 0; times < (rows[0]?.count ?? 0); times += 1) found.push(`${table}.${column}`);
  }
  return found.sort();
}
