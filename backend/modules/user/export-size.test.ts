import { randomUUID } from 'node:crypto';
import { get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type Caller, startTestServer, type TestServer } from '../../test/app.ts';

/** `SOAK=1`: as many as somebody may collect in years. */
setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const IS_SOAK = process.env['SOAK'] === '1';
const EVENTS = IS_SOAK ? 200_000 : 5_000;
/** Long enough that the document does not fit into what sockets hold. */
const ANSWER_WORDS = IS_SOAK ? 24 : 160;
/** Buffers in use come and go; half of a document of 137 MB that is held would be more than twice this. */
const GROWTH_MAX_BYTES = 32 * 1024 * 1024;
const MINUTES = 60_000;

let server: TestServer;
let person: Caller;
let port: number;
beforeAll(async () => {
  server = await startTestServer();
  person = await server.signUp();
  await server.http.listen({ port: 0, host: '127.0.0.1' });
  port = (server.http.server.address() as AddressInfo).port;
  await fillEvents(person.id, EVENTS);
}, 10 * MINUTES);
afterAll(() => server.close());

describe('a long export', () => {
  it(
    '[US-4] is sent as it is read: every event once, in order, in memory that stays flat',
    async () => {
      const peaks = [0, 0];
      let bytes = 0;
      let seen = 0;
      let measuredAt = 0;
      let rest = '';
      for await (const chunk of await ask()) {
        bytes += (chunk as Buffer).length;
        const half = seen < EVENTS / 2 ? 0 : 1;
        if (IS_SOAK && seen - measuredAt >= EVENTS / 20) {
          measuredAt = seen;
          peaks[half] = Math.max(peaks[half] ?? 0, liveBytes());
        }
        const text = rest + (chunk as Buffer).toString('latin1');
        for (const [, nth] of text.matchAll(/"device_seq":(\d+),/g)) {
          seen += 1;
          if (Number(nth) !== seen) throw new Error(`event ${nth} stands where ${seen} should`);
        }
        rest = text.slice(text.lastIndexOf(',') + 1);
      }
      expect(seen).toBe(EVENTS);
      expect(rest.endsWith('"complete":true}\n')).toBe(true);
      const growth = (peaks[1] ?? 0) - (peaks[0] ?? 0);
      if (IS_SOAK)
        process.stdout.write(`export of ${EVENTS} events: ${mb(bytes)} MB sent, the second half took ${mb(growth)} MB more\n`);
      // Only in the soak: in a short document the swing hides all.
      expect(growth).toBeLessThan(GROWTH_MAX_BYTES);
    },
    10 * MINUTES,
  );

  it('[US-4] to somebody who does not read holds no connection to the database, and the next one ends it', async () => {
    const stalled = await ask();
    onTestFinished(() => void stalled.destroy());
    expect(await staysIdle(500)).toBe(true);
    let second = 0;
    for await (const chunk of await ask()) second += (chunk as Buffer).length;
    expect(second).toBeGreaterThan(EVENTS * 300);
    const whole = (async () => {
      for await (const _ of stalled);
    })();
    await expect(whole).rejects.toThrow('aborted');
  });
});

/** What is still in use once the garbage is out. */
function liveBytes(): number {
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

const mb = (bytes: number): number => Math.round(bytes / 1024 / 1024);

function ask(): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${person.token}` };
    get({ port, host: '127.0.0.1', path: '/api/v1/users/me/export', headers, agent: false }, resolve).on('error', reject);
  });
}

async function busyConnections(): Promise<number> {
  const { rows } = await server.pool.query(
    `select 1 from pg_stat_activity where datname = current_database() and backend_type = 'client backend'
       and state <> 'idle' and pid <> pg_backend_pid()`,
  );
  return rows.length;
}

/** No connection is busy for as long as this: while the sockets still fill, each page is a short query with a rest after it. */
async function staysIdle(ms: number): Promise<boolean> {
  const givenUpAt = performance.now() + 10_000;
  let busyAt = performance.now();
  while (performance.now() < givenUpAt) {
    if ((await busyConnections()) > 0) busyAt = performance.now();
    if (performance.now() - busyAt > ms) return true;
    await pause(10);
  }
  return false;
}

async function fillEvents(userId: string, count: number): Promise<void> {
  await server.pool.query('insert into event_logs values ($1, $2)', [userId, count]);
  await server.pool.query(
    `insert into events (user_id, event_id, position, device_id, device_seq, session_id, unit_id, unit_version, lesson_id, type, payload, received_at)
     select $1, e.id, n, $2::uuid, n, $2::uuid, $2::uuid, 1, $2::uuid, 'exercise_answered', jsonb_build_object('event_id', e.id, 'session_id', $2::uuid, 'device_id', $2::uuid,
              'device_seq', n, 'unit_id', $2::uuid, 'unit_version', 1, 'lesson_id', $2::uuid, 'type', 'exercise_answered', 'exercise_id', $2::uuid,
              'answer', jsonb_build_object('text', repeat('I think. ', ${ANSWER_WORDS})), 'occurred_at', '2026-11-24T08:15:30.123456Z')::text, now()
       from generate_series(1, $3::int) n, lateral (select gen_random_uuid() as id where n > 0) e`,
    [userId, randomUUID(), count],
  );
}
