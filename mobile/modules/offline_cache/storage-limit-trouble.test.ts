import type { Asset } from '@haversack/contract';
import { makeUnit } from '../../test/factories.ts';
import { type Learner, query } from '../../test/learner.ts';
import {
  beginWith,
  bytesOnDisk,
  download,
  finish,
  MINUTE_MS,
  recordingOf,
  setLimit,
  stateOf,
  statusesOf,
  UNIT_BYTES,
  unitOf,
} from '../../test/limited-room.ts';
import type { ServerModel } from '../../test/server-model.ts';

const bytesOf = ({ object_id, checksum }: Asset): Pick<Asset, 'object_id' | 'checksum'> => ({ object_id, checksum });

/** Unit 2 comes, with the recordings of unit 1 under ids of its own. */
async function publishTwin(server: ServerModel, ana: Learner): Promise<void> {
  const recordings = makeUnit(1).objects.slice(1);
  const twin = makeUnit(2);
  twin.unit.assets = twin.unit.assets.map((asset, index) => ({ ...asset, ...bytesOf(recordings[index - 1]?.asset ?? asset) }));
  server.publish({ unit: twin.unit, objects: [...twin.objects.slice(0, 1), ...recordings] });
  await ana.person().offlineCache.syncNow();
}

/** Both are here whole. */
async function beginShared(...more: number[]): Promise<Learner> {
  const { server, ana } = await beginWith(1, ...more);
  await publishTwin(server, ana);
  await download(ana, 1, 2, ...more);
  expect(await bytesOnDisk(ana)).toBe(3_000 + more.length * UNIT_BYTES);
  return ana;
}

describe('bytes that units share', () => {
  it('[DL-12] [DL-5] stay while a unit counts on them that makes no room', async () => {
    const ana = await beginShared();
    await finish(ana, 1);
    await setLimit(ana, 2_999);
    // Only its cover was its own; of what goes the cover is the last.
    expect(await statusesOf(ana, 1, 2)).toEqual(['not_downloaded', 'downloaded']);
    expect(await bytesOnDisk(ana)).toBe(2_500);
    ana.setOnline(false);
    expect(await ana.person().offlineCache.resolveAsset(recordingOf(2))).toMatchObject({ kind: 'local' });
    expect(await ana.person().offlineCache.resolveAsset(recordingOf(1))).toMatchObject({ kind: 'local' });
    await ana.app.close();
  });

  it('[DL-12] [DL-5] no unit is given up for nothing: one whose going frees no byte stays whole', async () => {
    const ana = await beginShared(3);
    await finish(ana, 1, 3);
    await setLimit(ana, 4_500);
    expect(await statusesOf(ana, 1, 2, 3)).toEqual(['downloaded', 'downloaded', 'not_downloaded']);
    await ana.app.close();
  });

  it('[DL-12] [DL-5] go when the last unit that counts on them makes room', async () => {
    const ana = await beginShared();
    await finish(ana, 1, 2);
    await setLimit(ana, 2_000);
    expect(await statusesOf(ana, 1, 2)).toEqual(['not_downloaded', 'not_downloaded']);
    expect(await bytesOnDisk(ana)).toBe(1_000);
    await ana.app.close();
  });
});

describe('a start', () => {
  it('[DL-9] [DL-5] believes the row that knows the bytes, not a newer one of the same bytes', async () => {
    const { server, ana } = await beginWith(1);
    await download(ana, 1);
    // Of a unit that is not opened the picture alone has a row.
    const cover = makeUnit(1).objects.slice(0, 1);
    const { unit } = makeUnit(2);
    unit.assets = unit.assets.map((asset, index) => ({ ...asset, ...bytesOf(cover[index]?.asset ?? asset) }));
    server.publish({ unit, objects: cover });
    await ana.person().offlineCache.syncNow();
    const rows = 'SELECT DISTINCT status FROM assets WHERE object_id = ? ORDER BY status';
    expect(await query(ana, rows, [cover[0]?.asset.object_id ?? ''])).toEqual([{ status: 'downloaded' }, { status: 'missing' }]);
    ana.network.isDown = true;
    const again = await ana.restart();
    again.setOnline(false);
    expect(await statusesOf(again, 1)).toEqual(['downloaded']);
    expect(await query(again, "SELECT status FROM assets WHERE unit_id = ? AND status <> 'downloaded'", [unitOf(1)])).toEqual([]);
    expect(await again.person().offlineCache.resolveAsset(recordingOf(1))).toMatchObject({ kind: 'local' });
    await again.app.close();
  });
});

describe('death in the middle', () => {
  it('[DL-12] between rows and files: the next start removes the files, and nothing else has to make room', async () => {
    const { ana } = await beginWith(1, 2);
    await download(ana, 1, 2);
    await finish(ana, 1, 2);
    const { remove } = ana.platform.files;
    ana.platform.files.remove = () => Promise.reject(new Error('dead'));
    await expect(setLimit(ana, UNIT_BYTES + 500)).rejects.toThrow('dead');
    expect(await statusesOf(ana, 1, 2)).toEqual(['not_downloaded', 'downloaded']);
    expect(await bytesOnDisk(ana)).toBe(2 * UNIT_BYTES);
    ana.platform.files.remove = remove;
    ana.network.isDown = true;
    const again = await ana.restart();
    expect(await statusesOf(again, 1, 2)).toEqual(['not_downloaded', 'downloaded']);
    expect(await bytesOnDisk(again)).toBe(UNIT_BYTES + 500);
    await again.app.close();
  });

  it('[DL-12] between the choice and the rows: the next start makes room', async () => {
    const { ana } = await beginWith(1);
    await download(ana, 1);
    await finish(ana, 1);
    await query(ana, "INSERT INTO metadata (key, value) VALUES ('choice:storage_limit_bytes', '1000')");
    ana.network.isDown = true;
    const again = await ana.restart();
    expect(await statusesOf(again, 1)).toEqual(['not_downloaded']);
    expect(await bytesOnDisk(again)).toBeLessThanOrEqual(1_000);
    await again.app.close();
  });

  it('[DL-12] in the transaction: all of it or nothing', async () => {
    const { ana } = await beginWith(1);
    await download(ana, 1);
    await finish(ana, 1);
    await query(ana, "CREATE TRIGGER dead BEFORE UPDATE OF status ON assets BEGIN SELECT RAISE(ABORT, 'dead'); END");
    await expect(setLimit(ana, 1_000)).rejects.toThrow('dead');
    expect(await statusesOf(ana, 1)).toEqual(['downloaded']);
    expect(await bytesOnDisk(ana)).toBe(UNIT_BYTES);
    await ana.app.close();
  });
});

describe('an update under a limit', () => {
  it('[DL-12] [DL-6] that does not fit beside the old version is said, and the old one plays', async () => {
    const { server, ana } = await beginWith(1);
    await download(ana, 1);
    await setLimit(ana, UNIT_BYTES + 500);
    server.publish(makeUnit(1, { seed: 9 }));
    await ana.person().offlineCache.syncNow();
    await ana.clock.advance(MINUTE_MS);
    expect(await stateOf(ana, 1)).toMatchObject({ status: 'update_available', reason: 'storage_limit' });
    ana.setOnline(false);
    expect(await ana.person().offlineCache.resolveAsset(recordingOf(1))).toMatchObject({ kind: 'local' });
    await ana.app.close();
  });
});
