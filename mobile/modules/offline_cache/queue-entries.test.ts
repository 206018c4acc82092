import { id, makeUnit } from '../../test/factories.ts';
import { openDownloads } from '../../test/open-downloads.ts';
import type { DownloadEvent } from './download-state.ts';
import {
  forgetDownload,
  forgetDownloadWaits,
  forgetVersion,
  installVersion,
  listCachedUnits,
  moveDownload,
  nextDownloadAt,
  readDownloadStates,
  readRunnable,
  retryOverLimit,
  setApart,
  setTargetVersion,
  supersedeDownload,
} from './downloads-repo.ts';
import { storeFullUnit } from './repo.ts';

const [ONE, TWO, THREE] = [id(1, 1), id(1, 2), id(1, 3)];
const NOW_AT = 1_000_000;

async function begin() {
  const core = await openDownloads(makeUnit(1, { title: 'beta' }), makeUnit(2, { title: 'Alpha' }), makeUnit(3));
  const { database } = core;
  return {
    ...core,
    move: (unitId: string, event: DownloadEvent, at: { nowAt: number; delayMs?: number } = { nowAt: NOW_AT }) =>
      database.transaction((tx) => moveDownload(tx, unitId, event, at)),
    row: (unitId: string) =>
      database.get(
        'SELECT state, reason, failures, attempted_at, next_attempt_at, requested_at FROM downloads WHERE unit_id = ?',
        [unitId],
      ),
    runnable: (nowAt: number, isHeldForWifi = false) => readRunnable(database, nowAt, isHeldForWifi),
    nextAt: (isHeldForWifi = false) => nextDownloadAt(database, isHeldForWifi),
    statusOf: async (unitId: string) =>
      (await database.get('SELECT download_status FROM units WHERE id = ?', [unitId]))?.['download_status'],
  };
}
const REQUESTED: DownloadEvent = { kind: 'requested' };
const interrupted: DownloadEvent = { kind: 'interrupted', reason: 'server_trouble' };

describe('[DL-8] an entry of the queue', () => {
  it('is written with the status that follows from it', async () => {
    const { move, row, statusOf, queued } = await begin();
    expect(await move(ONE, REQUESTED)).toEqual({ state: 'queued', reason: null, failures: 0 });
    const times = { attempted_at: NOW_AT, next_attempt_at: NOW_AT, requested_at: NOW_AT };
    expect(await row(ONE)).toEqual({ state: 'queued', reason: null, failures: 0, ...times });
    expect(await statusOf(ONE)).toBe('queued');
    await move(ONE, { kind: 'started' });
    expect(await statusOf(ONE)).toBe('downloading');
    await move(ONE, interrupted, { nowAt: NOW_AT + 10, delayMs: 500 });
    expect(await row(ONE)).toEqual({
      state: 'queued',
      reason: 'server_trouble',
      failures: 1,
      attempted_at: NOW_AT + 10,
      next_attempt_at: NOW_AT + 510,
      requested_at: NOW_AT,
    });
    expect(await queued(ONE)).toEqual({
      state: 'queued',
      reason: 'server_trouble',
      failures: 1,
      unitId: ONE,
      targetVersion: null,
    });
  });

  it('is not touched by what changes nothing, and not made for a unit that is not here', async () => {
    const { move, row, queued } = await begin();
    await move(ONE, REQUESTED);
    await move(ONE, REQUESTED, { nowAt: NOW_AT + 99 });
    expect(await row(ONE)).toMatchObject({ attempted_at: NOW_AT, next_attempt_at: NOW_AT });
    expect(await move(id(1, 9), REQUESTED)).toBeNull();
    expect(await queued(id(1, 9))).toBeNull();
    expect(await move(TWO, { kind: 'paused' })).toBeNull();
    expect(await queued(TWO)).toBeNull();
  });

  it('runs when it was asked for first and does not wait', async () => {
    const { move, database, runnable, nextAt } = await begin();
    expect(await runnable(NOW_AT)).toBeNull();
    expect(await nextAt()).toBeNull();
    await move(THREE, REQUESTED, { nowAt: NOW_AT - 3 });
    await move(TWO, REQUESTED, { nowAt: NOW_AT - 2 });
    await move(ONE, REQUESTED, { nowAt: NOW_AT - 1 });
    await database.transaction((tx) => setTargetVersion(tx, THREE, 4));
    expect(await runnable(NOW_AT)).toEqual({
      state: 'queued',
      reason: null,
      failures: 0,
      unitId: THREE,
      targetVersion: 4,
    });
    await move(THREE, interrupted, { nowAt: NOW_AT, delayMs: 500 });
    expect((await runnable(NOW_AT))?.unitId).toBe(TWO);
    await move(TWO, { kind: 'paused' });
    await move(ONE, { kind: 'interrupted', reason: 'not_available' });
    expect(await runnable(NOW_AT)).toBeNull();
    expect(await nextAt()).toBe(NOW_AT + 500);
    expect((await runnable(NOW_AT + 500))?.unitId).toBe(THREE);
    // A clock that was set back makes no wait longer (rule SY-6).
    expect((await runnable(NOW_AT - 1))?.unitId).toBe(THREE);
    await forgetDownloadWaits(database);
    expect((await runnable(NOW_AT))?.unitId).toBe(THREE);
  });

  it('[DL-11] that waits for Wi-Fi is left alone until it need not; what has not found out yet may run', async () => {
    const { move, runnable, nextAt } = await begin();
    await move(ONE, REQUESTED, { nowAt: NOW_AT - 2 });
    await move(ONE, { kind: 'interrupted', reason: 'waiting_for_wifi' });
    expect([await runnable(NOW_AT, true), await nextAt(true)]).toEqual([null, null]);
    expect([(await runnable(NOW_AT))?.unitId, await nextAt()]).toEqual([ONE, NOW_AT]);
    await move(TWO, REQUESTED, { nowAt: NOW_AT + 5 });
    expect([(await runnable(NOW_AT + 5, true))?.unitId, await nextAt(true)]).toEqual([TWO, NOW_AT + 5]);
    expect((await runnable(NOW_AT + 5))?.unitId).toBe(ONE);
    await move(TWO, { kind: 'interrupted', reason: 'offline' }, { nowAt: NOW_AT, delayMs: 500 });
    expect([(await runnable(NOW_AT + 500, true))?.unitId, await nextAt(true)]).toEqual([TWO, NOW_AT + 500]);
  });

  it('[DL-12] that failed for want of room begins again with more of it, and no other', async () => {
    const { move, database, queued, row, statusOf } = await begin();
    for (const [unitId, reason] of [
      [ONE, 'storage_limit'],
      [TWO, 'storage_full'],
      [THREE, 'offline'],
    ] as const) {
      await move(unitId, REQUESTED);
      await move(unitId, { kind: 'interrupted', reason });
    }
    await database.transaction((tx) => retryOverLimit(tx, NOW_AT + 10));
    expect(await queued(ONE)).toMatchObject({ state: 'queued', reason: null, failures: 0 });
    expect(await row(ONE)).toMatchObject({ next_attempt_at: NOW_AT + 10 });
    expect(await statusOf(ONE)).toBe('queued');
    expect(await queued(TWO)).toMatchObject({ state: 'failed', reason: 'storage_full' });
    expect(await queued(THREE)).toMatchObject({ state: 'queued', reason: 'offline' });
    // What was paused meanwhile is not woken.
    await database.run("UPDATE downloads SET state = 'paused', reason = 'storage_limit' WHERE unit_id = ?", [THREE]);
    await database.transaction((tx) => retryOverLimit(tx, NOW_AT));
    expect(await queued(THREE)).toMatchObject({ state: 'paused' });
  });

  it('[DL-6] is planned anew for another version than it aims at', async () => {
    const { move, database, queued } = await begin();
    for (const unitId of [ONE, TWO, THREE]) {
      await move(unitId, REQUESTED);
      await move(unitId, interrupted, { nowAt: NOW_AT, delayMs: 500 });
      await database.transaction((tx) => setTargetVersion(tx, unitId, unitId === THREE ? 2 : 1));
    }
    await move(TWO, { kind: 'paused' });
    for (const unitId of [ONE, TWO, THREE]) await database.transaction((tx) => supersedeDownload(tx, unitId, 2));
    const anew = { reason: null, failures: 0, targetVersion: null };
    expect(await queued(ONE)).toMatchObject({ state: 'queued', ...anew });
    expect(await queued(TWO)).toMatchObject({ state: 'paused', ...anew });
    expect(await queued(THREE)).toMatchObject({ state: 'queued', reason: 'server_trouble', failures: 1, targetVersion: 2 });
  });
});

describe('[DL-1] a version is installed', () => {
  it('only when it is the aim of a run, and whole', async () => {
    const { move, database, deps, statusOf, queued } = await begin();
    await deps.units.fetch(ONE);
    await move(ONE, REQUESTED);
    await database.transaction((tx) => setTargetVersion(tx, ONE, 1));
    const install = (version = 1) => database.transaction((tx) => installVersion(tx, ONE, version, NOW_AT));
    await database.run(`UPDATE assets SET status = 'downloaded', done_bytes = size_bytes`);
    expect(await install()).toBe(false);
    await move(ONE, { kind: 'started' });
    expect(await install(2)).toBe(false);
    await database.run("UPDATE assets SET status = 'missing' WHERE type = 'image'");
    expect(await install()).toBe(false);
    expect(await statusOf(ONE)).toBe('downloading');
    await database.run("UPDATE assets SET status = 'downloaded'");
    expect(await install()).toBe(true);
    expect(await statusOf(ONE)).toBe('downloaded');
    expect(await queued(ONE)).toBeNull();
    expect(await database.get('SELECT downloaded_version, downloaded_at FROM units WHERE id = ?', [ONE])).toEqual({
      downloaded_version: 1,
      downloaded_at: NOW_AT,
    });
  });

  it('[DL-9] and shows as "download again" when the device lost files of it', async () => {
    const { move, database, statusOf } = await begin();
    await database.run('UPDATE units SET is_lost = 1 WHERE id = ?', [ONE]);
    await move(ONE, { kind: 'paused' });
    expect(await statusOf(ONE)).toBe('download_again');
  });
});

describe('a version that is not here any more', () => {
  /** Unit 1 is whole on disk, unit 2 is stored and on its way. */
  async function beginWithVersions() {
    const core = await begin();
    const { database, deps, move } = core;
    for (const unitId of [ONE, TWO]) {
      await deps.units.fetch(unitId);
      await move(unitId, REQUESTED);
      await database.transaction((tx) => setTargetVersion(tx, unitId, 1));
      await move(unitId, { kind: 'started' });
    }
    await database.run(`UPDATE assets SET status = 'downloaded', done_bytes = size_bytes WHERE unit_id = ?`, [ONE]);
    await database.transaction((tx) => installVersion(tx, ONE, 1, NOW_AT));
    const countOf = async (table: string, unitId: string) =>
      (await database.get(`SELECT COUNT(*) AS rows FROM ${table} WHERE unit_id = ?`, [unitId]))?.['rows'];
    return {
      ...core,
      versions: (unitId: string) =>
        database.get('SELECT stored_version, downloaded_version, downloaded_at, is_lost FROM units WHERE id = ?', [unitId]),
      left: async (unitId: string) => [await countOf('lessons', unitId), await countOf('assets', unitId)],
    };
  }
  const WHOLE = { stored_version: 1, downloaded_version: 1, downloaded_at: NOW_AT, is_lost: 0 };
  const NOTHING = { stored_version: null, downloaded_version: null, downloaded_at: null };

  it('[SV-1] was lost if it was whole; its lessons go and its picture stays', async () => {
    const { database, versions, left, statusOf } = await beginWithVersions();
    const forget = (unitId: string, version: number) => database.transaction((tx) => forgetVersion(tx, unitId, version));
    await forget(ONE, 2);
    expect([await versions(ONE), await left(ONE)]).toEqual([WHOLE, [2, 3]]);
    await forget(ONE, 1);
    expect([await versions(ONE), await left(ONE)]).toEqual([{ ...NOTHING, is_lost: 1 }, [0, 1]]);
    expect(await statusOf(ONE)).toBe('download_again');
    await forget(TWO, 1);
    expect([await versions(TWO), await left(TWO)]).toEqual([{ ...NOTHING, is_lost: 0 }, [0, 1]]);
  });

  it('[CT-11] because a restored server counts anew stays under another number, and plays', async () => {
    const { database, versions, left, queued } = await beginWithVersions();
    const setApartFrom = (unitId: string, version: number) => database.transaction((tx) => setApart(tx, unitId, version));
    await setApartFrom(ONE, 2);
    expect([await versions(ONE), await left(ONE)]).toEqual([WHOLE, [2, 3]]);
    await setApartFrom(ONE, 1);
    expect([await versions(ONE), await left(ONE)]).toEqual([{ ...WHOLE, stored_version: -1, downloaded_version: -1 }, [2, 3]]);
    expect(await database.all('SELECT DISTINCT unit_version FROM assets WHERE unit_id = ?', [ONE])).toEqual([
      { unit_version: -1 },
    ]);
    await setApartFrom(TWO, 1);
    expect(await versions(TWO)).toEqual({ ...NOTHING, stored_version: -1, is_lost: 0 });
    expect(await queued(TWO)).toMatchObject({ state: 'queued', targetVersion: null });
  });

  it('[CT-11] is the only one of its number, however often a server is restored', async () => {
    const { database, versions, left } = await beginWithVersions();
    await database.transaction((tx) => setApart(tx, TWO, 1));
    const unit = { ...makeUnit(2, { seed: 9 }).unit, updated_at: '2026-11-24T09:00:00.000000Z' };
    await database.transaction((tx) => storeFullUnit(tx, unit, { nowAt: NOW_AT, pullGeneration: 0, acceptsOlder: true }));
    expect(await versions(TWO)).toMatchObject({ stored_version: 1 });
    await database.transaction((tx) => setApart(tx, TWO, 1));
    expect([await versions(TWO), await left(TWO)]).toEqual([{ ...NOTHING, stored_version: -1, is_lost: 0 }, [2, 3]]);
    await database.transaction((tx) => setApart(tx, id(1, 9), 1));
  });

  it('[CT-11] that plays makes way when a server is restored again before the new one is whole', async () => {
    const { database, versions, left, statusOf } = await beginWithVersions();
    await database.transaction((tx) => setApart(tx, ONE, 1));
    const unit = { ...makeUnit(1, { seed: 9 }).unit, updated_at: '2026-11-24T09:00:00.000000Z' };
    await database.transaction((tx) => storeFullUnit(tx, unit, { nowAt: NOW_AT, pullGeneration: 0, acceptsOlder: true }));
    expect([await versions(ONE), await left(ONE)]).toEqual([{ ...WHOLE, downloaded_version: -1 }, [4, 6]]);
    await database.transaction((tx) => setApart(tx, ONE, 1));
    expect([await versions(ONE), await left(ONE)]).toEqual([{ ...NOTHING, stored_version: -1, is_lost: 1 }, [2, 3]]);
    expect(await statusOf(ONE)).toBe('download_again');
  });

  it('[DL-12] because the person removed it is kept no more', async () => {
    const { database, versions, left } = await beginWithVersions();
    await database.run('UPDATE units SET is_kept = 1');
    await database.transaction((tx) => forgetDownload(tx, ONE));
    expect([await versions(ONE), await left(ONE)]).toEqual([{ ...NOTHING, is_lost: 0 }, [0, 1]]);
    expect(await database.all('SELECT id, is_kept FROM units ORDER BY id')).toEqual([
      { id: ONE, is_kept: 0 },
      { id: TWO, is_kept: 1 },
      { id: THREE, is_kept: 1 },
    ]);
  });
});

describe('[CM-1] what the Downloads screen lists', () => {
  it('is what is in the queue or on disk, by title, with the bytes that are there', async () => {
    const { move, database, deps } = await begin();
    await move(ONE, REQUESTED);
    await move(TWO, REQUESTED);
    await move(TWO, { kind: 'interrupted', reason: 'offline' });
    await deps.units.fetch(TWO);
    await database.transaction((tx) => setTargetVersion(tx, TWO, 1));
    await database.run("UPDATE assets SET done_bytes = 300 WHERE unit_id = ? AND type = 'image'", [TWO]);
    const one = { status: 'queued', reason: null, doneBytes: 0, totalBytes: 2_500 };
    const two = { status: 'queued', reason: 'offline', doneBytes: 300, totalBytes: 2_500 };
    expect(await listCachedUnits(database)).toEqual([
      { unitId: TWO, title: 'Alpha', download: two, downloadedAt: null },
      { unitId: ONE, title: 'beta', download: one, downloadedAt: null },
    ]);
    const statesOf = async (unitId: string | null) => Object.fromEntries(await readDownloadStates(database, unitId));
    expect(await statesOf(null)).toEqual({ [ONE]: one, [TWO]: two });
    expect(await statesOf(ONE)).toEqual({ [ONE]: one });
    expect(await statesOf(THREE)).toEqual({});
  });
});
