import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { withClient } from './fill.ts';
import type { Loader } from './processes.ts';
import { median } from './report.ts';
import type { Stage } from './scenarios.ts';
import { createBatchMaker, EVENTS_PATH } from './seed.ts';

const BATCH = 500;

export interface EventFigures {
  httpMs: number;
  rawMs: number;
  /** Medians of what each round gave. */
  ratio: number;
  rounds: number;
  p99Ms: number;
}

/** Batches of 500 events through HTTP, and in turn the same rows by one multi-row insert in one transaction into a table alike. */
export async function measureEvents(
  stage: Stage,
  databaseUrl: string,
  loader: Loader,
  { rounds, batchesARound }: { rounds: number; batchesARound: number },
): Promise<EventFigures> {
  return withClient(databaseUrl, async (client) => {
    const writer = createWriter(stage);
    await loader.load({ port: stage.port, requests: [writer.batches(3)], durationMs: 0, isOnce: true });
    const raw = await createRawInsert(client, writer.userId);
    const results: { httpMs: number; rawMs: number; p99Ms: number }[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const sent = await loader.load({
        port: stage.port,
        requests: [writer.batches(batchesARound)],
        durationMs: 0,
        isOnce: true,
      });
      if (sent.statuses['200'] !== batchesARound) throw new Error(`events were answered ${JSON.stringify(sent.statuses)}`);
      const times: number[] = [];
      for (let batch = 0; batch < batchesARound; batch += 1) times.push(await raw());
      results.push({ httpMs: sent.p50Ms, rawMs: median(times), p99Ms: sent.p99Ms });
    }
    await client.query('drop table raw_events');
    return {
      httpMs: median(results.map(({ httpMs }) => httpMs)),
      rawMs: median(results.map(({ rawMs }) => rawMs)),
      ratio: median(results.map(({ httpMs, rawMs }) => httpMs / rawMs)),
      p99Ms: median(results.map(({ p99Ms }) => p99Ms)),
      rounds,
    };
  });
}

function createWriter({ learners, publication }: Stage): { userId: string; batches(count: number): string[] } {
  const [learner] = learners;
  if (learner === undefined) throw new Error('the bench has no learners');
  const makeBatch = createBatchMaker(publication, BATCH);
  const makeRequest = (): string => {
    const body = makeBatch();
    return [
      `POST ${EVENTS_PATH} HTTP/1.1`,
      'host: 127.0.0.1',
      `authorization: Bearer ${learner.token}`,
      'content-type: application/json',
      `content-length: ${Buffer.byteLength(body)}`,
      '',
      body,
    ].join('\r\n');
  };
  return { userId: learner.id, batches: (count) => Array.from({ length: count }, makeRequest) };
}

/** Rows as the server wrote them, columns and indexes as they are; only what must differ is new each time. */
async function createRawInsert(client: pg.Client, userId: string): Promise<() => Promise<number>> {
  await client.query('drop table if exists raw_events');
  await client.query('create table raw_events (like events including all)');
  const columns = await client.query<{ name: string; type: string }>(
    `select attname as name, format_type(atttypid, atttypmod) as type from pg_attribute
      where attrelid = 'events'::regclass and attnum > 0 and not attisdropped and attgenerated = ''`,
  );
  const names = columns.rows.map(({ name }) => name);
  const { rows } = await client.query<Record<string, string | null>>(
    `select ${names.map((name) => `${name}::text`).join(', ')} from events where user_id = $1 limit $2`,
    [userId, BATCH],
  );
  const insert = `insert into raw_events (${names.join(', ')}) select * from unnest(${columns.rows
    .map(({ type }, at) => `$${at + 1}::text[]::${type}[]`)
    .join(', ')})`;
  let position = 0;
  return async () => {
    const values = names.map((name) =>
      rows.map((row) => {
        if (name === 'event_id') return randomUUID();
        if (name === 'position' || name === 'device_seq') return String((position += 1));
        return row[name] ?? null;
      }),
    );
    const begunAtMs = performance.now();
    await client.query('begin');
    await client.query(insert, values);
    await client.query('commit');
    return performance.now() - begunAtMs;
  };
}
