import { id, makeUnit } from '../../test/factories.ts';
import { createLearner, type Learner, lessonOf } from '../../test/learner.ts';
import { createServerModel, type ServerModel } from '../../test/server-model.ts';

const OBJECTS = /GET .*\/objects\//;
const unitId = id(1, 1);

async function begin(): Promise<{ server: ServerModel; ana: Learner }> {
  const server = createServerModel();
  server.publish(makeUnit(1));
  const ana = await createLearner(server);
  await ana.person().offlineCache.syncNow();
  return { server, ana };
}
const stateOf = (ana: Learner) => ana.person().offlineCache.downloadState(unitId);
const areaOf = (ana: Learner): string => `person-${ana.person().user.id}`;
const filesOf = async (ana: Learner): Promise<string[]> =>
  (await ana.platform.files.list(areaOf(ana))).map(({ name }) => name).sort();
async function download(ana: Learner): Promise<void> {
  await ana.person().offlineCache.requestUnitDownload(unitId);
  await ana.clock.advance(500);
}

describe('the Downloads screen', () => {
  it('[CM-1] lists, sums and clears: what is freed is said, and what is kept is kept', async () => {
    const { ana } = await begin();
    await download(ana);
    const { offlineCache } = ana.person();
    expect(await offlineCache.listCachedUnits()).toMatchObject([{ unitId, title: 'Unit 1', download: { status: 'downloaded' } }]);
    const use = await offlineCache.storageUse();
    expect(use).toMatchObject({ audioBytes: 2_000, imageBytes: 500, freeBytes: null });
    expect(use.lessonsBytes).toBeGreaterThan(100);
    expect(use.freeableBytes).toBe(2_000 + use.lessonsBytes);
    ana.network.isDown = true;
    await ana.person().content.joinMyUnits(unitId);
    expect(await offlineCache.clearAllDownloads()).toEqual({ freedBytes: 2_000 + use.lessonsBytes });
    expect(await offlineCache.listCachedUnits()).toEqual([]);
    expect(await ana.person().content.listUnits('all')).toMatchObject({ units: [{ title: 'Unit 1' }] });
    expect(offlineCache.syncStatus().outstanding).toBe(1);
    await ana.app.close();
  });
});

describe('what was opened and not downloaded', () => {
  it('[CM-1] is counted, can be freed though nothing is listed, and what is freed is what was counted', async () => {
    const { ana } = await begin();
    const { offlineCache } = ana.person();
    expect(await offlineCache.storageUse()).toMatchObject({ freeableBytes: 0 });
    await offlineCache.resolveAsset(id(4, 100));
    expect(await offlineCache.storageUse()).toMatchObject({ imageBytes: 500, freeableBytes: 0 });
    const lesson = await lessonOf(ana.person(), unitId, id(2, 10));
    await offlineCache.resolveAsset(lesson.audioAssetId ?? '');
    expect(await offlineCache.listCachedUnits()).toEqual([]);

    const before = await offlineCache.storageUse();
    expect(before).toMatchObject({ audioBytes: 1_000, freeableBytes: 1_000 + before.lessonsBytes });
    const { freedBytes } = await offlineCache.clearAllDownloads();
    expect(freedBytes).toBe(before.freeableBytes);
    const after = await offlineCache.storageUse();
    expect(after).toMatchObject({ freeableBytes: 0, imageBytes: 500 });
    const usedBytes = (use: typeof after) => use.lessonsBytes + use.audioBytes + use.imageBytes;
    expect(usedBytes(before) - usedBytes(after)).toBe(freedBytes);
    await ana.app.close();
  });
});

describe('[DL-10] resolving an asset', () => {
  const cover = id(4, 100);
  it('online it fetches, records and returns; later it is there without the network', async () => {
    const { ana } = await begin();
    const first = await ana.person().offlineCache.resolveAsset(cover);
    expect(first).toMatchObject({ kind: 'local', uri: expect.stringMatching(/^file:.*[0-9a-f]{64}\.webp$/) as string });
    ana.network.isDown = true;
    ana.setOnline(false);
    expect(await ana.person().offlineCache.resolveAsset(cover)).toMatchObject({ kind: 'local' });
    expect((await stateOf(ana)).status).toBe('not_downloaded');
    await ana.app.close();
  });

  it('offline it is a placeholder that can be tried again', async () => {
    const { ana } = await begin();
    ana.setOnline(false);
    expect(await ana.person().offlineCache.resolveAsset(cover)).toEqual({ kind: 'placeholder', reason: 'offline' });
    ana.setOnline(true);
    expect(await ana.person().offlineCache.resolveAsset(cover)).toMatchObject({ kind: 'local' });
    expect(await ana.person().offlineCache.resolveAsset(id(4, 999))).toEqual({ kind: 'placeholder', reason: 'not_available' });
    await ana.app.close();
  });

  it('many callers make one request, and a file that went missing is fetched again', async () => {
    const { ana } = await begin();
    await Promise.all([1, 2, 3].map(() => ana.person().offlineCache.resolveAsset(cover)));
    expect(ana.network.countOf(OBJECTS)).toBe(1);
    await ana.platform.files.remove(areaOf(ana), (await filesOf(ana))[0] ?? '');
    expect(await ana.person().offlineCache.resolveAsset(cover)).toMatchObject({ kind: 'local' });
    expect(ana.network.countOf(OBJECTS)).toBe(2);
    await ana.app.close();
  });
});
