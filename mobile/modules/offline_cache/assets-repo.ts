import { ASSET_EXTENSION_BY_CONTENT_TYPE, type SignedAssets, type Unit, type UnitSummary } from '@haversack/contract';
import type { SqlExecutor, SqlRow } from '../infrastructure/public.ts';
import type { AssetStatus } from './models.ts';

/** One asset of one version of a unit. Rows of the same bytes share a file (rule DL-5). */
export interface AssetRecord {
  id: string;
  unitId: string;
  unitVersion: number;
  type: 'audio' | 'image';
  /** SHA-256 of the bytes, hex. */
  objectId: string;
  contentType: string;
  sizeBytes: number;
  /** On disk, whole or partial. */
  doneBytes: number;
  url: string;
  /** RFC 3339. */
  urlExpiresAt: string;
  /** Name in the person's area of the file store, once it is there. */
  localPath: string | null;
  status: AssetStatus;
  etag: string | null;
}

/** Null: a content type that no phone stores (rule DL-10). */
export function fileNameOf(asset: Pick<AssetRecord, 'objectId' | 'contentType'>): string | null {
  const extension = ASSET_EXTENSION_BY_CONTENT_TYPE[asset.contentType];
  return extension === undefined ? null : `${asset.objectId}.${extension}`;
}

export const PART_ENDING = '.part';
export const objectIdOfFile = (name: string): string => name.slice(0, 64);

/** A row that stands for the same bytes keeps what it knows of its file. */
export async function upsertAssets(tx: SqlExecutor, units: readonly (UnitSummary | Unit)[]): Promise<void> {
  await tx.runMany(
    `INSERT INTO assets (id, unit_id, unit_version, lesson_id, type, object_id, content_type, size_bytes, checksum, url, url_expires_at,
       updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (unit_id, unit_version, id) DO UPDATE SET url = excluded.url, url_expires_at = excluded.url_expires_at,
       updated_at = excluded.updated_at, lesson_id = excluded.lesson_id, type = excluded.type, object_id = excluded.object_id,
       content_type = excluded.content_type, size_bytes = excluded.size_bytes, checksum = excluded.checksum,
       status = CASE WHEN assets.object_id = excluded.object_id THEN assets.status ELSE 'missing' END,
       local_path = CASE WHEN assets.object_id = excluded.object_id THEN assets.local_path END,
       done_bytes = CASE WHEN assets.object_id = excluded.object_id THEN assets.done_bytes ELSE 0 END`,
    units.flatMap((unit) =>
      unit.assets.map((asset) => [
        asset.id,
        unit.id,
        unit.version,
        asset.lesson_id ?? null,
        asset.type,
        asset.object_id,
        asset.content_type,
        asset.size_bytes,
        asset.checksum,
        asset.url,
        asset.url_expires_at,
        asset.updated_at,
      ]),
    ),
  );
}

/** Rows of a new version take over files that are on disk already, for an older version or another unit. */
export async function adoptKnownFiles(tx: SqlExecutor, unitId: string, unitVersion: number): Promise<void> {
  await tx.run(
    `UPDATE assets SET (local_path, status, done_bytes, downloaded_at) = (SELECT known.local_path, 'downloaded', known.size_bytes,
         known.downloaded_at FROM assets known WHERE known.object_id = assets.object_id AND known.status = 'downloaded' LIMIT 1)
     WHERE unit_id = ? AND unit_version = ? AND status <> 'downloaded'
       AND EXISTS (SELECT 1 FROM assets known WHERE known.object_id = assets.object_id AND known.status = 'downloaded')`,
    [unitId, unitVersion],
  );
}

/** The row that the screen means: of the version that plays, else of the newest. */
export async function readAsset(executor: SqlExecutor, assetId: string): Promise<AssetRecord | null> {
  const row = await executor.get(
    `SELECT a.* FROM assets a JOIN units u ON u.id = a.unit_id WHERE a.id = ?
     ORDER BY a.unit_version = COALESCE(u.downloaded_version, u.stored_version) DESC, a.unit_version DESC LIMIT 1`,
    [assetId],
  );
  return row && rowToAsset(row);
}

/** What a version still lacks, one row for each object. */
export async function listMissingAssets(executor: SqlExecutor, unitId: string, unitVersion: number): Promise<AssetRecord[]> {
  const rows = await executor.all(
    `SELECT * FROM assets WHERE unit_id = ? AND unit_version = ? AND status <> 'downloaded' GROUP BY object_id ORDER BY type, size_bytes`,
    [unitId, unitVersion],
  );
  return rows.map(rowToAsset);
}

/** Bytes of these objects that are not on disk for any row yet. */
export async function sumLackingBytes(executor: SqlExecutor, objectIds: readonly string[]): Promise<number> {
  const row = await executor.get<{ bytes: number | null }>(
    `SELECT SUM(bytes) AS bytes FROM (SELECT MIN(size_bytes - done_bytes) AS bytes FROM assets
     WHERE object_id IN (SELECT value FROM json_each(?)) GROUP BY object_id)`,
    [JSON.stringify(objectIds)],
  );
  return row?.bytes ?? 0;
}

/** The file that holds these bytes, or null. */
export async function findFile(executor: SqlExecutor, objectId: string): Promise<string | null> {
  const row = await executor.get<{ local_path: string }>(
    `SELECT local_path FROM assets WHERE object_id = ? AND status = 'downloaded' AND local_path IS NOT NULL LIMIT 1`,
    [objectId],
  );
  return row?.local_path ?? null;
}

/** Verified and moved into place: now, and only now, the rows say so (rule DL-2). */
export async function markObjectDownloaded(tx: SqlExecutor, objectId: string, localPath: string, nowAt: number): Promise<void> {
  await tx.run(
    `UPDATE assets SET status = 'downloaded', local_path = ?, done_bytes = size_bytes, downloaded_at = ? WHERE object_id = ?`,
    [localPath, nowAt, objectId],
  );
}

export async function markObjectProgress(
  tx: SqlExecutor,
  objectId: string,
  progress: { doneBytes: number; etag: string | null },
): Promise<void> {
  await tx.run(
    `UPDATE assets SET status = 'downloading', done_bytes = ?, etag = ? WHERE object_id = ? AND status <> 'downloaded'`,
    [progress.doneBytes, progress.etag, objectId],
  );
}

export async function markObjectMissing(tx: SqlExecutor, objectId: string): Promise<void> {
  await tx.run(
    `UPDATE assets SET status = 'missing', local_path = NULL, done_bytes = 0, etag = NULL, downloaded_at = NULL WHERE object_id = ?`,
    [objectId],
  );
}

/** Of the versions that lie here, those alone get the address that have the bytes which it gives. */
export async function writeSignedUrls(tx: SqlExecutor, { assets }: SignedAssets): Promise<void> {
  await tx.runMany(
    'UPDATE assets SET url = ?1, url_expires_at = ?2 WHERE id = ?3 AND object_id = COALESCE(?4, object_id)',
    assets.map(({ id, object_id, url, url_expires_at }) => [url, url_expires_at, id, object_id ?? null]),
  );
}

/** Those of these objects on whose bytes, whole or partial, a row still counts. */
export async function neededObjects(executor: SqlExecutor, objectIds: readonly string[]): Promise<Set<string>> {
  const rows = await executor.all<{ object_id: string }>(
    `SELECT DISTINCT object_id FROM assets WHERE object_id IN (SELECT value FROM json_each(?))
     AND (status = 'downloaded' OR done_bytes > 0)`,
    [JSON.stringify(objectIds)],
  );
  return new Set(rows.map(({ object_id }) => object_id));
}

/** Bytes on disk by type, each object once; partial ones with what they have. */
export async function sumStoredBytes(executor: SqlExecutor): Promise<{ audio: number; image: number }> {
  const rows = await executor.all<{ type: string; bytes: number }>(
    `SELECT type, SUM(bytes) AS bytes FROM (SELECT object_id, MIN(type) AS type, MAX(done_bytes) AS bytes FROM assets
     WHERE done_bytes > 0 GROUP BY object_id) GROUP BY type`,
  );
  const bytesOf = (type: string): number => rows.find((row) => row.type === type)?.bytes ?? 0;
  return { audio: bytesOf('audio'), image: bytesOf('image') };
}

/** Of those, what only downloaded or opened units need: all but the pictures of the list. */
export async function sumFreeableBytes(executor: SqlExecutor): Promise<number> {
  const row = await executor.get<{ bytes: number | null }>(
    `SELECT SUM(bytes) AS bytes FROM (SELECT object_id, MAX(done_bytes) AS bytes FROM assets WHERE done_bytes > 0 GROUP BY object_id)
     WHERE object_id NOT IN (SELECT a.object_id FROM assets a JOIN units u ON u.id = a.unit_id AND u.version = a.unit_version
       WHERE a.id = u.art_asset_id)`,
  );
  return row?.bytes ?? 0;
}

export function rowToAsset(row: SqlRow): AssetRecord {
  return {
    id: row['id'] as string,
    unitId: row['unit_id'] as string,
    unitVersion: row['unit_version'] as number,
    type: row['type'] as AssetRecord['type'],
    objectId: row['object_id'] as string,
    contentType: row['content_type'] as string,
    sizeBytes: row['size_bytes'] as number,
    doneBytes: row['done_bytes'] as number,
    url: row['url'] as string,
    urlExpiresAt: row['url_expires_at'] as string,
    localPath: row['local_path'] as string | null,
    status: row['status'] as AssetStatus,
    etag: row['etag'] as string | null,
  };
}
