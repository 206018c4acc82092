import type { Clock, Database, FileStore } from '../infrastructure/public.ts';
import {
  type AssetRecord,
  fileNameOf,
  markObjectDownloaded,
  markObjectMissing,
  neededObjects,
  objectIdOfFile,
  PART_ENDING,
  rowToAsset,
} from './assets-repo.ts';
import { refreshDownloadStatus } from './downloads-repo.ts';
import type { createKeyedLock } from './keyed-lock.ts';

export interface FilesDeps {
  database: Database;
  files: FileStore;
  area: string;
  clock: Clock;
  lock: ReturnType<typeof createKeyedLock>;
  /** No row counts on it, but it may be brought back (`removals.ts`). */
  isHeld?(objectId: string): boolean;
}

/** Removes every file that no row counts on (rules DL-5, DL-9). Looks again under the object's lock before it removes. Bytes freed. */
export async function sweepFiles({ database, files, area, lock, isHeld = () => false }: FilesDeps): Promise<number> {
  let freedBytes = 0;
  const found = (await files.list(area)).map((file) => ({ ...file, objectId: objectIdOfFile(file.name) }));
  const needed = await neededObjects(
    database,
    found.map(({ objectId }) => objectId),
  );
  for (const { name, sizeBytes, objectId } of found) {
    if (isHeld(objectId) || needed.has(objectId)) continue;
    await lock(objectId, async () => {
      if (isHeld(objectId) || (await neededObjects(database, [objectId])).has(objectId)) return;
      await files.remove(area, name);
      freedBytes += sizeBytes;
    });
  }
  return freedBytes;
}

/**
 * On start, before anything is fetched: rows are held against the disk (rule DL-9). Missing files are marked so and their units show as
 * "download again"; partial files say how far they are; a file that a dead run left unsaid is verified and said; the rest is removed,
 * also what had made room (rule DL-12) when the app died before its file was gone: of that no row says that it is on its way.
 */
export async function reconcileFiles(deps: FilesDeps): Promise<void> {
  const { database, files, area } = deps;
  const sizesByName = new Map((await files.list(area)).map(({ name, sizeBytes }) => [name, sizeBytes]));
  for (const asset of await listAssetsToCheck(database, [...sizesByName.keys()])) {
    const name = asset.localPath ?? fileNameOf(asset);
    if (name === null) continue;
    const size = sizesByName.get(name);
    if (asset.status === 'downloaded') {
      if (size !== asset.sizeBytes) await markLost(database, asset.objectId);
    } else if (
      asset.status === 'downloading' &&
      size === asset.sizeBytes &&
      (await files.sha256(area, name)) === asset.objectId
    ) {
      await database.transaction((tx) => markObjectDownloaded(tx, asset.objectId, name, deps.clock.now()));
    } else await notePart(database, asset.objectId, sizesByName.get(name + PART_ENDING) ?? 0);
  }
  await sweepFiles(deps);
}

/**
 * Rows that claim bytes, and those of the files that are here: of a catalogue of thousands, few. One row for each object, the one that
 * knows most of its file: SQLite takes the other columns from the row with the maximum.
 */
async function listAssetsToCheck(database: Database, names: readonly string[]): Promise<AssetRecord[]> {
  const rows = await database.all(
    `SELECT *, MAX(done_bytes) FROM assets WHERE object_id IN (
       SELECT object_id FROM assets WHERE done_bytes > 0 OR status <> 'missing' UNION SELECT value FROM json_each(?))
     GROUP BY object_id`,
    [JSON.stringify(names.map(objectIdOfFile))],
  );
  return rows.map(rowToAsset);
}

/** A partial file is kept while somebody waits for it; how far it is, the disk says. */
async function notePart(database: Database, objectId: string, partBytes: number): Promise<void> {
  await database.run(
    `UPDATE assets SET done_bytes = ?2, status = CASE WHEN ?2 > 0 THEN 'downloading' ELSE 'missing' END
     WHERE object_id = ?1 AND done_bytes <> ?2
       AND (done_bytes > 0 OR EXISTS (SELECT 1 FROM downloads d WHERE d.unit_id = assets.unit_id))`,
    [objectId, partBytes],
  );
}

/** A file that was verified is not there any more: what needed it is not "downloaded" any more (rule DL-1). */
export async function markLost(database: Database, objectId: string): Promise<void> {
  await database.transaction(async (tx) => {
    const units = await tx.all<{ id: string }>(
      `SELECT DISTINCT u.id FROM units u JOIN assets a ON a.unit_id = u.id AND a.unit_version = u.downloaded_version WHERE a.object_id = ?`,
      [objectId],
    );
    await markObjectMissing(tx, objectId);
    for (const { id } of units) {
      await tx.run('UPDATE units SET is_lost = 1, downloaded_version = NULL, downloaded_at = NULL WHERE id = ?', [id]);
      await refreshDownloadStatus(tx, id);
    }
  });
}
