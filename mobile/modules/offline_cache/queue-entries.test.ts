import { id, makeUnit } from '../../test/factories.ts';
import { openDownloads } from '../../test/open-downloads.ts';
import type { DownloadEvent } from './download-state.ts';
import {
  forgetDownloadWaits,
  installVersion,
  listCachedUnits,
  moveDownload,
  nextDownloadAt,
  readDownloadStates,
  readRunnable,
  setTargetVersion,
  supersedeDownload,
} from './downloads-repo.ts';

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
    const { move, database } = await begin();
    expect(await readRunnable(database, NOW_AT)).toBeNull();
    expect(await nextDownloadAt(database)).toBeNull();
    await move(THREE, REQUESTED, { nowAt: NOW_AT - 3 });
    await move(TWO, REQUESTED, { nowAt: NOW_AT - 2 });
    await move(ONE, REQUESTED, { nowAt: NOW_AT - 1 });
    await database.transaction((tx) => setTargetVersion(tx, THREE, 4));
    expect(await readRunnable(database, NOW_AT)).toEqual({
      state: 'queued',
      reason: null,
      failures: 0,
      unitId: THREE,
      targetVersion: 4,
    });
    await move(THREE, interrupted, { nowAt: NOW_AT, delayMs: 500 });
    expect((await readRunnable(database, NOW_AT))?.unitId).toBe(TWO);
    await move(TWO, { kind: 'paused' });
    await move(ONE, { kind: 'interrupted', reason: 'not_available' });
    expect(await readRunnable(database, NOW_AT)).toBeNull();
    expect(await nextDownloadAt(database)).toBe(NOW_AT + 500);
    expect((await readRunnable(database, NOW_AT + 500))?.unitId).toBe(THREE);
    // A clock that was set back makes no wait longer (rule SY-6).
    expect((await readRunnable(database, NOW_AT - 1))?.unitId).toBe(THREE);
    await forgetDownloadWaits(database);
    expect((await readRunnable(database, NOW_AT))?.unitId).toBe(THREE);
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
