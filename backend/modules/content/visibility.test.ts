import type { UnitSyncResponse } from '@haversack/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Caller, startTestServer, type TestServer } from '../../test/app.ts';
import { expectStatus, makeLesson, makeUnit, publish, Replica, uploadAssets } from '../../test/factories.ts';

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

describe('what one sees', () => {
  it('[CT-3] tells of deleted units and lessons, and of nothing when it is not asked', async () => {
    const keep = makeLesson('', 'stays');
    const drop = makeLesson('', 'goes');
    const base = makeUnit();
    const lessons = [keep, drop].map((lesson) => ({ ...lesson, unit_id: base.id }));
    const unit = { ...base, lessons, lesson_order: lessons.map((lesson) => lesson.id) };
    const gone = makeUnit();
    await publish(publisher, unit);
    await publish(publisher, gone);
    const replica = new Replica(learner);
    await replica.pull();
    const since = replica.cursor ?? '';
    await publish(publisher, { ...unit, lessons: lessons.slice(0, 1), lesson_order: [keep.id] });
    expectStatus(await publisher.delete(`/content/units/${gone.id}`), 204);
    const quiet = expectStatus(await sync(learner, { since }), 200);
    expect(quiet.deleted).toEqual({ units: [], lessons: [] });
    expect(quiet.units.map((one) => one.id)).toEqual([unit.id]);
    await replica.pull();
    expect(replica.tombstones).toEqual([{ id: gone.id, reason: 'deleted' }]);
    expect(replica.lessonTombstones).toEqual([drop.id]);
    expect(expectStatus(await sync(learner), 200).deleted).toEqual({ units: [], lessons: [] });
  });

  it('[CT-3] what was made and deleted between two pulls never comes to life', async () => {
    const replica = new Replica(learner);
    await replica.pull();
    const short = await publish(publisher, makeUnit());
    await publish(publisher, { ...makeUnit({ id: short.id }), title: 'changed once' });
    expectStatus(await publisher.delete(`/content/units/${short.id}`), 204);
    await replica.pull(1);
    expect(replica.units.has(short.id)).toBe(false);
    await replica.pull();
    expect(replica.units.has(short.id)).toBe(false);
  });

  it('[CT-4] an old unit that becomes visible arrives; one that stops is a tombstone for those alone who saw it', async () => {
    const hidden = makeUnit({ is_global: false });
    await publish(publisher, hidden);
    const [theirs, own] = [new Replica(learner), new Replica(publisher)];
    await Promise.all([theirs.pull(), own.pull()]);
    expect([theirs.units.has(hidden.id), own.units.has(hidden.id)]).toEqual([false, true]);
    await publish(publisher, { ...hidden, is_global: true });
    await theirs.pull();
    expect(theirs.units.has(hidden.id)).toBe(true);
    await publish(publisher, { ...hidden, is_global: false, title: 'mine again' });
    await Promise.all([theirs.pull(), own.pull()]);
    expect(theirs.tombstones).toContainEqual({ id: hidden.id, reason: 'access_revoked' });
    expect(own.units.get(hidden.id)?.title).toBe('mine again');
    // Who came later never saw it, whatever cursor they show.
    const late = await server.signUp();
    const shown = expectStatus(await sync(late, { since: shift(theirs.cursor ?? '', -60_000), include_deleted: 'true' }), 200);
    expect(shown.deleted.units.map((one) => one.id)).not.toContain(hidden.id);
    // Its deletion is news to its owner alone.
    expectStatus(await publisher.delete(`/content/units/${hidden.id}`), 204);
    theirs.tombstones.length = 0;
    await Promise.all([theirs.pull(), own.pull()]);
    expect(theirs.tombstones).toEqual([]);
    expect(own.tombstones).toContainEqual({ id: hidden.id, reason: 'deleted' });
  });

  it('[CT-4] joining and leaving reach the learner’s other devices, once, and nobody else', async () => {
    const unit = await publish(publisher, makeUnit());
    const other = await server.signUp();
    const [phone, tablet, stranger] = [new Replica(learner), new Replica(learner), new Replica(other)];
    await Promise.all([phone.pull(), tablet.pull(), stranger.pull()]);
    for (const [joined, change] of [
      [true, 'put'],
      [false, 'delete'],
      [true, 'put'],
    ] as const) {
      expectStatus(await learner[change](`/content/my-units/${unit.id}`), 204);
      for (const device of [phone, tablet]) {
        const page = await device.pullPage();
        expect(page.units.map((one) => [one.id, one.in_my_units])).toEqual([[unit.id, joined]]);
        expect((await device.pullPage()).units).toEqual([]);
      }
    }
    expect((await stranger.pullPage()).units).toEqual([]);
  });

  it('[CT-4] a learner who joins and leaves a thousand times and more is still told each time', async () => {
    const unit = await publish(publisher, makeUnit());
    // As after a thousand changes since the last publication: the room for personal stamps is used up.
    await server.pool.query(
      `update learner_feeds set head = (select head from feed) + interval '999 microseconds' where user_id = $1`,
      [learner.id],
    );
    const replica = new Replica(learner);
    await replica.pull();
    expectStatus(await learner.put(`/content/my-units/${unit.id}`), 204);
    await replica.pull();
    expect(replica.units.get(unit.id)?.in_my_units).toBe(true);
    const later = await publish(publisher, makeUnit());
    await replica.pull();
    expect(replica.units.has(later.id)).toBe(true);
  });
});
