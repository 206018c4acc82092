import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Caller, startTestServer, type TestServer } from '../../test/app.ts';
import { expectStatus, itemsOf, makeEvent, makeUnit, publish, sha256Hex } from '../../test/factories.ts';
import type { UnitSyncResponse } from '@haversack/contract';
import { serveMetrics } from './public.ts';

let server: TestServer;
let publisher: Caller;
let learner: Caller;
let metrics: { url: string; close(): Promise<void> };

beforeAll(async () => {
  server = await startTestServer({ metrics: { port: 0, host: '127.0.0.1' } }, { nodes: 1 });
  if (server.metrics === null) throw new Error('this server is not measured');
  metrics = await serveMetrics(server.metrics, { port: 0, host: '127.0.0.1' });
  publisher = await server.signUp('publisher');
  learner = await server.signUp();
});
afterAll(async () => {
  await metrics.close();
  await server.close();
});

/** Each series with its value. */
async function scrape(): Promise<Map<string, number>> {
  const reply = await fetch(metrics.url);
  expect([reply.status, reply.headers.get('content-type')]).toEqual([200, expect.stringContaining('text/plain')]);
  const lines = (await reply.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]));
}

const SYNC = '/api/v1/content/units/sync';
const EVENTS = '/api/v1/learning_session/events';
const outcome = (route: string, word: string): string => `haversack_outcomes_total{route="${route}",outcome="${word}"}`;

describe('metrics', () => {
  it('[ST-7] count requests, answers of the feed by kind and events by verdict', async () => {
    const unit = await publish(publisher, makeUnit());
    const first = expectStatus(await learner.get<UnitSyncResponse>('/content/units/sync'), 200);
    const empty = await learner.get(`/content/units/sync?since=${first.cursor}`);
    const etag = String(empty.headers['etag']);
    expectStatus(await learner.get(`/content/units/sync?since=${first.cursor}`, { 'if-none-match': etag }), 304);
    await publish(publisher, makeUnit());
    expectStatus(await learner.get(`/content/units/sync?since=${first.cursor}`), 200);
    expectStatus(await learner.get('/content/units/sync?since=yesterday'), 400);
    const event = makeEvent({ unit_id: unit.id });
    const bad = { ...makeEvent(), type: 'nonsense' } as unknown as typeof event;
    for (const events of [[event], [event, bad]])
      expectStatus(await learner.post('/learning_session/events', itemsOf(...events)), 200);
    const bytes = Buffer.from(randomUUID());
    expectStatus(await publisher.put(`/objects/${sha256Hex(bytes)}`, bytes), 201);

    const series = await scrape();
    const counts = ['full', 'empty', 'not_modified', 'page', 'refused'].map((kind) => series.get(outcome(SYNC, kind)));
    expect(counts).toEqual([1, 1, 1, 1, 1]);
    expect(['accepted', 'duplicate', 'refused'].map((verdict) => series.get(outcome(EVENTS, verdict)))).toEqual([1, 1, 1]);
    expect(series.get(`haversack_http_request_seconds_count{method="GET",route="${SYNC}",status="200"}`)).toBe(3);
    expect(series.get('haversack_http_received_bytes_total{route="/api/v1/objects/:object_id"}')).toBeGreaterThanOrEqual(36);
    expect(series.get('haversack_http_requests_in_flight')).toBe(0);
    expect(series.get('haversack_database_up')).toBe(1);
    expect(series.get('haversack_database_connections{state="waiting"}')).toBe(0);
    expect(series.get('process_resident_memory_bytes')).toBeGreaterThan(0);
    expect(series.has('nodejs_eventloop_lag_p99_seconds')).toBe(true);
  });

  it('[SE-3] hold no ids, persons or addresses, in labels as elsewhere', async () => {
    const canary = `canary${randomUUID().replaceAll('-', '')}`;
    for (const path of [
      `/${canary}`,
      `/api/v1/${canary}`,
      `/api/v1/content/units/${canary}`,
      `/api/v1/content/units/sync?since=${canary}`,
    ])
      await learner.get(path);
    const text = await (await fetch(metrics.url)).text();
    expect(text).not.toContain(canary);
    expect(text).not.toContain(learner.id);
    expect(text).toContain('route="none"');
    expect(text).toContain('route="/api/v1/content/units/:id"');
  });

  it('[ST-7] say that the database is away within two seconds, and are served nowhere but at their address', async () => {
    expect((await fetch(metrics.url.replace('/metrics', '/'))).status).toBe(404);
    expect((await fetch(metrics.url, { method: 'POST' })).status).toBe(405);
    expect((await learner.get('/metrics')).status).toBe(404);
    const held = await Promise.all(Array.from({ length: 12 }, () => server.pool.connect()));
    const answer = server.anyone.get('/health');
    await sleep(50);
    const series = await scrape();
    expect(series.get('haversack_database_up')).toBe(0);
    expect(series.get('haversack_database_connections{state="waiting"}')).toBeGreaterThanOrEqual(1);
    expect(series.get('haversack_http_requests_in_flight')).toBe(1);
    for (const client of held) client.release();
    expect((await answer).status).toBe(200);
  });
});
