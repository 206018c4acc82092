import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { collectNowAndThen } from '../collection.ts';
import { createLogger } from '../modules/infrastructure/public.ts';
import type { Collected, Collector } from '../modules/object_store/public.ts';
import { startTestServer, type TestServer } from './app.ts';
import { sha256Hex } from './factories.ts';

const HOUR_MS = 60 * 60_000;
let server: TestServer;
let second: TestServer;

beforeAll(async () => {
  server = await startTestServer({ objectGraceMs: 2 * HOUR_MS });
  second = await server.startNode();
});
afterEach(() => vi.useRealTimers());
afterAll(async () => {
  await second.close();
  await server.close();
});

/** The node's own collector; what came of each question is written down. The first question of all fails. */
function watched(collector: Collector, answers: (Collected | 'not due' | 'failed')[]): Collector {
  return {
    ...collector,
    async collectIfDue(intervalMs) {
      if (answers.length === 0) {
        answers.push('failed');
        throw new Error('the database was away');
      }
      const collected = await collector.collectIfDue(intervalMs);
      answers.push(collected ?? 'not due');
      return collected;
    },
  };
}

it('[OS-5] is asked for by each node once an hour, done by one of them once a day, and outlives a failure', async () => {
  const publisher = await server.signUp('publisher');
  const bytes = randomBytes(50);
  await publisher.put(`/objects/${sha256Hex(bytes)}`, bytes);
  // Only the timers of the nodes themselves stand still.
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  const answers: (Collected | 'not due' | 'failed')[] = [];
  const logger = createLogger('silent');
  const stops = [server, second].map((node) => collectNowAndThen(watched(node.collector, answers), logger));
  const collected: number[] = [];
  for (let hour = 1; hour <= 50; hour += 1) {
    for (const node of [server, second]) node.clock.offsetMs = hour * HOUR_MS;
    const before = answers.length;
    vi.advanceTimersByTime(HOUR_MS);
    await expect.poll(() => answers.length, { timeout: 10_000 }).toBe(before + 2);
    if (answers.slice(before).some((answer) => typeof answer === 'object')) collected.push(hour);
  }
  expect(collected).toEqual([1, 25, 49]);
  expect(answers.filter((answer) => typeof answer === 'object').map(({ deleted }) => deleted)).toEqual([0, 1, 0]);
  expect(answers.filter((answer) => answer === 'failed')).toHaveLength(1);
  expect(await server.objectStore.stat(sha256Hex(bytes))).toBe(null);
  const asked = answers.length;
  for (const stop of stops) await stop();
  vi.advanceTimersByTime(HOUR_MS);
  expect(answers).toHaveLength(asked);
});
