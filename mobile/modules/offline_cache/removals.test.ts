import { id, makeUnit } from '../../test/factories.ts';
import { createLearner, query, type Learner } from '../../test/learner.ts';
import { createServerModel } from '../../test/server-model.ts';

const UNIT = id(1, 1);
const UNDO_MS = 15_000;
const OBJECTS = /\/objects\//;

async function begin(options: { units?: number } = {}) {
  const server = createServerModel();
  for (let n = 1; n <= (options.units ?? 1); n += 1) server.publish(makeUnit(n));
  const ana = await createLearner(server);
  await ana.person().offlineCache.syncNow();
  await ana.person().offlineCache.requestUnitDownload(UNIT);
  await ana.clock.advance(1_000);
  expect(await statusOf(ana)).toBe('downloaded');
  return { server, ana };
}

const statusOf = async (learner: Learner, unitId = UNIT) => (await learner.person().offlineCache.downloadState(unitId)).status;
const filesOf = async ({ platform, person }: Learner) =>
  (await platform.files.list(`person-${person().user.id}`)).map(({ name }) => name).sort();
/** All that the device holds of a unit. */
const rowsOf = async (learner: Learner) => [
  await query(learner, 'SELECT id, stored_version, downloaded_version, downloaded_at, is_kept, download_status FROM units'),
  await query(learner, 'SELECT * FROM lessons ORDER BY id, unit_version'),
  await query(learner, 'SELECT * FROM assets ORDER BY id, unit_version'),
  await query(learner, 'SELECT * FROM downloads'),
];

function cutOff(learner: Learner): void {
  learner.network.isDown = true;
  learner.setOnline(false);
}

describe('a download that was removed by mistake', () => {
  it('[CM-1] [DL-1] is here again as it was, with the network off, and plays', async () => {
    const { ana } = await begin();
    const { offlineCache } = ana.person();
    await offlineCache.setKept(UNIT, true);
    const [rows, files] = [await rowsOf(ana), await filesOf(ana)];
    cutOff(ana);
    await offlineCache.removeDownload(UNIT, UNDO_MS);
    expect(await statusOf(ana)).toBe('not_downloaded');
    expect(await query(ana, 'SELECT * FROM lessons')).toEqual([]);
    await ana.clock.advance(UNDO_MS - 1);
    const asked = ana.network.log.length;
    expect(await offlineCache.bringBackDownload(UNIT)).toBeNull();
    expect(await rowsOf(ana)).toEqual(rows);
    await ana.clock.advance(UNDO_MS * 2);
    expect(await filesOf(ana)).toEqual(files);
    expect(ana.network.log.length).toBe(asked);
    const [audio] = await query(ana, "SELECT id FROM assets WHERE type = 'audio'");
    expect(await offlineCache.resolveAsset(String(audio?.['id']))).toMatchObject({ kind: 'local' });
    await ana.app.close();
  });

  it('[DL-5] is gone when the time is over, and then asked for anew', async () => {
    const { ana } = await begin();
    await ana.person().offlineCache.removeDownload(UNIT, UNDO_MS);
    expect((await filesOf(ana)).some((name) => name.endsWith('.mp3'))).toBe(true);
    await ana.clock.advance(UNDO_MS + 1);
    expect((await filesOf(ana)).every((name) => name.endsWith('.webp'))).toBe(true);
    await ana.person().offlineCache.bringBackDownload(UNIT);
    expect(await statusOf(ana)).not.toBe('downloaded');
    await ana.clock.advance(1_000);
    expect(await statusOf(ana)).toBe('downloaded');
    await ana.app.close();
  });

  it('[DL-9] stays removed when the app dies before the time is over, and leaves nothing behind', async () => {
    const { ana } = await begin();
    await ana.person().offlineCache.removeDownload(UNIT, UNDO_MS);
    const again = await ana.restart();
    expect(await statusOf(again)).toBe('not_downloaded');
    expect((await filesOf(again)).every((name) => name.endsWith('.webp'))).toBe(true);
    await again.app.close();
  });

  it('[DL-5] lets no sweep of other work take its files, and goes without one when another was removed', async () => {
    const { ana } = await begin({ units: 2 });
    const { offlineCache } = ana.person();
    const files = (await filesOf(ana)).filter((name) => name.endsWith('.mp3'));
    await offlineCache.removeDownload(UNIT, UNDO_MS);
    await offlineCache.requestUnitDownload(id(1, 2));
    await ana.clock.advance(1_000);
    await offlineCache.syncNow();
    await offlineCache.removeDownload(id(1, 2));
    expect((await filesOf(ana)).filter((name) => name.endsWith('.mp3'))).toEqual(files);
    await offlineCache.bringBackDownload(UNIT);
    expect(await statusOf(ana)).toBe('downloaded');
    await ana.app.close();
  });

  it('[DL-3] goes on where it was when it was still on its way', async () => {
    const { ana, server } = await begin();
    server.publish(makeUnit(1, { seed: 60 }));
    const lift = ana.network.always(OBJECTS, { kind: 'lost_before' });
    await ana.person().offlineCache.syncNow();
    await ana.clock.advance(500);
    await ana.person().offlineCache.pauseDownload(UNIT);
    expect(await statusOf(ana)).toBe('paused');
    const rows = await rowsOf(ana);
    await ana.person().offlineCache.removeDownload(UNIT, UNDO_MS);
    await ana.person().offlineCache.bringBackDownload(UNIT);
    expect(await rowsOf(ana)).toEqual(rows);
    lift();
    await ana.person().offlineCache.resumeDownload(UNIT);
    await ana.clock.advance(1_000);
    expect(await statusOf(ana)).toBe('downloaded');
    await ana.app.close();
  });

  it('[DL-1] is fetched anew when a newer version came meanwhile, or a file has gone', async () => {
    const { ana, server } = await begin();
    await ana.person().offlineCache.removeDownload(UNIT, UNDO_MS);
    server.publish(makeUnit(1, { seed: 61 }));
    await ana.person().offlineCache.syncNow();
    await ana.person().offlineCache.bringBackDownload(UNIT);
    expect(await statusOf(ana)).not.toBe('downloaded');
    await ana.clock.advance(1_000);
    expect(await query(ana, 'SELECT downloaded_version FROM units')).toEqual([{ downloaded_version: 2 }]);

    await ana.person().offlineCache.removeDownload(UNIT, UNDO_MS);
    const [audio = ''] = (await filesOf(ana)).filter((name) => name.endsWith('.mp3'));
    await ana.platform.files.remove(`person-${ana.person().user.id}`, audio);
    await ana.person().offlineCache.bringBackDownload(UNIT);
    expect(await statusOf(ana)).not.toBe('downloaded');
    await ana.clock.advance(1_000);
    expect(await statusOf(ana)).toBe('downloaded');
    await ana.app.close();
  });

  it('[CT-11] is fetched anew from a server that was restored meanwhile: its version 1 may be another', async () => {
    const { ana, server } = await begin();
    await ana.person().offlineCache.removeDownload(UNIT, UNDO_MS);
    server.restore(0);
    await ana.person().offlineCache.syncNow();
    await ana.person().offlineCache.bringBackDownload(UNIT);
    expect(await statusOf(ana)).not.toBe('downloaded');
    await ana.clock.advance(1_000);
    expect(await statusOf(ana)).toBe('downloaded');
    await ana.app.close();
  });

  it('[DL-7] gives its room to another download that needs it', async () => {
    const { ana } = await begin({ units: 2 });
    await ana.person().offlineCache.removeDownload(UNIT, UNDO_MS);
    ana.disk.freeBytes = 0;
    await ana.person().offlineCache.requestUnitDownload(id(1, 2));
    await ana.clock.advance(200);
    expect((await filesOf(ana)).every((name) => !name.endsWith('.mp3'))).toBe(true);
    await ana.app.close();
  });
});
