import { id, makeUnit } from '../../test/factories.ts';
import { createLearner, type Learner, lessonOf, playLesson, query } from '../../test/learner.ts';
import { statusReply } from '../../test/scripted-network.ts';
import { createServerModel, type ServerModel } from '../../test/server-model.ts';
import { CHUNK_BYTES } from './chunk.ts';

const OBJECTS = /GET .*\/objects\//;
const unitId = id(1, 1);
const COVER = id(4, 100);
/** One recording of two and a half chunks. */
const BIG = { lessonCount: 1, audioBytes: Math.round(CHUNK_BYTES * 2.5) };

async function begin(options: Parameters<typeof makeUnit>[1] = {}): Promise<{ server: ServerModel; ana: Learner }> {
  const server = createServerModel();
  server.publish(makeUnit(1, options));
  const ana = await createLearner(server);
  await ana.person().offlineCache.syncNow();
  return { server, ana };
}
const stateOf = (ana: Learner) => ana.person().offlineCache.downloadState(unitId);
async function download(ana: Learner): Promise<void> {
  await ana.person().offlineCache.requestUnitDownload(unitId);
  await ana.clock.advance(500);
}
async function goMobile(ana: Learner): Promise<void> {
  ana.setOnline(true, 'cellular');
  await ana.clock.advance(500);
}

describe('Wi-Fi only', () => {
  it('[DL-11] is off at first, and outlives a restart once chosen', async () => {
    const { ana } = await begin();
    expect(await ana.person().offlineCache.downloadSettings()).toEqual({ isWifiOnly: false, storageLimitBytes: null });
    await ana.person().offlineCache.setWifiOnly(true);
    const again = await ana.restart();
    expect(await again.person().offlineCache.downloadSettings()).toMatchObject({ isWifiOnly: true });
    await again.person().offlineCache.setWifiOnly(false);
    const third = await again.restart();
    expect(await third.person().offlineCache.downloadSettings()).toMatchObject({ isWifiOnly: false });
    await third.app.close();
  });

  it('[DL-11] on a mobile network a download waits and says why, costs no try, and goes on by itself when Wi-Fi comes', async () => {
    const { ana } = await begin();
    await ana.person().offlineCache.setWifiOnly(true);
    await goMobile(ana);
    await download(ana);
    for (let hour = 0; hour < 24; hour += 1) {
      await ana.person().offlineCache.syncNow();
      await ana.clock.advance(3_600_000);
    }
    expect(await stateOf(ana)).toMatchObject({ status: 'queued', reason: 'waiting_for_wifi' });
    expect(await query(ana, 'SELECT failures FROM downloads')).toEqual([{ failures: 0 }]);
    expect(ana.network.countOf(OBJECTS)).toBe(0);
    ana.setOnline(true, 'wifi');
    await ana.clock.advance(500);
    expect(await stateOf(ana)).toMatchObject({ status: 'downloaded', reason: null });
    await ana.app.close();
  });

  it('[DL-11] goes on when Wi-Fi comes though nothing can be synced', async () => {
    const { ana } = await begin();
    await goMobile(ana);
    await ana.person().offlineCache.setWifiOnly(true);
    await download(ana);
    ana.network.always(/\/units\/sync/, statusReply(503));
    ana.setOnline(true, 'wifi');
    await ana.clock.advance(500);
    expect((await stateOf(ana)).status).toBe('downloaded');
    await ana.app.close();
  });

  it('[DL-11] nothing is tried in vain while it waits', async () => {
    const { ana } = await begin();
    await ana.person().offlineCache.setWifiOnly(true);
    await goMobile(ana);
    await download(ana);
    const seen: string[] = [];
    ana.person().offlineCache.subscribe(() => void stateOf(ana).then(({ status }) => seen.push(status)));
    await ana.person().offlineCache.syncNow();
    await ana.clock.advance(3_600_000);
    expect(seen.length).toBeGreaterThan(0);
    expect(new Set(seen)).toEqual(new Set(['queued']));
    await ana.app.close();
  });

  it('[DL-11] goes on at once when the choice is taken back', async () => {
    const { ana } = await begin();
    await ana.person().offlineCache.setWifiOnly(true);
    await goMobile(ana);
    await download(ana);
    expect((await stateOf(ana)).reason).toBe('waiting_for_wifi');
    await ana.person().offlineCache.setWifiOnly(false);
    await ana.clock.advance(500);
    expect((await stateOf(ana)).status).toBe('downloaded');
    await ana.app.close();
  });

  it('[DL-11] a download that runs stops between two chunks, keeps what it has, and goes on from there on Wi-Fi', async () => {
    const { ana } = await begin(BIG);
    await ana.person().offlineCache.setWifiOnly(true);
    const append = ana.platform.files.append.bind(ana.platform.files);
    ana.platform.files.append = async (...args) => {
      await append(...args);
      if (args[1].includes('.mp3')) ana.setOnline(true, 'cellular');
    };
    await download(ana);
    expect(await stateOf(ana)).toMatchObject({
      status: 'queued',
      reason: 'waiting_for_wifi',
      doneBytes: CHUNK_BYTES + 500,
    });
    const chunks = ana.network.countOf(OBJECTS);
    ana.platform.files.append = append;
    ana.setOnline(true, 'wifi');
    await ana.clock.advance(500);
    expect((await stateOf(ana)).status).toBe('downloaded');
    expect(ana.network.countOf(OBJECTS) - chunks).toBe(2);
    await ana.app.close();
  });

  it('[DL-11] holds after a restart on a mobile network, and for the platform’s background sync', async () => {
    const { ana } = await begin();
    await ana.person().offlineCache.setWifiOnly(true);
    ana.network.isDown = true;
    await download(ana);
    expect((await stateOf(ana)).reason).toBe('offline');
    const again = await ana.restart();
    again.setOnline(true, 'cellular');
    again.network.isDown = false;
    const tried = again.network.countOf(OBJECTS);
    await again.person().offlineCache.syncNow();
    await again.clock.advance(60_000);
    expect(await stateOf(again)).toMatchObject({ status: 'queued', reason: 'waiting_for_wifi' });
    expect(again.network.countOf(OBJECTS)).toBe(tried);
    await again.app.close();
  });

  it('[DL-11] holds up neither news, nor lessons’ text, nor answers', async () => {
    const { server, ana } = await begin();
    await ana.person().offlineCache.setWifiOnly(true);
    await goMobile(ana);
    await download(ana);
    server.publish(makeUnit(2));
    await ana.person().offlineCache.syncNow();
    expect(await ana.person().content.listUnits('all')).toMatchObject({ units: [{ title: 'Unit 1' }, { title: 'Unit 2' }] });
    await playLesson(ana.person(), await lessonOf(ana.person(), unitId, id(2, 10)));
    await lessonOf(ana.person(), id(1, 2), id(2, 20));
    await ana.person().offlineCache.syncNow();
    expect(server.eventsOf('ana@example.org')).toHaveLength(4);
    expect(ana.network.countOf(OBJECTS)).toBe(0);
    await ana.app.close();
  });

  it('[DL-11] a single picture says that it waits for Wi-Fi, can be asked for again, and comes from disk when it is there', async () => {
    const { ana } = await begin();
    await ana.person().offlineCache.setWifiOnly(true);
    await goMobile(ana);
    const { resolveAsset } = ana.person().offlineCache;
    expect(await resolveAsset(COVER)).toEqual({ kind: 'placeholder', reason: 'waiting_for_wifi' });
    expect(ana.network.countOf(OBJECTS)).toBe(0);
    ana.setOnline(true, 'wifi');
    expect(await resolveAsset(COVER)).toMatchObject({ kind: 'local' });
    await goMobile(ana);
    expect(await resolveAsset(COVER)).toMatchObject({ kind: 'local' });
    await ana.app.close();
  });

  it('[DL-11] does not take a network of unknown kind for a mobile one', async () => {
    const { ana } = await begin();
    await ana.person().offlineCache.setWifiOnly(true);
    ana.setOnline(true, 'other');
    await download(ana);
    expect((await stateOf(ana)).status).toBe('downloaded');
    await ana.app.close();
  });

  it('[DL-11] a unit whose files are all here already needs no Wi-Fi', async () => {
    const { server, ana } = await begin();
    await download(ana);
    const twin = makeUnit(2, { seed: 1 });
    const same = makeUnit(1).objects;
    // The same bytes under other ids.
    twin.unit.assets = twin.unit.assets.map((asset, index) => ({
      ...asset,
      object_id: same[index]?.asset.object_id ?? '',
      checksum: same[index]?.asset.checksum ?? '',
    }));
    server.publish({ unit: twin.unit, objects: same });
    await ana.person().offlineCache.setWifiOnly(true);
    await goMobile(ana);
    const before = ana.network.countOf(OBJECTS);
    await ana.person().offlineCache.syncNow();
    await ana.person().offlineCache.requestUnitDownload(id(1, 2));
    await ana.clock.advance(500);
    expect(await ana.person().offlineCache.downloadState(id(1, 2))).toMatchObject({ status: 'downloaded' });
    expect(ana.network.countOf(OBJECTS)).toBe(before);
    await ana.app.close();
  });
});
