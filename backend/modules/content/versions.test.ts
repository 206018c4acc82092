import { randomBytes, randomUUID } from 'node:crypto';
import { type Unit, UnitVersionList } from '@haversack/contract';
import { Value } from 'typebox/value';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Caller, startTestServer, type TestServer } from '../../test/app.ts';
import {
  expectStatus,
  itemsOf,
  makeEvent,
  makeLesson,
  makeUnit,
  publish,
  Replica,
  sha256Hex,
  SOUND,
  uploadAssets,
} from '../../test/factories.ts';

let server: TestServer;
let publisher: Caller;
let rival: Caller;
let learner: Caller;

beforeAll(async () => {
  server = await startTestServer();
  [publisher, rival, learner] = await Promise.all([server.signUp('publisher'), server.signUp('publisher'), server.signUp()]);
  await uploadAssets(publisher);
});
afterAll(() => server.close());

type Rolled = Unit & { code: string; errors?: { path: string }[] };
const keyed = (): Record<string, string> => ({ 'idempotency-key': randomUUID() });
const rollBack = (who: Caller, id: string, version: unknown, headers: Record<string, string> = keyed()) =>
  who.post<Rolled>(`/content/units/${id}/rollback`, { version }, headers);
const versionsOf = async (id: string, query = ''): Promise<UnitVersionList> =>
  expectStatus(await publisher.get<UnitVersionList>(`/content/units/${id}/versions${query}`), 200);
/** A unit's content, without what the server makes of it. */
const contentOf = ({ version: _v, updated_at: _u, lessons, assets, ...head }: Unit) => ({
  ...head,
  lessons: lessons.map(({ updated_at: _, ...lesson }) => lesson),
  assets: assets.map(({ updated_at: _at, url: _url, url_expires_at: _end, ...asset }) => asset),
});

/** A unit whose second version has lost a lesson and its sound. */
async function publishTwo() {
  const first = makeUnit({ withAssets: true });
  const extra = makeLesson(first.id, 'Filter it');
  const unit = { ...first, lessons: [...first.lessons, extra], lesson_order: [...first.lesson_order, extra.id] };
  const published = await publish(publisher, unit);
  const [kept] = unit.lessons;
  if (kept === undefined) throw new Error('the factory changed');
  const second = await publish(publisher, {
    ...unit,
    title: 'Water, shorter',
    lessons: [{ ...kept, payload: { ...kept.payload, audio_asset_id: null } }],
    lesson_order: [kept.id],
    assets: unit.assets.filter((asset) => asset.type === 'image'),
  });
  const sound = unit.assets.find((asset) => asset.type === 'audio');
  if (sound === undefined) throw new Error('the factory changed');
  return { id: unit.id, first: published, second, extra, sound };
}

describe('earlier versions', () => {
  it('[CT-8] are listed for their owner, the newest first, page by page', async () => {
    const { id, first, second } = await publishTwo();
    const all = await versionsOf(id);
    expect(Value.Check(UnitVersionList, all)).toBe(true);
    expect(all).toEqual({
      versions: [second, first].map(({ version, title, updated_at, download_size_bytes }) => ({
        version,
        title,
        published_at: updated_at,
        download_size_bytes,
      })),
      has_more: false,
    });
    expect(await versionsOf(id, '?limit=1')).toEqual({ versions: all.versions.slice(0, 1), has_more: true });
    expect(await versionsOf(id, '?limit=1&before=2')).toEqual({ versions: all.versions.slice(1), has_more: false });
    expect((await publisher.get(`/content/units/${id}/versions?before=0`)).status).toBe(400);
  });

  it('[CT-10] are nobody else’s: 403 of what one sees, 404 of what one does not, and nothing of what is deleted', async () => {
    const [open, hidden, gone] = [makeUnit(), makeUnit({ is_global: false }), makeUnit()];
    for (const unit of [open, hidden, gone]) await publish(publisher, unit);
    expectStatus(await publisher.delete(`/content/units/${gone.id}`), 204);
    const cases = [
      [rival, open.id, 403, 403],
      [rival, hidden.id, 404, 404],
      [rival, randomUUID(), 404, 404],
      [rival, gone.id, 404, 409],
      [publisher, gone.id, 404, 409],
      [publisher, randomUUID(), 404, 404],
      [learner, open.id, 403, 403],
      [learner, hidden.id, 403, 403],
      [server.anyone, open.id, 401, 401],
    ] as const;
    for (const [who, id, listStatus, rollStatus] of cases) {
      const statuses = [(await who.get(`/content/units/${id}/versions`)).status, (await rollBack(who, id, 1)).status];
      expect([cases.findIndex((one) => one[1] === id), ...statuses]).toEqual([
        cases.findIndex((one) => one[1] === id),
        listStatus,
        rollStatus,
      ]);
    }
    // Not even whether it has such a version, or lacks an object, is told to others.
    expect((await rollBack(rival, hidden.id, 99)).status).toBe(404);
    expect((await rollBack(rival, open.id, 99)).status).toBe(403);
  });
});

describe('rolling back', () => {
  it('[CT-8] publishes what the version held as the next one', async () => {
    const { id, first } = await publishTwo();
    const answer = await rollBack(publisher, id, 1);
    expect([answer.status, answer.body.version, answer.headers['etag']]).toEqual([200, 3, '"3"']);
    expect(contentOf(answer.body)).toEqual(contentOf(first));
    expect((await versionsOf(id)).versions.map(({ version, title }) => [version, title])).toEqual([
      [3, 'Water'],
      [2, 'Water, shorter'],
      [1, 'Water'],
    ]);
    const again = await rollBack(publisher, id, 1);
    expect([again.status, again.body.version, again.body.updated_at]).toEqual([200, 3, answer.body.updated_at]);
  });

  it('[CT-3] brings removed lessons and files back to devices, above their tombstones', async () => {
    const { id, extra, sound, first } = await publishTwo();
    const early = new Replica(learner);
    await early.pull();
    const replica = new Replica(learner);
    await replica.pull();
    // A device that has seen version 1 and then the removal.
    await publish(publisher, { ...contentOf(first) });
    await replica.pull();
    const sinceBoth = replica.cursor ?? '';
    await rollBack(publisher, id, 2);
    await replica.pull();
    expect(replica.lessonTombstones).toContain(extra.id);
    const goneAt = replica.cursor ?? '';
    expect(await signed(sound.id)).toEqual([]);
    await rollBack(publisher, id, 1);
    const page = await replica.pullPage();
    const back = replica.units.get(id)?.lessons.find((lesson) => lesson.id === extra.id);
    expect(back?.title).toBe('Filter it');
    expect((back?.updated_at ?? '') > goneAt).toBe(true);
    expect(page.deleted.lessons).toEqual([]);
    expect(await signed(sound.id)).toEqual([sound.id]);
    // The stamp of its return stays with it.
    const next = await publish(publisher, { ...contentOf(first), title: 'Once more' });
    expect(next.lessons.find((lesson) => lesson.id === extra.id)?.updated_at).toBe(back?.updated_at);
    await replica.pull();
    // Whoever pulls over all of it at once hears of no removal.
    const query = new URLSearchParams({ since: sinceBoth, include_deleted: 'true' });
    const later = await learner.get<{ deleted: { lessons: unknown[] } }>(`/content/units/sync?${query}`);
    expect(later.body.deleted.lessons).toEqual([]);
    await early.pull();
    expect(early.contents()).toEqual(replica.contents());
    const digest = await learner.get<{ hash: string }>(`/content/units/digest?at=${encodeURIComponent(replica.cursor ?? '')}`);
    expect(digest.body.hash).toBe(replica.digest().hash);
  });

  const signed = async (id: string): Promise<string[]> => {
    const answer = await learner.post<{ assets: { id: string }[] }>('/content/assets/sign', { asset_ids: [id] });
    return answer.body.assets.map((asset) => asset.id);
  };

  it('[LS-5] answers to what was published anew are marked against it', async () => {
    const { id, extra } = await publishTwo();
    await rollBack(publisher, id, 1);
    const exercise = extra.payload.exercises.find((one) => one.type === 'short_answer');
    const event = makeEvent({
      unit_id: id,
      unit_version: 3,
      lesson_id: extra.id,
      type: 'exercise_answered',
      exercise_id: exercise?.id ?? '',
      answer: { text: '100' },
    });
    expectStatus(await learner.post('/learning_session/events', itemsOf(event)), 200);
    const { rows } = await server.pool.query<{ marked_correct: boolean }>(
      'select marked_correct from events where event_id = $1',
      [event.event_id],
    );
    expect(rows).toEqual([{ marked_correct: true }]);
  });

  it('keeps If-Match and the key: a repeat has no second effect', async () => {
    const { id } = await publishTwo();
    expect((await rollBack(publisher, id, 1, { ...keyed(), 'if-match': '"1"' })).status).toBe(412);
    const key = { ...keyed(), 'if-match': '"2"' };
    const answers = await Promise.all(Array.from({ length: 4 }, () => rollBack(publisher, id, 1, key)));
    expect(answers.map((answer) => [answer.status, answer.body.version])).toEqual(answers.map(() => [200, 3]));
    expect((await rollBack(publisher, id, 2, key)).body.code).toBe('idempotency_key_reused');
    expect((await rollBack(publisher, id, 1, {})).body.code).toBe('idempotency_key_missing');
    expect((await versionsOf(id)).versions).toHaveLength(3);
  });

  it('[CT-8] refuses a version that is none, and one whose files are gone, by path, and changes nothing', async () => {
    const bytes = randomBytes(40);
    await publisher.put(`/objects/${sha256Hex(bytes)}`, bytes);
    const unit = makeUnit({ withAssets: true });
    const [picture] = unit.assets;
    if (picture === undefined) throw new Error('the factory changed');
    const object_id = sha256Hex(bytes);
    const other = { ...picture, object_id, size_bytes: 40, checksum: `sha256:${object_id}` };
    await publish(publisher, { ...unit, assets: [other, ...unit.assets.slice(1)] });
    await publish(publisher, unit);
    await server.objectStore.remove(object_id);
    const lacking = await rollBack(publisher, unit.id, 1);
    expect([lacking.status, lacking.body.code, lacking.body.errors?.map((error) => error.path)]).toEqual([
      422,
      'invalid_body',
      ['/assets/0/object_id'],
    ]);
    const none = await rollBack(publisher, unit.id, 7);
    expect([none.status, none.body.errors?.map((error) => error.path)]).toEqual([422, ['/version']]);
    for (const version of [0, 1.5, '1', null]) expect((await rollBack(publisher, unit.id, version)).status).toBe(422);
    expect((await versionsOf(unit.id)).versions).toHaveLength(2);
    expect((await server.objectStore.stat(sha256Hex(SOUND)))?.sizeBytes).toBe(SOUND.length);
  });

  it('[CT-4] leaves it as it is now who may see the unit', async () => {
    const unit = makeUnit();
    await publish(publisher, unit);
    await publish(publisher, { ...unit, is_global: false, title: 'mine' });
    const replica = new Replica(learner);
    await replica.pull();
    expect((await rollBack(publisher, unit.id, 1)).body).toMatchObject({ title: 'Water', is_global: false, version: 3 });
    await replica.pull();
    expect(replica.units.has(unit.id)).toBe(false);
    await publish(publisher, { ...unit, title: 'shared again' });
    expect((await rollBack(publisher, unit.id, 2)).body).toMatchObject({ title: 'mine', is_global: true });
    await replica.pull();
    expect(replica.units.get(unit.id)?.title).toBe('mine');
  });
});

describe('sharing', () => {
  it('[CT-4] a unit in “my units” that is taken back and shared again is in them again, on every device', async () => {
    const unit = makeUnit({ withAssets: true });
    const asset_ids = unit.assets.map((asset) => asset.id);
    await publish(publisher, unit);
    expectStatus(await learner.put(`/content/my-units/${unit.id}`), 204);
    const [phone, late] = [new Replica(learner), new Replica(learner)];
    await phone.pull();
    await publish(publisher, { ...unit, is_global: false });
    await phone.pull();
    expect(phone.tombstones).toContainEqual({ id: unit.id, reason: 'access_revoked' });
    for (const path of [`/content/units/${unit.id}`]) expect((await learner.get(path)).status).toBe(404);
    expect((await learner.post<{ assets: unknown[] }>('/content/assets/sign', { asset_ids })).body.assets).toEqual([]);
    expect((await learner.delete(`/content/my-units/${unit.id}`)).status).toBe(404);
    const listed = await learner.get<{ units: Unit[] }>('/content/units?scope=personal&limit=500');
    expect(listed.body.units.map((one) => one.id)).not.toContain(unit.id);
    await late.pull();
    expect(late.units.has(unit.id)).toBe(false);
    await publish(publisher, unit);
    for (const device of [phone, late]) {
      await device.pull();
      expect(device.units.get(unit.id)?.in_my_units).toBe(true);
    }
    expect(phone.contents()).toEqual(late.contents());
  });

  it('[CT-4] switched off and on between two pulls, a unit stays; off, on and off, it goes', async () => {
    const unit = makeUnit();
    await publish(publisher, unit);
    const replica = new Replica(learner);
    await replica.pull();
    for (const is_global of [false, true]) await publish(publisher, { ...unit, is_global });
    await replica.pull(1);
    await replica.pull();
    expect(replica.units.get(unit.id)?.version).toBe(3);
    expect(replica.tombstones.filter(({ id }) => id === unit.id)).toEqual([]);
    for (const is_global of [false, true, false]) await publish(publisher, { ...unit, is_global });
    await replica.pull();
    expect(replica.units.has(unit.id)).toBe(false);
    const digest = await learner.get<{ hash: string }>(`/content/units/digest?at=${encodeURIComponent(replica.cursor ?? '')}`);
    expect(digest.body.hash).toBe(replica.digest().hash);
  });

  it('[CT-4] lessons removed while a unit was its owner’s alone are news to nobody else', async () => {
    const base = makeUnit();
    const drop = makeLesson(base.id, 'goes');
    const whole = { ...base, lessons: [...base.lessons, drop], lesson_order: [...base.lesson_order, drop.id] };
    await publish(publisher, { ...whole, is_global: false });
    const replica = new Replica(learner);
    await replica.pull();
    await publish(publisher, { ...base, is_global: false });
    await publish(publisher, { ...base, is_global: true });
    await replica.pull();
    expect(replica.units.has(base.id)).toBe(true);
    expect(replica.lessonTombstones).not.toContain(drop.id);
  });
});
