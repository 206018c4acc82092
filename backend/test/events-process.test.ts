import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LIMITS, type LearningEvent, type PushEventsResponse } from '@haversack/contract';
import { afterAll, afterEach, beforeAll, expect, inject, it } from 'vitest';
import { createFrom, dropDatabase, TEMPLATE } from './database.ts';
import { itemsOf, makeEvent, makeUnit } from './factories.ts';
import { killLaunched, rssGrowth, serve } from './processes.ts';

const MB = 1024 * 1024;
const BATCHES = 120;
/** Each batch leaves a megabyte to be collected. */
const RSS_GROWTH_MAX_BYTES = 60 * MB;

let dataDir: string;
let name: string;
let databaseUrl: string;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'haversack-events-'));
  name = `p_${randomUUID().replaceAll('-', '')}`;
  databaseUrl = await createFrom(inject('postgresUrl'), name, TEMPLATE);
});
afterEach(killLaunched);
afterAll(async () => {
  await dropDatabase(inject('postgresUrl'), name);
  await rm(dataDir, { recursive: true, force: true });
});

it('[LS-2] a server takes batch after batch in memory that stays flat', { timeout: 120_000 }, async () => {
  const server = await serve({ DATA_DIR: dataDir, DATABASE_URL: databaseUrl });
  const call = async <Body>(method: string, path: string, body: unknown): Promise<Body> => {
    const headers = { ...server.headers, 'content-type': 'application/json', 'idempotency-key': randomUUID() };
    const answer = await fetch(`${server.url}/api/v1${path}`, { method, headers, body: JSON.stringify(body) });
    expect(answer.ok).toBe(true);
    return (await answer.json()) as Body;
  };
  const unit = makeUnit();
  await call('PUT', `/content/units/${unit.id}`, unit);
  const [device_id, session_id] = [randomUUID(), randomUUID()];
  let device_seq = 0;
  const nextEvent = (): LearningEvent =>
    makeEvent({ device_id, session_id, unit_id: unit.id, lesson_id: unit.lessons[0]?.id ?? '', device_seq: (device_seq += 1) });
  const push = async (): Promise<void> => {
    const batch = itemsOf(...Array.from({ length: LIMITS.eventBatchMaxItems }, nextEvent));
    const { received } = await call<PushEventsResponse>('POST', '/learning_session/events', batch);
    expect(received).toEqual([{ device_id, through_seq: device_seq, missing: [] }]);
  };
  await push();
  const growth = await rssGrowth(server.child, async () => {
    for (let batch = 0; batch < BATCHES; batch += 1) await push();
  });
  process.stdout.write(`${BATCHES} batches: +${Math.round(growth / MB)} MB\n`);
  expect(growth).toBeLessThan(RSS_GROWTH_MAX_BYTES);
});
