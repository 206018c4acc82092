import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Unit, UnitSyncResponse } from '@haversack/contract';
import { UnitSyncResponse as UnitSyncResponseSchema } from '@haversack/contract';
import { Value } from 'typebox/value';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Caller, startTestServer, type TestServer } from '../../test/app.ts';
import { expectStatus, makeUnit, publish, Replica, uploadAssets } from '../../test/factories.ts';

let server: TestServer;
let publisher: Caller;
let learner: Caller;

beforeAll(async () => {
  server = await startTestServer();
  publisher = await server.signUp('publisher');
  learner = await server.signUp();
  await uploadAssets(publisher);
});
afterAll(() => server.close());

const sync = (who: Caller, query: Record<string, string> = {}) =>
  who.get<UnitSyncResponse & { code: string }>(`/content/units/sync?${new URLSearchParams(query)}`);
const shift = (cursor: string, byMs: number): string => new Date(Date.parse(cursor) + byMs).toISOString();

describe('the sync feed', () => {
  it('[CT-1] gives what changed, whole and in the order of change, as the contract says', async () => {
    const replica = new Replica(learner);
    await replica.pull();
    const first = await publish(publisher, makeUnit({ withAssets: true }));
    const second = await publish(publisher, makeUnit({ title: 'Second' }));
    await publish(publisher, { ...makeUnit({ id: first.id }), title: 'First again' });
    const page = await replica.pullPage();
    expect(Value.Check(UnitSyncResponseSchema, page)).toBe(true);
    expect(page.units.map((unit) => [unit.id, unit.title])).toEqual([
      [second.id, 'Second'],
      [first.id, 'First again'],
    ]);
    expect(page.units.every((unit, at, all) => at === 0 || (all[at - 1]?.updated_at ?? '') < unit.updated_at)).toBe(true);
    expect((page.units[1] as Unit).lessons[0]?.payload.exercises).toHaveLength(2);
  });

  it('[CT-6] says schema_version 1 where nothing else was said, and what was said where it was', async () => {
    const plain = await publish(publisher, makeUnit());
    expect([plain.schema_version, plain.lessons[0]?.schema_version]).toEqual([1, 1]);
    const newer = makeUnit({ schema_version: 7 });
    expect(
      (await publish(publisher, { ...newer, lessons: newer.lessons.map((lesson) => ({ ...lesson, schema_version: 3 })) }))
        .schema_version,
    ).toBe(7);
    const pulled = expectStatus(await learner.get<Unit>(`/content/units/${newer.id}`), 200);
    expect([pulled.schema_version, pulled.lessons[0]?.schema_version]).toEqual([7, 3]);
  });

  it('[CT-2] gives the same replica for every page size', async () => {
    for (let count = 0; count < 12; count += 1) await publish(publisher, makeUnit({ title: `Unit ${count}` }));
    const whole = new Replica(learner);
    await whole.pull(500);
    for (let limit = 1; limit <= whole.units.size + 1; limit += 1) {
      const replica = new Replica(learner);
      await replica.pull(limit);
      expect(replica.contents()).toEqual(whole.contents());
    }
  });

  it('[CT-2] misses nothing whatever the order in which writers commit', async () => {
    const replica = new Replica(learner);
    await replica.pull();
    // A writer that holds the feed's lock, as a slow publication does, with a stamp given and nothing committed.
    const slow = await server.pool.connect();
    const old = await publish(publisher, makeUnit({ title: 'before' }));
    await slow.query('begin');
    await slow.query(`update feed set head = greatest(clock_timestamp(), head + interval '1 millisecond')`);
    await slow.query('update units set updated_at = (select head from feed), version = version + 1 where id = $1', [old.id]);
    await slow.query(
      `insert into unit_versions select unit_id, version + 1, replace(full_document, '"version":1', '"version":2'), summary_document, exercises, published_at from unit_versions where unit_id = $1`,
      [old.id],
    );
    const quick = publish(publisher, makeUnit({ title: 'started later' }));
    const joining = learner.put(`/content/my-units/${old.id}`);
    expectStatus(await joining, 204);
    await replica.pull();
    expect(replica.units.get(old.id)?.in_my_units).toBe(true);
    const cursorBefore = replica.cursor;
    await slow.query('commit');
    slow.release();
    const quickUnit = await quick;
    await replica.pull();
    expect(replica.cursor).not.toBe(cursorBefore);
    expect(replica.units.has(quickUnit.id)).toBe(true);
    const fresh = new Replica(learner);
    await fresh.pull();
    expect(replica.units.size).toBe(fresh.units.size);
    const changes = await server.pool.query<{ stamps: number; units: number }>(
      'select count(distinct updated_at)::int as stamps, count(*)::int as units from units',
    );
    expect(changes.rows[0]?.stamps).toBe(changes.rows[0]?.units);
  });

  it('[CT-2] a pull waits for a joining that is under way, so that none is passed by', async () => {
    const unit = await publish(publisher, makeUnit());
    const replica = new Replica(learner);
    await replica.pull();
    const joining = await server.pool.connect();
    await joining.query('begin');
    await joining.query('select 1 from learner_feeds where user_id = $1 for update', [learner.id]);
    await joining.query(
      `update learner_feeds set head = greatest(head, (select head from feed)) + interval '1 microsecond' where user_id = $1`,
      [learner.id],
    );
    await joining.query('insert into my_units select user_id, $2, true, head from learner_feeds where user_id = $1', [
      learner.id,
      unit.id,
    ]);
    const newer = await publish(publisher, makeUnit({ title: 'stamped above the joining' }));
    const pulling = replica.pull();
    await joining.query('commit');
    joining.release();
    await pulling;
    await replica.pull();
    expect(replica.units.has(newer.id)).toBe(true);
    expect(replica.units.get(unit.id)?.in_my_units).toBe(true);
  });

  it('[CT-2] writers and joiners in a crowd: whoever pulls beside them ends with exactly what is visible', async () => {
    const replicas = await Promise.all([1, 2, 3].map(async () => new Replica(await server.signUp())));
    const units = Array.from({ length: 24 }, (_, index) => makeUnit({ title: `Crowd ${index}`, is_global: index % 3 !== 0 }));
    let writing = true;
    const readers = replicas.map(async (replica) => {
      for (; writing; await nextTurn()) await replica.pull(2);
    });
    const written = Promise.all(
      [0, 1, 2, 3].map(async (worker) => {
        for (const [index, unit] of units.entries()) {
          if (index % 4 !== worker) continue;
          await publish(publisher, unit);
          const some = replicas[index % 3];
          if (unit.is_global) expectStatus(await (some ?? replicas[0])!.caller.put(`/content/my-units/${unit.id}`), 204);
          if (index % 2 === 0) await publish(publisher, { ...unit, title: `${unit.title} again`, is_global: !unit.is_global });
          if (index % 5 === 0) expectStatus(await publisher.delete(`/content/units/${unit.id}`), 204);
        }
      }),
    );
    await written.finally(() => (writing = false));
    await Promise.all(readers);
    for (const replica of replicas) {
      await replica.pull(3);
      const fresh = new Replica(replica.caller);
      await fresh.pull();
      expect(replica.contents()).toEqual(fresh.contents());
      expect(
        [...replica.units.values()]
          .filter((unit) => unit.in_my_units)
          .map((unit) => unit.id)
          .sort(),
      ).toEqual(
        [...fresh.units.values()]
          .filter((unit) => unit.in_my_units)
          .map((unit) => unit.id)
          .sort(),
      );
      const digest = expectStatus(await replica.caller.get(`/content/units/digest?at=${replica.cursor}`), 200);
      expect(digest).toEqual(replica.digest());
    }
  });

  it('[CT-5] refuses malformed cursors and such as lie beyond the head; understands other offsets', async () => {
    const { cursor } = expectStatus(await sync(learner), 200);
    expect(cursor).toMatch(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}Z$/);
    for (const since of [
      '',
      'yesterday',
      '2026-13-01T00:00:00Z',
      '2026-11-24',
      '2026-11-24T25:00:00Z',
      '1',
      'null',
      "'; select 1",
    ]) {
      const answer = await sync(learner, { since });
      expect([since, answer.status, answer.body.code]).toEqual([since, 400, 'invalid_cursor']);
    }
    expect((await sync(learner, { since: shift(cursor, 60_000) })).body.code).toBe('invalid_cursor');
    const next = cursor.replace(/\d{6}(?=Z)/, (micros) => String(Math.min(999_999, Number(micros) + 1)).padStart(6, '0'));
    if (next !== cursor) expect((await sync(learner, { since: next })).body.code).toBe('invalid_cursor');
    const micros = cursor.slice(19);
    const east = `${new Date(Date.parse(cursor) + 2 * 3_600_000).toISOString().slice(0, 19)}${micros.replace('Z', '+02:00')}`;
    expect(expectStatus(await sync(learner, { since: east }), 200).units).toEqual([]);
    expect(expectStatus(await learner.get<UnitSyncResponse>(`/content/units/sync?since=${east}`), 200).cursor).toBe(cursor);
    const { status, body } = await sync(learner, { since: 'nonsense', feed_id: '0190a000-0000-7000-8000-000000000000' });
    expect([status, body.code]).toEqual([410, 'cursor_expired']);
  });

  it('[CT-5] a cursor older than tombstones are kept for has expired; the newest never has, however quiet it was', async () => {
    const answer = await sync(learner, { since: '2001-01-01T00:00:00Z' });
    expect([answer.status, answer.body.code]).toEqual([410, 'cursor_expired']);
    const quiet = await startTestServer();
    try {
      await quiet.pool.query(`update feed set head = head - interval '10 years'`);
      const somebody = await quiet.signUp();
      const first = expectStatus(await sync(somebody), 200);
      expectStatus(await sync(somebody, { since: first.cursor }), 200);
    } finally {
      await quiet.close();
    }
  });

  it('[CT-2] a first pull goes on from page to page though its units changed longer ago than tombstones are kept', async () => {
    const old = await startTestServer();
    try {
      const [author, newcomer] = [await old.signUp('publisher'), await old.signUp()];
      const ids: string[] = [];
      for (let count = 0; count < 3; count += 1) ids.push((await publish(author, makeUnit())).id);
      await old.pool.query(`update units set updated_at = updated_at - interval '5 years'`);
      const seen: string[] = [];
      let since: string | null = null;
      for (let hasMore = true; hasMore; ) {
        const query = { limit: '1', include_deleted: 'true', ...(since === null ? {} : { since }) };
        const page: UnitSyncResponse = expectStatus(await sync(newcomer, query), 200);
        seen.push(...page.units.map(({ id }) => id));
        since = page.cursor;
        hasMore = page.has_more;
      }
      expect(seen).toEqual(ids);
    } finally {
      await old.close();
    }
  });

  it('[CT-5] a server whose clock was set back goes on above its last stamp and refuses no cursor of its own', async () => {
    const ahead = await startTestServer();
    try {
      // To the database it is the same whether the clock went back or the last stamp lies ahead.
      await ahead.pool.query(`update feed set head = clock_timestamp() + interval '3 hours'`);
      const [writer, reader] = [await ahead.signUp('publisher'), await ahead.signUp()];
      const replica = new Replica(reader);
      await replica.pull();
      for (let round = 0; round < 5; round += 1) {
        const unit = await publish(writer, makeUnit());
        expectStatus(await reader.put(`/content/my-units/${unit.id}`), 204);
        await replica.pull();
        expect(replica.units.get(unit.id)?.in_my_units).toBe(true);
        const unmarked = await publish(writer, makeUnit());
        await replica.pull();
        expect(replica.units.has(unmarked.id)).toBe(true);
      }
    } finally {
      await ahead.close();
    }
  });

  it('[CT-9] ends a page at about 512 KB, says that there is more, and leaves payloads out of summaries', async () => {
    const big = await startTestServer();
    try {
      const [writer, reader] = [await big.signUp('publisher'), await big.signUp()];
      for (let count = 0; count < 5; count += 1) {
        const unit = makeUnit({ title: `Long ${count}` });
        const lessons = unit.lessons.map((lesson) => ({
          ...lesson,
          payload: { ...lesson.payload, body_markdown: 'x'.repeat(190_000) },
        }));
        await publish(writer, { ...unit, lessons });
      }
      const full = await sync(reader);
      expect(full.body.units).toHaveLength(2);
      expect(full.body.has_more).toBe(true);
      expect(full.raw.length).toBeLessThan(600_000);
      const summary = await sync(reader, { payload: 'summary' });
      expect([summary.body.units.length, summary.body.has_more]).toEqual([5, false]);
      expect(summary.raw.length).toBeLessThan(10_000);
      expect('payload' in (summary.body.units[0]?.lessons[0] ?? {})).toBe(false);
      const replica = new Replica(reader);
      expect(await replica.pull()).toBe(3);
    } finally {
      await big.close();
    }
  });

  it('[CT-9] "nothing changed" is 304, and touches no row when it was just asked', async () => {
    const { cursor } = expectStatus(await sync(learner), 200);
    const empty = await sync(learner, { since: cursor });
    expect(empty.body.units).toEqual([]);
    const etag = String(empty.headers['etag']);
    const queries: string[] = [];
    const query = server.pool.query.bind(server.pool);
    server.pool.query = ((text: string, ...rest: unknown[]) => (
      queries.push(text),
      query(text, ...(rest as []))
    )) as typeof server.pool.query;
    try {
      const again = await learner.get(`/content/units/sync?since=${cursor}`, { 'if-none-match': etag });
      expect([again.status, again.raw.length, queries]).toEqual([304, 0, []]);
    } finally {
      server.pool.query = query;
    }
    await publish(publisher, makeUnit());
    const changed = await learner.get<UnitSyncResponse>(`/content/units/sync?since=${cursor}`, { 'if-none-match': etag });
    expect([changed.status, changed.body.units.length]).toEqual([200, 1]);
  });

  it('[CT-12] the digest is that of a correct replica at the head, and stale anywhere else', async () => {
    await publish(publisher, makeUnit({ is_global: false }));
    for (const who of [learner, publisher]) {
      const replica = new Replica(who);
      await replica.pull();
      const at = replica.cursor ?? '';
      expect(expectStatus(await who.get(`/content/units/digest?at=${at}`), 200)).toEqual(replica.digest());
      const stale = await who.get(`/content/units/digest?at=${shift(at, -1_000)}`);
      expect([stale.status, stale.body.code]).toEqual([409, 'digest_stale']);
    }
    const before = new Replica(learner);
    await before.pull();
    await publish(publisher, makeUnit());
    const stale = await learner.get(`/content/units/digest?at=${before.cursor}`);
    expect([stale.status, stale.body.code]).toEqual([409, 'digest_stale']);
    expect((await learner.get('/content/units/digest?at=never')).body.code).toBe('invalid_cursor');
  });

  it('[CT-11] a database restored elsewhere is another feed: cursors with the old feed_id expire', async () => {
    const page = expectStatus(await sync(learner), 200);
    await server.pool.query(`update feed set home = 'another cluster'`);
    const restored = await server.startNode();
    try {
      const answer = await restored.http.inject({
        url: `/api/v1/content/units/sync?since=${page.cursor}&feed_id=${page.feed_id}`,
        headers: { authorization: `Bearer ${learner.token}` },
      });
      expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([410, 'cursor_expired']);
      expect(answer.headers['haversack-server']).not.toBe(page.feed_id);
    } finally {
      await restored.close();
    }
  });
});
