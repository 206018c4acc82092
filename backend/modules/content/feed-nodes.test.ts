import { setTimeout as pause } from 'node:timers/promises';
import type { UnitSyncResponse } from '@haversack/contract';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Answer, type Caller, startTestServer, type TestServer } from '../../test/app.ts';
import { expectStatus, makeUnit, publish } from '../../test/factories.ts';
import { createListenerOpener } from '../infrastructure/public.ts';
import { createFeedWatch } from './feed-watch.ts';
import { createHeads } from './heads.ts';

/** What a node may be behind another (wire.md), and what this machine may be slow. */
const BEHIND_MAX_MS = 1_000;
const SLOW_MACHINE_MS = 400;

let here: TestServer;
let there: TestServer;
let publisher: Caller;
let learner: Caller;

beforeAll(async () => {
  here = await startTestServer();
  publisher = await here.signUp('publisher');
  learner = await here.signUp();
});
afterAll(() => here.close());
beforeEach(async () => {
  there = await here.startNode();
});
afterEach(() => there.close());

type Page = UnitSyncResponse & { code?: string };

/** The learner's other phone, which speaks to the other node. */
async function pullThere(since: string): Promise<{ status: number; page: Page }> {
  const answer = await there.http.inject({
    url: `/api/v1/content/units/sync?since=${since}&include_deleted=true`,
    headers: { authorization: `Bearer ${learner.token}` },
  });
  return { status: answer.statusCode, page: answer.json<Page>() };
}

/** Where the learner stands, once the other node says so from memory. */
async function settle(): Promise<string> {
  const { cursor } = expectStatus((await learner.get<UnitSyncResponse>('/content/units/sync')) as Answer<Page>, 200);
  await expect.poll(async () => (await queriesOf(() => pullThere(cursor))).length, { timeout: 5_000 }).toBe(0);
  return cursor;
}

async function queriesOf(work: () => Promise<unknown>): Promise<string[]> {
  const queries: string[] = [];
  const query = there.pool.query.bind(there.pool);
  there.pool.query = ((text: string, ...rest: unknown[]) => (queries.push(text), query(text, ...(rest as [])))) as typeof query;
  await work().finally(() => (there.pool.query = query));
  return queries;
}

/** Asks the other node until it has news; fails where it is further behind than it may be. */
async function newsThere(since: string): Promise<Page> {
  const until = performance.now() + BEHIND_MAX_MS + SLOW_MACHINE_MS;
  for (;;) {
    const { page } = await pullThere(since);
    if (page.cursor !== since) return page;
    if (performance.now() > until) throw new Error('the other node is further behind than it may be');
    await pause(5);
  }
}

const killListeners = () =>
  here.pool.query(
    `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'haversack-listener' and datname = current_database()`,
  );

/** New connections to the database are refused; those that are there go on. */
const letNobodyIn = (isShut: boolean) =>
  here.pool.query(`begin; set local allow_system_table_mods = on;
    update pg_database set datallowconn = ${String(!isShut)} where datname = current_database(); commit`);

describe('two nodes on one database', () => {
  it('[CT-9] what is published here is known there within a second; between, nothing is asked', async () => {
    const since = await settle();
    let asked = 0;
    for (let time = 0; time < 30; time += 1) {
      asked += (await queriesOf(() => pullThere(since))).length;
      await pause(100);
    }
    // Once when the first look was taken, for nothing is known of what went before; a node that does not look asks each second.
    expect(asked).toBeLessThanOrEqual(1);
    const unit = await publish(publisher, makeUnit());
    expect((await newsThere(since)).units.map(({ id }) => id)).toEqual([unit.id]);
    const next = await settle();
    expectStatus(await publisher.delete(`/content/units/${unit.id}`), 204);
    expect((await newsThere(next)).deleted.units.map(({ id }) => id)).toEqual([unit.id]);
  });

  it('[CT-4] who joins or leaves here is told there within a second', async () => {
    const unit = await publish(publisher, makeUnit());
    for (const [change, joined] of [
      ['put', true],
      ['delete', false],
    ] as const) {
      const since = await settle();
      expectStatus(await learner[change](`/content/my-units/${unit.id}`), 204);
      expect((await newsThere(since)).units.map((one) => [one.id, one.in_my_units])).toEqual([[unit.id, joined]]);
    }
  });

  it('[CT-4] a joining that takes long is seen when it is done, whoever was quicker', async () => {
    const unit = await publish(publisher, makeUnit());
    const quick = await here.signUp();
    const since = await settle();
    const slow = await here.pool.connect();
    await slow.query('begin');
    await slow.query(`update learner_feeds set head = (select head from feed) + interval '1 microsecond' where user_id = $1`, [
      learner.id,
    ]);
    await slow.query('insert into my_units select user_id, $2, true, head from learner_feeds where user_id = $1', [
      learner.id,
      unit.id,
    ]);
    expectStatus(await quick.put(`/content/my-units/${unit.id}`), 204);
    for (let time = 0; time < 15; time += 1) {
      expect((await pullThere(since)).page.units).toEqual([]);
      await pause(100);
    }
    await slow.query('commit');
    slow.release();
    expect((await newsThere(since)).units.map((one) => one.in_my_units)).toEqual([true]);
  });

  it('[CT-9] what no notification tells of is found by looking', async () => {
    const unit = await publish(publisher, makeUnit());
    const since = await settle();
    await here.pool.query(`with moved as (update feed set head = head + interval '1 millisecond' returning head)
      update units set updated_at = moved.head from moved where id = '${unit.id}'`);
    expect((await newsThere(since)).units.map(({ id }) => id)).toEqual([unit.id]);
  });

  it('[CT-9] without its connection a node asks the database, and comes back by itself', async () => {
    const since = await settle();
    await killListeners();
    const unit = await publish(publisher, makeUnit());
    expect((await newsThere(since)).units.map(({ id }) => id)).toEqual([unit.id]);
    const next = await settle();
    // Kept from coming back, it asks once a second at the least.
    await letNobodyIn(true);
    try {
      await killListeners();
      await pause(BEHIND_MAX_MS + SLOW_MACHINE_MS);
      expect(await queriesOf(() => pullThere(next))).not.toEqual([]);
      const another = await publish(publisher, makeUnit());
      expect((await newsThere(next)).units.map(({ id }) => id)).toEqual([another.id]);
    } finally {
      await letNobodyIn(false);
    }
    await settle();
  });

  it('[CT-9] is told of publications, not only by looking', async () => {
    const { rows } = await here.pool.query<{ feed_id: string }>('select feed_id from feed');
    const open = createListenerOpener(here.pool);
    let looks = 0;
    const watch = createFeedWatch({
      heads: createHeads(),
      lookEveryMs: 3_600_000,
      feedId: rows[0]?.feed_id ?? '',
      logger: { debug() {}, info() {}, warn() {}, error() {} },
      openListener: async (channel, told) => {
        const listener = await open(channel, told);
        return { ...listener, query: (text, values) => ((looks += 1), listener.query(text, values)) };
      },
    });
    await expect.poll(() => looks, { timeout: 10_000 }).toBe(1);
    const unit = await publish(publisher, makeUnit());
    await expect.poll(() => looks, { timeout: 10_000 }).toBe(2);
    expectStatus(await publisher.delete(`/content/units/${unit.id}`), 204);
    await expect.poll(() => looks, { timeout: 10_000 }).toBe(3);
    await watch.close();
  });

  it('[CT-11] a feed that was restored under a running node is noticed: no old cursor is called up to date', async () => {
    const unit = await publish(publisher, makeUnit());
    const since = await settle();
    await here.pool.query(`update units set updated_at = updated_at - interval '1 hour' where id = $1`, [unit.id]);
    await here.pool.query(`update feed set head = head - interval '1 hour'`);
    const until = performance.now() + BEHIND_MAX_MS + SLOW_MACHINE_MS;
    let answer = await pullThere(since);
    while (answer.status === 200 && performance.now() < until) answer = await pullThere(since);
    expect([answer.status, answer.page.code]).toEqual([400, 'invalid_cursor']);
    const next = await settle();
    await here.pool.query('update feed set feed_id = gen_random_uuid()');
    const end = performance.now() + BEHIND_MAX_MS + SLOW_MACHINE_MS;
    for (answer = await pullThere(next); answer.status === 200 && performance.now() < end; ) answer = await pullThere(next);
    expect([answer.status, answer.page.code]).toEqual([503, 'unavailable']);
    expect(there.logged.some((line) => line.includes('restart it'))).toBe(true);
  });
});
