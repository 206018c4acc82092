import { createHash } from 'node:crypto';
import { PROBLEM_CONTENT_TYPE, SERVER_HEADER, type UnitSummary } from '@haversack/contract';
import { composeApp } from '../mobile/compose.ts';
import type { Http, HttpReply } from '../mobile/modules/infrastructure/models.ts';
import { id, WIRE_TIME } from '../mobile/test/factories.ts';
import { createTestDevice } from '../mobile/test/test-platform.ts';

// `node --max-old-space-size=100 big-catalogue.ts [units]`: a phone pulls a catalogue of so many units for the first time, over real
// SQLite on disk. Prints one line of JSON: units stored, milliseconds, and the highest heap that was seen, in bytes.
let peakBytes = 0;
const count = Number(process.argv[2] ?? 20_000);

/** A server that holds nothing: each page is made when it is asked for. */
const server: Http = {
  async send({ url }) {
    // All of it runs in one breath, so this is the place to look.
    peakBytes = Math.max(peakBytes, process.memoryUsage().heapUsed);
    const [path, search] = url.split('?');
    const query = new URLSearchParams(search);
    switch (path) {
      case '/api/v1/users/sign-up':
        return json(201, {
          token: 't',
          seal_key: Buffer.alloc(32).toString('base64'),
          user: { id: id(8, 1), email: 'a@b.c', name: 'A', role: 'learner' },
        });
      case '/api/v1/content/units/sync':
        return page(Number(query.get('since') ?? 0));
      case '/api/v1/content/units/digest':
        return json(200, digest());
      case '/api/v1/learning_session/events':
        return json(200, { events: [], cursor: '0', has_more: false });
      default:
        return {
          ...json(404, { type: 'x', title: 'x', status: 404, code: 'not_found' }),
          headers: { [SERVER_HEADER]: 'f', 'content-type': PROBLEM_CONTENT_TYPE },
        };
    }
  },
};

function json(status: number, body: unknown): HttpReply {
  const headers = { [SERVER_HEADER]: 'f', 'content-type': 'application/json' };
  return { status, headers, body: new TextEncoder().encode(JSON.stringify(body)) };
}

function page(from: number): HttpReply {
  const until = Math.min(count, from + 500);
  return json(200, {
    units: Array.from({ length: until - from }, (_, index) => unit(from + index)),
    deleted: { units: [], lessons: [] },
    feed_id: 'f',
    cursor: String(until),
    has_more: until < count,
    server_time: WIRE_TIME,
  });
}

function unit(number: number): UnitSummary {
  const unitId = id(1, number);
  const lessons = Array.from({ length: 5 }, (_, position) => ({
    ...{ id: id(2, number * 5 + position), unit_id: unitId, title: `Lesson ${position} of unit ${number}`, position },
    ...{ lesson_type: 'standard' as const, schema_version: 1, duration_seconds: 600, updated_at: WIRE_TIME },
  }));
  return {
    ...{
      id: unitId,
      title: `Unit ${number}`,
      description: 'What it is about, in a sentence or two of the usual length. '.repeat(3),
    },
    ...{
      learner_level: 'beginner',
      is_global: true,
      schema_version: 1,
      art_asset_id: null,
      lesson_order: lessons.map((lesson) => lesson.id),
    },
    ...{
      learning_objectives: [],
      owner_id: id(9, 1),
      version: 1,
      updated_at: WIRE_TIME,
      in_my_units: false,
      download_size_bytes: 1_000,
    },
    lessons,
    assets: [],
  };
}

function digest(): { count: number; hash: string } {
  const sum = Buffer.alloc(32);
  for (let number = 0; number < count; number += 1) {
    const hash = createHash('sha256')
      .update(`${id(1, number)}:1`)
      .digest();
    for (const [index, byte] of hash.entries()) sum[index] = (sum[index] ?? 0) ^ byte;
  }
  return { count, hash: sum.toString('hex') };
}

const device = createTestDevice({ http: server });
const app = await composeApp(device.platform);
const beganAt = performance.now();
await app.user.signUp('a@b.c', 'correct horse', 'A');
await app.person()?.offlineCache.syncNow();
const ms = Math.round(performance.now() - beganAt);
const list = await app.person()?.content.listUnits('all');
const status = app.person()?.offlineCache.syncStatus();
console.log(
  JSON.stringify({ units: list?.kind === 'units' ? list.units.length : 0, ms, peakBytes, lastError: status?.lastError }),
);
await app.close();
