import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EventStatus, LearningEvent, PublishUnitBody, StoredEvent } from '@haversack/contract';
import fc from 'fast-check';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../../test/app.ts';
import { itemsOf as batchOf, makeEvent, makeUnit, publish } from '../../test/factories.ts';
import { createPool, UnavailableError } from '../infrastructure/public.ts';
import { countProgress, createSessionsOn, makePerson } from './learning-session-test-kit.ts';
import type { LearningSessionService } from './service.ts';

const NODES = 3;
const LEARNERS = 3;
const DEVICES = 3;
const EVENTS_A_DEVICE = 12;
const KILLS_A_RUN = 12;

let server: TestServer;
let unit: PublishUnitBody;
let databaseUrl: string;
let pools: pg.Pool[];
let nodes: LearningSessionService[];

beforeAll(async () => {
  server = await startTestServer();
  unit = makeUnit();
  await publish(await server.signUp('publisher'), unit);
  const { database, port, user, password, host } = server.pool.options;
  databaseUrl = server.pool.options.connectionString ?? `postgres://${user}:${String(password)}@${host}:${port}/${database}`;
  pools = Array.from({ length: NODES }, () => createPool(databaseUrl, 4));
  // One service each: all of them share one identity of the feed.
  const feedId = randomUUID();
  nodes = pools.map((pool) => createSessionsOn(pool, feedId));
});
afterAll(async () => {
  for (const pool of pools) await pool.end();
  await server.close();
});

/** One request: which events of the learner it carries, in which order, how some of them are spoilt, and through which node. */
interface Batch {
  learner: number;
  node: number;
  picks: { device: number; nth: number; as: 'sent' | 'other_content' | 'broken' }[];
}

const batch: fc.Arbitrary<Batch> = fc.record({
  learner: fc.nat(LEARNERS - 1),
  node: fc.nat(NODES - 1),
  picks: fc.array(
    fc.record({
      device: fc.nat(DEVICES - 1),
      nth: fc.nat(EVENTS_A_DEVICE - 1),
      as: fc.constantFrom('sent', 'sent', 'sent', 'sent', 'sent', 'other_content', 'broken'),
    }),
    { minLength: 1, maxLength: 20 },
  ),
});

interface Learner {
  id: string;
  devices: { id: string; events: LearningEvent[] }[];
}

async function makeLearner(): Promise<Learner> {
  const sessionIds = [randomUUID(), randomUUID()];
  const lesson = unit.lessons[0];
  const types = ['session_started', 'exercise_answered', 'session_completed', 'withdrawn'] as const;
  const devices = Array.from({ length: DEVICES }, () => {
    const id = randomUUID();
    const events = Array.from({ length: EVENTS_A_DEVICE }, (_, nth) =>
      makeEvent({
        device_id: id,
        device_seq: nth + 1,
        session_id: sessionIds[nth % 2] ?? '',
        unit_id: unit.id,
        lesson_id: lesson?.id ?? '',
        type: types[nth % types.length] ?? 'withdrawn',
        exercise_id: lesson?.payload.exercises[0]?.id ?? null,
      }),
    );
    return { id, events };
  });
  return { id: await makePerson(server.pool), devices };
}

interface Item {
  idempotency_key: string;
  payload: unknown;
  status?: EventStatus;
}

function itemsOf({ picks }: Batch, { devices }: Learner): Item[] {
  return picks.map(({ device, nth, as }) => {
    const event = devices[device]?.events[nth];
    const spoilt = { sent: {}, other_content: { time_spent_ms: 77 }, broken: { type: 'nonsense' } }[as];
    return { idempotency_key: event?.event_id ?? '', payload: { ...event, ...spoilt } };
  });
}

const kills = { done: 0, felt: 0 };

/** As a phone does: the same batch again until it is answered. */
async function pushUntilAnswered(node: LearningSessionService, personId: string, items: Item[]): Promise<EventStatus[]> {
  for (;;) {
    try {
      const { results } = await node.pushEvents(personId, { items: items.map(({ status: _, ...item }) => item) });
      return results.map(({ status }) => status);
    } catch (error) {
      if (!(error instanceof UnavailableError)) throw error;
      kills.felt += 1;
    }
  }
}

/** Ends connections in the middle of their transactions; not without end, or a slow machine would never get one through. */
async function killConnections(stopped: () => boolean): Promise<void> {
  for (let left = KILLS_A_RUN; left > 0 && !stopped(); ) {
    const { rowCount } = await server.pool.query(
      `select pg_terminate_backend(pid) from (
         select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and xact_start is not null
          order by random() limit 1) as one`,
    );
    kills.done += rowCount ?? 0;
    left -= rowCount ?? 0;
    await sleep(3);
  }
}

/** Follows the cursor while others write, and once more after they have done. */
async function follow(personId: string, stopped: () => boolean): Promise<StoredEvent[]> {
  const seen: StoredEvent[] = [];
  let cursor: string | undefined;
  for (let isLast = false; ; ) {
    const asked = { limit: 3, ...(cursor === undefined ? {} : { since: cursor }) };
    const page = await nodes[0]!.listEvents(personId, asked).catch((error: unknown) => {
      if (error instanceof UnavailableError) return null;
      throw error;
    });
    if (page === null) {
      await sleep(1);
      continue;
    }
    seen.push(...page.events);
    ({ cursor } = page);
    if (page.has_more) continue;
    if (isLast) return seen;
    isLast = stopped();
    await sleep(1);
  }
}

/** Told number by number, apart from how the service reckons it. */
function gapsOf(numbers: ReadonlySet<number>): { through: number; absent: number[] } {
  const absent = Array.from({ length: Math.max(...numbers) }, (_, at) => at + 1).filter((one) => !numbers.has(one));
  return { through: (absent[0] ?? Math.max(...numbers) + 1) - 1, absent };
}

async function compare(learner: Learner, batches: readonly { items: Item[]; statuses: EventStatus[] }[]): Promise<void> {
  const given = batches.flatMap(({ items, statuses }) => items.map((item, at) => ({ ...item, status: statuses[at] })));
  const accepted = given.filter(({ status }) => status === 'accepted').map(({ idempotency_key }) => idempotency_key);
  expect(new Set(accepted).size, 'nothing is accepted twice').toBe(accepted.length);

  const kept = await pools[0]!.query<{ event_id: string; position: number }>(
    'select event_id, position from events where user_id = $1 order by position',
    [learner.id],
  );
  expect(kept.rows.map((row) => row.position)).toEqual(kept.rows.map((_, at) => at + 1));
  // An answer that was lost on its way leaves events that no reply calls accepted, and all of these are kept.
  const answeredFor = new Set(given.filter(({ status }) => status !== 'refused').map(({ idempotency_key }) => idempotency_key));
  expect(new Set(kept.rows.map((row) => row.event_id))).toEqual(answeredFor);
  expect(kept.rows).toHaveLength(answeredFor.size);

  const { received } = await pushState(learner.id);
  const numbers = Map.groupBy(given, ({ payload }) => (payload as LearningEvent).device_id);
  expect(received.length).toBe(numbers.size);
  for (const { device_id, through_seq, missing } of received) {
    const seqs = new Set((numbers.get(device_id) ?? []).map(({ payload }) => (payload as LearningEvent).device_seq));
    const absent = missing.flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, at) => from + at));
    expect({ through: through_seq, absent }).toEqual(gapsOf(seqs));
  }
  expect((await nodes[0]!.getProgress(learner.id, null)).lessons).toEqual(await countProgress(server.pool, learner.id));
}

const pushState = (personId: string) => nodes[0]!.pushEvents(personId, { items: [] });

async function runOne(batches: readonly Batch[]): Promise<void> {
  const learners = await Promise.all(Array.from({ length: LEARNERS }, makeLearner));
  let done = false;
  const killing = killConnections(() => done);
  const following = learners.map((learner) => follow(learner.id, () => done));
  const pushed = await Promise.all(
    batches.map(async (one) => {
      const learner = learners[one.learner]!;
      const items = itemsOf(one, learner);
      return { learner, items, statuses: await pushUntilAnswered(nodes[one.node]!, learner.id, items) };
    }),
  ).finally(async () => {
    done = true;
    await Promise.all([killing, ...following]);
  });
  for (const [at, learner] of learners.entries()) {
    await compare(
      learner,
      pushed.filter((one) => one.learner === learner),
    );
    const seen = (await following[at])?.map((event) => event.event_id);
    const { rows } = await server.pool.query<{ event_id: string }>(
      'select event_id from events where user_id = $1 order by position',
      [learner.id],
    );
    expect(seen, 'whoever reads while others write misses nothing').toEqual(rows.map((row) => row.event_id));
  }
}

describe('many connections at once', () => {
  it('[LS-1] [LS-3] [LS-4] [LS-6] count each event once, in one order, whatever is repeated, overlaps, or is cut off', async () => {
    await fc.assert(fc.asyncProperty(fc.array(batch, { minLength: 12, maxLength: 24 }), runOne), {
      numRuns: 8,
      endOnFailure: true,
    });
    // Nothing was shown unless connections did end in the middle of batches.
    expect(kills.done).toBeGreaterThan(10);
    expect(kills.felt).toBeGreaterThan(5);
  }, 120_000);
});

it('[LS-3] a batch costs no planning once its connection has taken a few', async () => {
  const pool = createPool(databaseUrl, 1);
  const node = createSessionsOn(pool);
  const personId = await makePerson(server.pool);
  const lesson_id = unit.lessons[0]?.id ?? '';
  for (let seq = 1; seq <= 12; seq += 1)
    await node.pushEvents(personId, batchOf(makeEvent({ device_seq: seq, unit_id: unit.id, lesson_id })));
  const { rows } = await pool.query('select generic_plans, custom_plans from pg_prepared_statements');
  await pool.end();
  // PostgreSQL plans five times for the values given, then once for all.
  expect(rows).toEqual([{ generic_plans: 7, custom_plans: 5 }]);
});
