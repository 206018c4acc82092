import { id, makeUnit } from '../../test/factories.ts';
import { settle } from '../../test/hand-clock.ts';
import { lessonOf, playLesson, query } from '../../test/learner.ts';
import {
  beginWith,
  bytesOnDisk,
  coverOf,
  download,
  finish,
  lessonsOf,
  MINUTE_MS,
  recordingOf,
  setLimit,
  stateOf,
  statusesOf,
  UNIT_BYTES,
  unitOf,
} from '../../test/limited-room.ts';

const OBJECTS = /GET .*\/objects\//;

describe('what makes room', () => {
  it('[DL-12] the choice outlives a restart, and no limit is no limit', async () => {
    const { ana } = await beginWith(1);
    await setLimit(ana, 4_000);
    const again = await ana.restart();
    expect(await again.person().offlineCache.downloadSettings()).toEqual({ isWifiOnly: false, storageLimitBytes: 4_000 });
    for (const bytes of [0, -1, 1.5, Number.NaN]) await expect(setLimit(again, bytes)).rejects.toThrow(RangeError);
    await setLimit(again, null);
    expect(await again.person().offlineCache.downloadSettings()).toMatchObject({ storageLimitBytes: null });
    await again.app.close();
  });

  it('[DL-12] lowering the limit takes finished units, the longest unused first, and no more than needed', async () => {
    const { ana } = await beginWith(1, 2, 3);
    await download(ana, 1, 2, 3);
    await finish(ana, 1, 2, 3);
    // Looked at again: now the second is the longest unused.
    await lessonOf(ana.person(), unitOf(1), id(2, 10));
    await setLimit(ana, 3 * UNIT_BYTES - 1);
    expect(await statusesOf(ana, 1, 2, 3)).toEqual(['downloaded', 'not_downloaded', 'downloaded']);
    await setLimit(ana, 2 * UNIT_BYTES - 1);
    expect(await statusesOf(ana, 1, 2, 3)).toEqual(['downloaded', 'not_downloaded', 'not_downloaded']);
    expect(await bytesOnDisk(ana)).toBeLessThan(2 * UNIT_BYTES);
    await ana.app.close();
  });

  it('[DL-12] playing a recording is use too; showing the cover in a list is not', async () => {
    const { ana } = await beginWith(1, 2, 3);
    await download(ana, 1, 2, 3);
    await finish(ana, 1, 2, 3);
    await ana.person().offlineCache.resolveAsset(recordingOf(1));
    await ana.clock.advance(MINUTE_MS);
    await ana.person().offlineCache.resolveAsset(coverOf(2));
    await setLimit(ana, 3 * UNIT_BYTES - 1);
    expect(await statusesOf(ana, 1, 2, 3)).toEqual(['downloaded', 'not_downloaded', 'downloaded']);
    await ana.app.close();
  });

  it('[DL-12] a download takes the room it needs before it begins', async () => {
    const { ana } = await beginWith(1, 2, 3);
    await download(ana, 1, 2);
    await finish(ana, 1, 2);
    await setLimit(ana, 2 * UNIT_BYTES);
    const most: number[] = [];
    const append = ana.platform.files.append.bind(ana.platform.files);
    ana.platform.files.append = async (...args) => {
      await append(...args);
      most.push(await bytesOnDisk(ana));
    };
    await download(ana, 3);
    expect(await statusesOf(ana, 1, 2, 3)).toEqual(['not_downloaded', 'not_downloaded', 'downloaded']);
    expect(Math.max(...most)).toBeLessThanOrEqual(2 * UNIT_BYTES);
    await ana.app.close();
  });

  it('[DL-12] the lessons’ text and the cover of a unit that made room stay, and its recordings can be had again', async () => {
    const { ana } = await beginWith(1);
    await download(ana, 1);
    await finish(ana, 1);
    await setLimit(ana, UNIT_BYTES - 1);
    expect(await stateOf(ana, 1)).toMatchObject({ status: 'not_downloaded' });
    expect(await ana.person().offlineCache.listCachedUnits()).toEqual([]);
    ana.network.isDown = true;
    ana.setOnline(false);
    expect((await lessonOf(ana.person(), unitOf(1), id(2, 10))).bodyMarkdown).toBe('Text of 10.');
    expect(await ana.person().offlineCache.resolveAsset(coverOf(1))).toMatchObject({ kind: 'local' });
    expect(await ana.person().offlineCache.resolveAsset(recordingOf(1))).toEqual({ kind: 'placeholder', reason: 'offline' });
    ana.network.isDown = false;
    ana.setOnline(true);
    await setLimit(ana, null);
    await download(ana, 1);
    expect(await statusesOf(ana, 1)).toEqual(['downloaded']);
    await ana.app.close();
  });

  it('[DL-12] what was opened and not downloaded goes after finished units, the longest ago first', async () => {
    const { ana } = await beginWith(1, 2, 3);
    await ana.person().offlineCache.resolveAsset(coverOf(2));
    await ana.clock.advance(MINUTE_MS);
    await ana.person().offlineCache.resolveAsset(coverOf(3));
    await download(ana, 1);
    await finish(ana, 1);
    // 1,000 for the covers of 2 and 3, and 500 for that of 1.
    await setLimit(ana, 1_500);
    expect(await bytesOnDisk(ana)).toBe(1_500);
    await setLimit(ana, 1_000);
    ana.setOnline(false);
    const { resolveAsset } = ana.person().offlineCache;
    expect(await resolveAsset(coverOf(2))).toEqual({ kind: 'placeholder', reason: 'offline' });
    expect(await resolveAsset(coverOf(3))).toMatchObject({ kind: 'local' });
    await ana.app.close();
  });
});

describe('what never makes room', () => {
  it('[DL-12] a unit that is not finished, and then the new download says that the limit is reached and what to do', async () => {
    const { ana } = await beginWith(1, 2);
    await download(ana, 1);
    await playLesson(ana.person(), await lessonOf(ana.person(), unitOf(1), id(2, 10)));
    await ana.person().offlineCache.syncNow();
    await setLimit(ana, UNIT_BYTES);
    const before = ana.network.countOf(OBJECTS);
    await download(ana, 2);
    expect(await stateOf(ana, 2)).toMatchObject({ status: 'failed', reason: 'storage_limit' });
    expect(await statusesOf(ana, 1)).toEqual(['downloaded']);
    expect(ana.network.countOf(OBJECTS)).toBe(before);
    // More room: it goes on by itself.
    await setLimit(ana, 2 * UNIT_BYTES);
    await ana.clock.advance(500);
    expect(await statusesOf(ana, 1, 2)).toEqual(['downloaded', 'downloaded']);
    await ana.app.close();
  });

  it('[DL-12] a limit that is lowered while a download runs stops it before its next file', async () => {
    const { server, ana } = await beginWith();
    server.publish(makeUnit(1, { lessonCount: 6 }));
    await ana.person().offlineCache.syncNow();
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const lift = ana.network.always(OBJECTS, { kind: 'held', until: held });
    await ana.person().offlineCache.requestUnitDownload(unitOf(1));
    await settle();
    expect(ana.network.countOf(OBJECTS)).toBe(3);
    await setLimit(ana, 3_000);
    lift();
    release();
    await ana.clock.advance(500);
    expect(await stateOf(ana, 1)).toMatchObject({ status: 'failed', reason: 'storage_limit' });
    expect(await bytesOnDisk(ana)).toBeLessThanOrEqual(3_000);
    await ana.app.close();
  });

  it('[DL-12] takes nothing when all that may go would not be enough', async () => {
    const { server, ana } = await beginWith(1);
    server.publish(makeUnit(2, { audioBytes: 50_000 }));
    await ana.person().offlineCache.syncNow();
    await download(ana, 1);
    await finish(ana, 1);
    await setLimit(ana, 10_000);
    await download(ana, 2);
    expect(await stateOf(ana, 2)).toMatchObject({ status: 'failed', reason: 'storage_limit' });
    expect(await statusesOf(ana, 1)).toEqual(['downloaded']);
    await ana.app.close();
  });

  it('[DL-12] a unit with work that the server has not confirmed, until it has', async () => {
    const { ana } = await beginWith(1, 2);
    await download(ana, 1, 2);
    await finish(ana, 2);
    ana.network.isDown = true;
    for (const lesson of lessonsOf(1)) await playLesson(ana.person(), await lessonOf(ana.person(), unitOf(1), lesson));
    await ana.person().content.joinMyUnits(unitOf(2));
    const outbox = await query(ana, 'SELECT id, payload FROM outbox ORDER BY seq');
    await setLimit(ana, 1_000);
    expect(await statusesOf(ana, 1, 2)).toEqual(['downloaded', 'downloaded']);
    expect(await query(ana, 'SELECT id, payload FROM outbox ORDER BY seq')).toEqual(outbox);
    ana.network.isDown = false;
    await ana.person().offlineCache.syncNow();
    expect(await statusesOf(ana, 1, 2)).toEqual(['not_downloaded', 'not_downloaded']);
    expect(await bytesOnDisk(ana)).toBeLessThanOrEqual(1_000);
    await ana.app.close();
  });

  it('[DL-12] a unit whose work was refused: that is unsent too', async () => {
    const { server, ana } = await beginWith(1);
    await download(ana, 1);
    server.refuseEvent = ({ type }) => (type === 'exercise_answered' ? 'invalid_body' : null);
    await finish(ana, 1);
    expect(ana.person().offlineCache.syncStatus().refused).toBeGreaterThan(0);
    await setLimit(ana, 1_000);
    expect(await statusesOf(ana, 1)).toEqual(['downloaded']);
    await ana.app.close();
  });

  it('[DL-12] what is open, and what the person keeps', async () => {
    const { ana } = await beginWith(1, 2, 3);
    await download(ana, 1, 2, 3);
    await finish(ana, 1, 2, 3);
    const { offlineCache } = ana.person();
    const close = offlineCache.holdOpen(unitOf(1));
    const closeAgain = offlineCache.holdOpen(unitOf(1));
    await offlineCache.setKept(unitOf(2), true);
    await setLimit(ana, 1_000);
    expect(await statusesOf(ana, 1, 2, 3)).toEqual(['downloaded', 'downloaded', 'not_downloaded']);
    close();
    await offlineCache.syncNow();
    expect(await statusesOf(ana, 1)).toEqual(['downloaded']);
    closeAgain();
    await offlineCache.syncNow();
    expect(await statusesOf(ana, 1, 2)).toEqual(['not_downloaded', 'downloaded']);
    const again = await ana.restart();
    expect(await statusesOf(again, 2)).toEqual(['downloaded']);
    await again.person().offlineCache.setKept(unitOf(2), false);
    expect(await statusesOf(again, 2)).toEqual(['not_downloaded']);
    await again.app.close();
  });

  it('[DL-12] keeping ends when the download is removed', async () => {
    const { ana } = await beginWith(1);
    await download(ana, 1);
    await finish(ana, 1);
    await ana.person().offlineCache.setKept(unitOf(1), true);
    await ana.person().offlineCache.removeDownload(unitOf(1));
    await download(ana, 1);
    await setLimit(ana, 1_000);
    expect(await statusesOf(ana, 1)).toEqual(['not_downloaded']);
    await ana.app.close();
  });

  it('[DL-12] a lesson that was discarded afterwards was not finished', async () => {
    const { server, ana } = await beginWith(1);
    await download(ana, 1);
    server.refuseEvent = ({ type, lesson_id }) =>
      type === 'session_completed' && lesson_id === id(2, 10) ? 'invalid_body' : null;
    await finish(ana, 1);
    const { offlineCache } = ana.person();
    for (const { id: refused } of await offlineCache.listRefused()) await offlineCache.discardRefused(refused);
    await offlineCache.syncNow();
    expect(offlineCache.syncStatus()).toMatchObject({ outstanding: 0, refused: 0 });
    await setLimit(ana, 1_000);
    expect(await statusesOf(ana, 1)).toEqual(['downloaded']);
    await ana.app.close();
  });

  it('[DL-12] what is on its way, also while it is paused', async () => {
    const { ana } = await beginWith(1);
    ana.network.always(new RegExp(makeUnit(1).objects[2]?.asset.object_id ?? ''), { kind: 'lost_before' });
    await download(ana, 1);
    await ana.person().offlineCache.pauseDownload(unitOf(1));
    const { doneBytes } = await stateOf(ana, 1);
    expect(doneBytes).toBe(1_500);
    await setLimit(ana, 100);
    expect(await stateOf(ana, 1)).toMatchObject({ status: 'paused', doneBytes });
    await ana.app.close();
  });
});

describe('a single picture under a limit', () => {
  it('[DL-12] makes room for itself, or says why it cannot', async () => {
    const { ana } = await beginWith(1, 2, 3);
    await setLimit(ana, 1_000);
    const { resolveAsset } = ana.person().offlineCache;
    for (const number of [1, 2, 3]) {
      expect(await resolveAsset(coverOf(number))).toMatchObject({ kind: 'local' });
      await ana.clock.advance(MINUTE_MS);
    }
    expect(await bytesOnDisk(ana)).toBe(1_000);
    await setLimit(ana, 400);
    expect(await bytesOnDisk(ana)).toBe(0);
    expect(await resolveAsset(coverOf(1))).toEqual({ kind: 'placeholder', reason: 'storage_limit' });
    await setLimit(ana, 500);
    expect(await resolveAsset(coverOf(1))).toMatchObject({ kind: 'local' });
    await ana.app.close();
  });

  it('[DL-11] [DL-12] takes no room while it waits for Wi-Fi', async () => {
    const { ana } = await beginWith(1, 2);
    await setLimit(ana, 500);
    const { resolveAsset, setWifiOnly } = ana.person().offlineCache;
    await resolveAsset(coverOf(1));
    await setWifiOnly(true);
    ana.setOnline(true, 'cellular');
    expect(await resolveAsset(coverOf(2))).toEqual({ kind: 'placeholder', reason: 'waiting_for_wifi' });
    expect(await resolveAsset(coverOf(1))).toMatchObject({ kind: 'local' });
    await ana.app.close();
  });

  it('[DL-11] [DL-12] a download takes no room while it waits for Wi-Fi', async () => {
    const { ana } = await beginWith(1, 2);
    await download(ana, 1);
    await finish(ana, 1);
    await setLimit(ana, 2 * UNIT_BYTES - 1);
    await ana.person().offlineCache.setWifiOnly(true);
    ana.setOnline(true, 'cellular');
    await download(ana, 2);
    expect(await statusesOf(ana, 1, 2)).toEqual(['downloaded', 'queued']);
    ana.setOnline(true, 'wifi');
    await ana.clock.advance(500);
    expect(await statusesOf(ana, 1, 2)).toEqual(['not_downloaded', 'downloaded']);
    await ana.app.close();
  });

  it('[DL-12] is not taken away between its last byte and the screen', async () => {
    const { ana } = await beginWith(1, 2);
    await setLimit(ana, 500);
    const { resolveAsset } = ana.person().offlineCache;
    const localUri = ana.platform.files.localUri.bind(ana.platform.files);
    let second: Promise<unknown> = Promise.resolve();
    ana.platform.files.localUri = async (...args) => {
      ana.platform.files.localUri = localUri;
      second = resolveAsset(coverOf(2));
      await settle();
      return localUri(...args);
    };
    expect(await resolveAsset(coverOf(1))).toMatchObject({ kind: 'local' });
    expect(await second).toEqual({ kind: 'placeholder', reason: 'storage_limit' });
    await ana.app.close();
  });

  it('[DL-12] several that come at once end within the limit', async () => {
    const { ana } = await beginWith(1, 2, 3, 4);
    await setLimit(ana, 1_000);
    await Promise.all([1, 2, 3, 4].map((number) => ana.person().offlineCache.resolveAsset(coverOf(number))));
    await settle();
    expect(await bytesOnDisk(ana)).toBeLessThanOrEqual(1_000);
    await ana.app.close();
  });
});
