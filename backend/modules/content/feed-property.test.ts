import { setTimeout as pause } from 'node:timers/promises';
import type { Digest, PublishUnitBody } from '@haversack/contract';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Caller, startTestServer, type TestServer } from '../../test/app.ts';
import { expectStatus, makeUnit, publish, Replica } from '../../test/factories.ts';

/** `npm run soak` asks for more. */
const RUNS = process.env['SOAK'] === '1' ? 200 : 8;
const LEARNERS = 3;
const UNITS = 5;

let here: TestServer;
let there: TestServer;
beforeAll(async () => {
  here = await startTestServer();
  there = await here.startNode();
});
afterAll(async () => {
  await there.close();
  await here.close();
});

type Step =
  | { do: 'publish'; unit: number; isGlobal: boolean }
  | { do: 'delete'; unit: number; isGlobal: boolean }
  | { do: 'join' | 'leave'; unit: number; learner: number }
  | { do: 'pull'; replica: number; limit: number };

const unit = fc.nat(UNITS - 1);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('publish' as const), unit, isGlobal: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('delete' as const), unit, isGlobal: fc.constant(true) }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constantFrom('join' as const, 'leave' as const), unit, learner: fc.nat(LEARNERS - 1) }),
  },
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constant('pull' as const), replica: fc.nat(LEARNERS), limit: fc.integer({ min: 1, max: 4 }) }),
  },
);
/** What runs side by side; the steps of one line one after the other. */
const history = fc.array(fc.array(step, { minLength: 1, maxLength: 10 }), { minLength: 2, maxLength: 5 });

/** One run's people and units: two authors, learners with a phone each on the other node, and an author's own phone. */
async function createWorld() {
  const authors = [await here.signUp('publisher'), await here.signUp('publisher')];
  const learners = await Promise.all(Array.from({ length: LEARNERS }, () => here.signUp()));
  const at = (index: number): PublishUnitBody => made[index % UNITS] ?? makeUnit();
  const made = Array.from({ length: UNITS }, (_, index) => makeUnit({ title: `Unit ${index}` }));
  const authorOf = (index: number): Caller => authors[index % 2] ?? authors[0]!;
  const onOtherNode = (who: Caller): Caller => ({ ...who, get: (path, headers) => getThere(who, path, headers) });
  const replicas = [...learners.map((who) => new Replica(onOtherNode(who))), new Replica(onOtherNode(authorOf(0)))];
  const busy = new Map<Replica, Promise<unknown>>();
  let version = 0;

  /** A phone pulls one page at a time. */
  function pull(replica: Replica, limit: number): Promise<unknown> {
    const before = busy.get(replica) ?? Promise.resolve();
    const next = before.then(() => replica.pullPage(limit));
    busy.set(replica, next);
    return next;
  }

  async function take(next: Step): Promise<void> {
    if (next.do === 'pull') return void (await pull(replicas[next.replica]!, next.limit));
    const { id } = at(next.unit);
    if (next.do === 'publish') {
      version += 1;
      const body = { ...at(next.unit), title: `Version ${version}`, is_global: next.isGlobal };
      expectStatus(await authorOf(next.unit).put(`/content/units/${id}`, body), 200, 201, 409);
    } else if (next.do === 'delete') {
      expectStatus(await authorOf(next.unit).delete(`/content/units/${id}`), 204, 404);
    } else {
      const method = next.do === 'join' ? 'put' : 'delete';
      expectStatus(await learners[next.learner]![method](`/content/my-units/${id}`), 204, 404);
    }
  }
  return { take, replicas, authors };
}

async function getThere(who: Caller, path: string, headers: Record<string, string> = {}) {
  const answer = await there.http.inject({
    url: `/api/v1${path}`,
    headers: { authorization: `Bearer ${who.token}`, ...headers },
  });
  return { status: answer.statusCode, headers: answer.headers, body: answer.json<never>(), raw: answer.rawPayload };
}

/** What the database says that this person sees, with what they joined. */
async function truthFor({ caller }: Replica): Promise<string[]> {
  const { rows } = await here.pool.query<{ seen: string }>(
    `select u.id || ':' || u.version || coalesce((select ' joined' from my_units m where m.user_id = $1 and m.unit_id = u.id and m.joined), '') as seen
       from units u where (u.is_global or u.owner_id = $1) and u.deleted_at is null order by 1`,
    [caller.id],
  );
  return rows.map(({ seen }) => seen).sort();
}

const held = (replica: Replica): string[] =>
  [...replica.units.values()].map((one) => `${one.id}:${one.version}${one.in_my_units ? ' joined' : ''}`).sort();

/** A node may be a second behind another: pulls until nothing has come for longer than that. */
async function catchUp(replica: Replica): Promise<void> {
  await expect
    .poll(
      async () => {
        await replica.pull(3);
        return held(replica);
      },
      { timeout: 5_000, interval: 100 },
    )
    .toEqual(await truthFor(replica));
}

/** What is held may be right before the cursor is: units that went and came back. Then, as a phone does, it pulls and asks again. */
async function digestOf(replica: Replica): Promise<Digest> {
  const ask = () => replica.caller.get<Digest>(`/content/units/digest?at=${replica.cursor ?? ''}`);
  const until = performance.now() + 5_000;
  let answer = await ask();
  while (answer.status === 409 && performance.now() < until) {
    await pause(100);
    await replica.pull(3);
    answer = await ask();
  }
  return expectStatus(answer, 200);
}

describe('any history', () => {
  it(
    '[CT-2] [CT-4] [CT-12] of writers and readers on two nodes ends with what is visible on every phone, and with its digest',
    { timeout: RUNS * 20_000 },
    async () => {
      await fc.assert(
        fc.asyncProperty(history, async (lines) => {
          const world = await createWorld();
          await Promise.all(
            lines.map(async (line) => {
              for (const next of line) await world.take(next);
            }),
          );
          for (const replica of world.replicas) {
            await catchUp(replica);
            expect(await digestOf(replica)).toEqual(replica.digest());
          }
        }),
        { numRuns: RUNS },
      );
    },
  );

  it(
    '[CT-2] transactions held open and committed in another order than they were stamped in: the feed follows the commits',
    {
      timeout: RUNS * 5_000,
    },
    async () => {
      const author = await here.signUp('publisher');
      const [first, second] = [await here.signUp(), await here.signUp()];
      const target = await publish(author, makeUnit());
      await fc.assert(
        fc.asyncProperty(
          fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4, maxLength: 4 }),
          fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
          async (order, pullsBetween) => {
            const replicas = [new Replica(first), new Replica(second)];
            for (const replica of replicas) await replica.pull();
            // Two of each learner's would wait for one another: one joining each, and two that are of nobody who pulls.
            const joiners = [first, second, await here.signUp(), await here.signUp()];
            const open = await Promise.all(joiners.map((who) => beginJoining(who.id, target.id)));
            const published = await publish(author, makeUnit());
            const pulls: Promise<unknown>[] = [];
            for (const [at, which] of order.entries()) {
              if (pullsBetween[at] === true) pulls.push(...replicas.map((replica) => new Replica(replica.caller).pull(1)));
              await open[which]?.();
            }
            await Promise.all(pulls);
            for (const replica of replicas) {
              await replica.pull(1);
              expect(replica.units.has(published.id)).toBe(true);
              expect(held(replica)).toEqual(await truthFor(replica));
            }
          },
        ),
        { numRuns: RUNS },
      );
    },
  );
});

/** Joins or leaves as a node does, up to the commit, which the answer is for. */
async function beginJoining(personId: string, unitId: string): Promise<() => Promise<void>> {
  const client = await here.pool.connect();
  await client.query('begin');
  await client.query(
    `update learner_feeds set head = greatest(head, (select head from feed)) + interval '1 microsecond' where user_id = $1`,
    [personId],
  );
  await client.query(
    `insert into my_units select user_id, $2, true, head from learner_feeds where user_id = $1
     on conflict (user_id, unit_id) do update set joined = not my_units.joined, changed_at = excluded.changed_at`,
    [personId, unitId],
  );
  return async () => {
    await client.query('commit');
    client.release();
  };
}
