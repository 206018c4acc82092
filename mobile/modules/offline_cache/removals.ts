import type { Clock, Database, FileStore, SqlExecutor, SqlRow, SqlValue } from '../infrastructure/public.ts';
import { objectIdOfFile, PART_ENDING } from './assets-repo.ts';
import { refreshDownloadStatus } from './downloads-repo.ts';
import { readMetadata } from './metadata.ts';

/**
 * Downloads that were just removed and can be brought back without a byte being fetched again. What the rows say is true at once: the
 * unit is not here. Its files stay until the time is over or room is needed, and what its rows held is remembered here alone: should
 * the app die, the next start finds files that no row counts on, and removes them (rule DL-9).
 */
export interface Removals {
  /** In the transaction that removes it, before it does. */
  remember(tx: SqlExecutor, unitId: string): Promise<void>;
  /** From now on it can be brought back for so long. */
  keepFor(unitId: string, ms: number): void;
  /** False: too late, or the unit is not what it was; then nothing was changed. */
  bringBack(unitId: string): Promise<boolean>;
  isHeld(objectId: string): boolean;
  /** Nothing can be brought back any more. Whether there was something. */
  letGo(): boolean;
}

export interface RemovalsDeps {
  database: Database;
  files: FileStore;
  area: string;
  clock: Clock;
  /** Removes files that no row needs and that are not held. */
  sweepFiles(): Promise<void>;
}

interface Removed {
  unit: SqlRow;
  feedId: string | null;
  lessons: SqlRow[];
  assets: SqlRow[];
  downloads: SqlRow[];
  stopTimer(): void;
}

export function createRemovals({ database, files, area, clock, sweepFiles }: RemovalsDeps): Removals {
  const removedByUnitId = new Map<string, Removed>();

  function take(unitId: string): Removed | null {
    const removed = removedByUnitId.get(unitId) ?? null;
    removed?.stopTimer();
    removedByUnitId.delete(unitId);
    return removed;
  }

  return {
    async remember(tx, unitId) {
      take(unitId);
      const removed = await readRows(tx, unitId);
      if (removed !== null) removedByUnitId.set(unitId, removed);
    },

    keepFor(unitId, ms) {
      const removed = removedByUnitId.get(unitId);
      if (removed === undefined) return;
      removed.stopTimer = clock.schedule(ms, () => {
        if (take(unitId) !== null) void sweepFiles().catch(() => undefined);
      });
    },

    async bringBack(unitId) {
      const removed = removedByUnitId.get(unitId);
      if (removed === undefined) return false;
      removed.stopTimer();
      const sizesByName = new Map((await files.list(area)).map(({ name, sizeBytes }) => [name, sizeBytes]));
      const isBack = await database.transaction((tx) => restore(tx, unitId, removed, sizesByName));
      // Its rows count on the files now, or nobody does.
      take(unitId);
      if (!isBack) await sweepFiles();
      return isBack;
    },

    isHeld: (objectId) => [...removedByUnitId.values()].some(({ assets }) => assets.some((row) => row['object_id'] === objectId)),

    letGo() {
      const had = removedByUnitId.size > 0;
      for (const unitId of [...removedByUnitId.keys()]) take(unitId);
      return had;
    },
  };
}

async function readRows(tx: SqlExecutor, unitId: string): Promise<Removed | null> {
  const unit = await tx.get(
    `SELECT version, stored_version, downloaded_version, downloaded_at, is_lost, is_kept FROM units WHERE id = ?`,
    [unitId],
  );
  if (unit === null) return null;
  return {
    unit,
    feedId: await readMetadata(tx, 'feed_id'),
    lessons: await tx.all('SELECT * FROM lessons WHERE unit_id = ?', [unitId]),
    assets: await tx.all('SELECT * FROM assets WHERE unit_id = ?', [unitId]),
    downloads: await tx.all('SELECT * FROM downloads WHERE unit_id = ?', [unitId]),
    stopTimer: () => undefined,
  };
}

async function restore(
  tx: SqlExecutor,
  unitId: string,
  { unit, feedId, lessons, assets, downloads }: Removed,
  sizesByName: ReadonlyMap<string, number>,
): Promise<boolean> {
  // The same version of the same server, and nobody has asked for it anew.
  const isUntouched = await tx.get(
    `SELECT 1 AS untouched FROM units WHERE id = ?1 AND version = ?2 AND stored_version IS NULL AND downloaded_version IS NULL
       AND NOT EXISTS (SELECT 1 FROM downloads WHERE unit_id = ?1)`,
    [unitId, unit['version'] ?? null],
  );
  if (isUntouched === null || (await readMetadata(tx, 'feed_id')) !== feedId) return false;
  const onDisk = assets.map((row) => asOnDisk(row, sizesByName)).filter((row) => row !== null);
  if (onDisk.length < assets.length) return false;
  await insertRows(tx, 'lessons', lessons);
  await insertRows(tx, 'assets', onDisk);
  await insertRows(
    tx,
    'downloads',
    downloads.map((row) => (row['state'] === 'running' ? { ...row, state: 'queued' } : row)),
  );
  await tx.run(
    `UPDATE units SET stored_version = ?2, downloaded_version = ?3, downloaded_at = ?4, is_lost = ?5, is_kept = ?6 WHERE id = ?1`,
    [unitId, ...RESTORED.map((column) => unit[column] ?? null)],
  );
  await refreshDownloadStatus(tx, unitId);
  return true;
}

const RESTORED = ['stored_version', 'downloaded_version', 'downloaded_at', 'is_lost', 'is_kept'] as const;

/** Of a file that is not whole the disk says how far it is. Null: a whole one has gone (rule DL-1). */
function asOnDisk(row: SqlRow, sizesByName: ReadonlyMap<string, number>): SqlRow | null {
  if (row['status'] === 'downloaded') return sizesByName.get(String(row['local_path'])) === row['size_bytes'] ? row : null;
  const part = [...sizesByName].find(([name]) => name.endsWith(PART_ENDING) && objectIdOfFile(name) === row['object_id']);
  const doneBytes = part?.[1] ?? 0;
  return { ...row, done_bytes: doneBytes, status: doneBytes > 0 ? 'downloading' : 'missing' };
}

/** Rows that stayed (the picture of the list) are left as they are. */
async function insertRows(tx: SqlExecutor, table: 'lessons' | 'assets' | 'downloads', rows: readonly SqlRow[]): Promise<void> {
  const columns = Object.keys(rows[0] ?? {});
  if (columns.length === 0) return;
  await tx.runMany(
    `INSERT OR IGNORE INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
    rows.map((row) => columns.map((column): SqlValue => row[column] ?? null)),
  );
}
