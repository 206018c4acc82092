import { id, makeUnit } from '../../test/factories.ts';
import { createLearner, type Learner, lessonOf, query } from '../../test/learner.ts';
import { type NetworkFault, PORTAL_PAGE, statusReply } from '../../test/scripted-network.ts';
import { createServerModel, type ServerModel } from '../../test/server-model.ts';
import { CHUNK_BYTES } from './chunk.ts';
import { RESERVED_BYTES } from './object-fetcher.ts';

const OBJECTS = /GET .*\/objects\//;
const unitId = id(1, 1);
/** One recording of two and a half chunks, and a cover. */
const BIG = { lessonCount: 1, audioBytes: Math.round(CHUNK_BYTES * 2.5) };

const PASS: NetworkFault = { kind: 'held', until: Promise.resolve() };
const recordingOf = (options: Parameters<typeof makeUnit>[1]): string => makeUnit(1, options).objects[1]?.asset.object_id ?? '';

async function begin(options: Parameters<typeof makeUnit>[1] = {}): Promise<{ server: ServerModel; ana: Learner }> {
  const server = createServerModel();
  server.publish(makeUnit(1, options));
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
/** Bytes that the object store was asked for. */
function askedBytes(ana: Learner): number {
  return ana.network.log
    .filter(({ url }) => url.includes('/objects/'))
    .reduce((sum, { headers }) => {
      const [, first, last] = /bytes=(\d+)-(\d+)/.exec(headers?.['range'] ?? '') ?? [];
      return sum + Number(last) - Number(first) + 1;
    }, 0);
}

describe('downloading a unit', () => {
  it('[DL-1] [DL-2] says "downloaded" when every lesson and every verified file is there, and plays with the network off', async () => {
    const { ana } = await begin(BIG);
    const seen: string[] = [];
    ana.person().offlineCache.subscribe(() => void stateOf(ana).then(({ status }) => seen.push(status)));
    await download(ana);
    expect(await stateOf(ana)).toEqual({
      status: 'downloaded',
      reason: null,
      doneBytes: BIG.audioBytes + 500,
      totalBytes: BIG.audioBytes + 500,
    });
    expect(seen.indexOf('downloaded')).toBeGreaterThan(seen.indexOf('downloading'));
    ana.network.isDown = true;
    ana.setOnline(false);
    const lesson = await lessonOf(ana.person(), unitId, id(2, 10));
    const audio = await ana.person().offlineCache.resolveAsset(lesson.audioAssetId ?? '');
    expect(audio).toMatchObject({ kind: 'local' });
    expect(await filesOf(ana)).toEqual(expect.arrayContaining([expect.stringMatching(/^[0-9a-f]{64}\.mp3$/)]));
    expect(await query(ana, 'SELECT DISTINCT status FROM assets')).toEqual([{ status: 'downloaded' }]);
    await ana.app.close();
  });

  it('[DL-2] an error page, or bytes that are not the right ones, are never an asset', async () => {
    const { ana } = await begin(BIG);
    const wrongBytes: NetworkFault = {
      kind: 'reply',
      reply: { status: 200, headers: { 'content-type': 'audio/mpeg' }, body: new Uint8Array(BIG.audioBytes) },
    };
    const leavePortal = ana.network.always(OBJECTS, PORTAL_PAGE);
    await download(ana);
    expect(await stateOf(ana)).toMatchObject({ status: 'queued', reason: 'server_trouble' });
    expect(await filesOf(ana)).toEqual([]);
    leavePortal();
    const lift = ana.network.always(OBJECTS, wrongBytes);
    await ana.clock.advance(60_000);
    lift();
    expect((await filesOf(ana)).filter((name) => !name.endsWith('.part'))).toEqual([]);
    expect(await stateOf(ana)).toMatchObject({ status: 'failed', reason: 'checksum_mismatch' });
    await ana.person().offlineCache.resumeDownload(unitId);
    await ana.clock.advance(500);
    expect((await stateOf(ana)).status).toBe('downloaded');
    await ana.app.close();
  });

  it('[DL-3] goes on from the bytes it has after the app died, and fetches at most one chunk twice', async () => {
    const { ana } = await begin(BIG);
    // The second chunk of the recording never comes.
    ana.network.next(recordingOf(BIG), PASS, { kind: 'held', until: new Promise(() => undefined) });
    await download(ana);
    expect(await stateOf(ana)).toMatchObject({ status: 'downloading', doneBytes: CHUNK_BYTES + 500 });
    const before = askedBytes(ana);
    const again = await ana.restart();
    await again.clock.advance(500);
    expect((await stateOf(again)).status).toBe('downloaded');
    // What was asked for and never came is asked for again; nothing else is.
    expect(askedBytes(again) - before).toBe(BIG.audioBytes - CHUNK_BYTES);
    const resumed = again.network.log.find(({ headers }) => headers?.['range']?.startsWith(`bytes=${CHUNK_BYTES}-`));
    expect(resumed?.headers?.['if-range']).toMatch(/^"[0-9a-f]{64}"$/);
    await again.app.close();
  });

  it('[DL-3] begins again when the store answers with the whole, and when it finds the range unfit', async () => {
    for (const fault of [statusReply(416), statusReply(412)]) {
      const { ana } = await begin(BIG);
      ana.network.next(recordingOf(BIG), PASS, fault);
      await download(ana);
      await ana.clock.advance(5_000);
      expect((await stateOf(ana)).status).toBe('downloaded');
      await ana.app.close();
    }
  });

  it('[DL-4] signs an expired address again without losing a byte', async () => {
    const { server, ana } = await begin(BIG);
    let chunks = 0;
    const send = server.send.bind(server);
    server.send = async (request) => {
      if (request.url.includes('/objects/')) {
        chunks += 1;
        if (chunks === 3) server.expireUrls();
      }
      return send(request);
    };
    await download(ana);
    expect((await stateOf(ana)).status).toBe('downloaded');
    expect(ana.network.countOf('/assets/sign')).toBeGreaterThan(0);
    const offsets = ana.network.log
      .map(({ headers }) => headers?.['range'])
      .filter((range) => range?.startsWith('bytes=0-262143'));
    expect(offsets.length).toBeLessThanOrEqual(2);
    await ana.app.close();
  });

  it('[DL-5] fetches the same bytes once, and deletes only what nobody else needs', async () => {
    const server = createServerModel();
    server.publish(makeUnit(1, { seed: 7 }));
    server.publish(makeUnit(2, { seed: 7 }));
    const ana = await createLearner(server);
    await ana.person().offlineCache.syncNow();
    await download(ana);
    const before = ana.network.countOf(OBJECTS);
    await ana.person().offlineCache.requestUnitDownload(id(1, 2));
    await ana.clock.advance(500);
    expect((await ana.person().offlineCache.downloadState(id(1, 2))).status).toBe('downloaded');
    expect(ana.network.countOf(OBJECTS) - before).toBe(1);
    expect(await filesOf(ana)).toHaveLength(4);
    await ana.person().offlineCache.removeDownload(unitId);
    expect((await stateOf(ana)).status).toBe('not_downloaded');
    expect((await ana.person().offlineCache.downloadState(id(1, 2))).status).toBe('downloaded');
    expect(await filesOf(ana)).toHaveLength(4);
    await ana.person().offlineCache.removeDownload(id(1, 2));
    // The pictures of the catalogue stay.
    expect((await filesOf(ana)).every((name) => name.endsWith('.webp'))).toBe(true);
    await ana.app.close();
  });

  it('[DL-6] [SY-2] a new version comes beside the old one, which plays until the new one is whole', async () => {
    const { server, ana } = await begin();
    await download(ana);
    server.publish(makeUnit(1, { seed: 50, lessonCount: 3 }));
    const lift = ana.network.always(OBJECTS, { kind: 'lost_before' });
    await ana.person().offlineCache.syncNow();
    await ana.clock.advance(500);
    expect((await stateOf(ana)).status).toBe('update_available');
    const old = await lessonOf(ana.person(), unitId, id(2, 10));
    expect(old.unitVersion).toBe(1);
    expect(await ana.person().offlineCache.resolveAsset(old.audioAssetId ?? '')).toMatchObject({ kind: 'local' });
    lift();
    await ana.person().offlineCache.syncNow();
    await ana.clock.advance(500);
    expect((await stateOf(ana)).status).toBe('downloaded');
    expect((await lessonOf(ana.person(), unitId, id(2, 10))).unitVersion).toBe(2);
    expect(await query(ana, 'SELECT DISTINCT unit_version FROM lessons')).toEqual([{ unit_version: 2 }]);
    expect(await filesOf(ana)).toHaveLength(4);
    await ana.app.close();
  });

  it('[DL-6] a version that is overtaken while it comes is not installed; the newer one is fetched at once', async () => {
    const { server, ana } = await begin(BIG);
    let release: () => void = () => undefined;
    ana.network.next(recordingOf(BIG), { kind: 'held', until: new Promise((resolve) => (release = resolve)) });
    await download(ana);
    server.publish(makeUnit(1, { ...BIG, seed: 60 }));
    await ana.person().offlineCache.syncNow();
    const installed: unknown[] = [];
    ana
      .person()
      .offlineCache.subscribe(
        () => void query(ana, 'SELECT downloaded_version FROM units').then((rows) => installed.push(...rows)),
      );
    release();
    await ana.clock.advance(3_000);
    expect((await stateOf(ana)).status).toBe('downloaded');
    expect(installed).not.toContainEqual({ downloaded_version: 1 });
    expect(await query(ana, 'SELECT version, downloaded_version FROM units')).toEqual([{ version: 2, downloaded_version: 2 }]);
    await ana.app.close();
  });

  it('[DL-7] looks at the free space first, and says when the disk is full; the database goes on', async () => {
    const { ana } = await begin(BIG);
    ana.disk.freeBytes = RESERVED_BYTES + 1_000;
    await download(ana);
    expect(await stateOf(ana)).toMatchObject({ status: 'failed', reason: 'storage_full' });
    expect(ana.network.countOf(OBJECTS)).toBe(0);
    ana.disk.freeBytes = null;
    await ana.person().offlineCache.resumeDownload(unitId);
    await ana.clock.advance(500);
    expect((await stateOf(ana)).status).toBe('downloaded');
    await ana.app.close();
  });

  it('[DL-7] a disk that fills up on the way stops the download and loses nothing', async () => {
    const { ana } = await begin(BIG);
    const append = ana.platform.files.append.bind(ana.platform.files);
    ana.platform.files.append = async (area, name, size, bytes) => {
      if (size > 0) ana.disk.freeBytes = 10;
      return append(area, name, size, bytes);
    };
    await download(ana);
    expect(await stateOf(ana)).toMatchObject({ status: 'failed', reason: 'storage_full' });
    await ana.person().content.joinMyUnits(unitId);
    ana.platform.files.append = append;
    ana.disk.freeBytes = null;
    const before = askedBytes(ana);
    await ana.person().offlineCache.resumeDownload(unitId);
    await ana.clock.advance(500);
    expect((await stateOf(ana)).status).toBe('downloaded');
    expect(askedBytes(ana) - before).toBeLessThan(BIG.audioBytes);
    await ana.app.close();
  });

  it('[DL-8] can be paused, resumed and cancelled; progress is in bytes', async () => {
    const { ana } = await begin(BIG);
    let release: () => void = () => undefined;
    ana.network.next(recordingOf(BIG), { kind: 'held', until: new Promise((resolve) => (release = resolve)) });
    await download(ana);
    expect((await stateOf(ana)).status).toBe('downloading');
    await ana.person().offlineCache.pauseDownload(unitId);
    release();
    await ana.clock.advance(60_000);
    expect((await stateOf(ana)).status).toBe('paused');
    await ana.person().offlineCache.syncNow();
    const again = await ana.restart();
    await again.clock.advance(60_000);
    const paused = await stateOf(again);
    expect(paused.status).toBe('paused');
    expect(paused.doneBytes).toBeLessThan(paused.totalBytes);
    await again.person().offlineCache.resumeDownload(unitId);
    await again.clock.advance(500);
    expect((await stateOf(again)).status).toBe('downloaded');
    await again.person().offlineCache.cancelDownload(unitId);
    expect((await stateOf(again)).status).toBe('downloaded');
    await again.app.close();
  });

  it('[DL-8] cancelling removes the bytes it had', async () => {
    const { ana } = await begin(BIG);
    const append = ana.platform.files.append.bind(ana.platform.files);
    let appended = 0;
    ana.platform.files.append = async (...args) => {
      appended += 1;
      await append(...args);
      if (appended === 2) ana.network.isDown = true;
    };
    await download(ana);
    expect(await stateOf(ana)).toMatchObject({ status: 'queued', reason: 'offline' });
    expect((await filesOf(ana)).length).toBeGreaterThan(0);
    await ana.person().offlineCache.cancelDownload(unitId);
    expect(await stateOf(ana)).toMatchObject({ status: 'not_downloaded' });
    expect((await filesOf(ana)).filter((name) => name.endsWith('.part') || name.endsWith('.mp3'))).toEqual([]);
    expect(await query(ana, 'SELECT * FROM lessons')).toEqual([]);
    await ana.app.close();
  });

  it('[DL-8] one file’s failure is that file’s, and the person can try again', async () => {
    const { server, ana } = await begin({ lessonCount: 3 });
    const broken = makeUnit(1, { lessonCount: 3 }).objects[1]?.asset.object_id ?? '';
    const send = server.send.bind(server);
    server.send = async (request) =>
      request.url.includes(broken) ? { status: 500, headers: {}, body: new Uint8Array() } : send(request);
    await download(ana);
    expect(await filesOf(ana)).toHaveLength(3);
    await ana.clock.advance(60 * 60_000);
    expect(await stateOf(ana)).toMatchObject({ status: 'failed', reason: 'server_trouble' });
    server.send = send;
    await ana.person().offlineCache.requestUnitDownload(unitId);
    await ana.clock.advance(500);
    expect((await stateOf(ana)).status).toBe('downloaded');
    await ana.app.close();
  });

  it('[DL-9] on start holds the rows against the disk: missing files are said, strangers removed, what runs goes on', async () => {
    const { ana } = await begin();
    await download(ana);
    const [gone = ''] = (await filesOf(ana)).filter((name) => name.endsWith('.mp3'));
    await ana.platform.files.remove(areaOf(ana), gone);
    const stranger = `${'c'.repeat(64)}.mp3`;
    await ana.platform.files.append(areaOf(ana), stranger, 0, new Uint8Array(9));
    await ana.platform.files.append(areaOf(ana), `${stranger}.part`, 0, new Uint8Array(9));
    ana.network.isDown = true;
    const again = await ana.restart();
    expect((await stateOf(again)).status).toBe('download_again');
    expect(await filesOf(again)).toHaveLength(2);
    again.network.isDown = false;
    const before = again.network.countOf(OBJECTS);
    await download(again);
    expect((await stateOf(again)).status).toBe('downloaded');
    expect(again.network.countOf(OBJECTS) - before).toBe(1);
    await again.app.close();
  });

  it('[DL-9] a file that was moved into place by an app that died before it said so is verified and taken', async () => {
    const { ana } = await begin();
    await download(ana);
    const database = await ana.platform.databases.open(areaOf(ana));
    await database.run("UPDATE assets SET status = 'downloading', local_path = NULL, done_bytes = 1 WHERE type = 'audio'");
    await database.run('UPDATE units SET downloaded_version = NULL');
    await database.run("INSERT INTO downloads (unit_id, state, target_version, requested_at) VALUES (?, 'running', 1, 0)", [
      unitId,
    ]);
    await database.close();
    const before = ana.network.countOf(OBJECTS);
    const again = await ana.restart();
    await again.clock.advance(500);
    expect((await stateOf(again)).status).toBe('downloaded');
    expect(again.network.countOf(OBJECTS)).toBe(before);
    await again.app.close();
  });

  it('waits for the network when it is offline, and goes on when it is back, without counting tries', async () => {
    const { ana } = await begin();
    ana.network.isDown = true;
    ana.setOnline(false);
    await download(ana);
    await ana.clock.advance(60 * 60_000);
    expect(await stateOf(ana)).toMatchObject({ status: 'queued', reason: 'offline' });
    ana.network.isDown = false;
    ana.setOnline(true);
    await ana.clock.advance(1_000);
    expect((await stateOf(ana)).status).toBe('downloaded');
    await ana.app.close();
  });

  it('a unit that is gone cannot be downloaded, and says so', async () => {
    const { server, ana } = await begin();
    server.remove(unitId);
    await download(ana);
    expect(await stateOf(ana)).toMatchObject({ status: 'failed', reason: 'not_available' });
    await ana.app.close();
  });
});
