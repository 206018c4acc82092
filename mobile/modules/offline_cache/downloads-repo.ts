import type { SqlExecutor, SqlRow } from '../infrastructure/public.ts';
import { type DownloadEvent, downloadStatusOf, nextQueueEntry, type QueueEntry } from './download-state.ts';
import type { CachedUnit, DownloadReason, DownloadState, DownloadStatus } from './models.ts';

/** An entry of the queue with what the worker needs. */
export interface QueuedUnit extends QueueEntry {
  unitId: string;
  /** Version whose lessons are stored and whose assets are fetched; null until the unit was asked for. */
  targetVersion: number | null;
}

/**
 * Moves a unit's entry by the one transition function, and writes the status that follows from it, in the caller's transaction.
 * Returns the entry as it now is.
 */
export async function moveDownload(
  tx: SqlExecutor,
  unitId: string,
  event: DownloadEvent,
  { nowAt, delayMs = 0 }: { nowAt: number; delayMs?: number },
): Promise<QueueEntry | null> {
  if (!(await tx.get('SELECT 1 AS known FROM units WHERE id = ?', [unitId]))) return null;
  const before = await readEntry(tx, unitId);
  const after = nextQueueEntry(before, event);
  if (after && after !== before) {
    await tx.run(
      `INSERT INTO downloads (unit_id, state, reason, failures, attempted_at, next_attempt_at, requested_at) VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (unit_id) DO UPDATE SET state = excluded.state, reason = excluded.reason, failures = excluded.failures,
         attempted_at = excluded.attempted_at, next_attempt_at = excluded.next_attempt_at`,
      [unitId, after.state, after.reason, after.failures, nowAt, nowAt + delayMs, nowAt],
    );
  }
  await refreshDownloadStatus(tx, unitId);
  return after;
}

async function readEntry(executor: SqlExecutor, unitId: string): Promise<QueueEntry | null> {
  const row = await executor.get('SELECT state, reason, failures FROM downloads WHERE unit_id = ?', [unitId]);
  return row && rowToEntry(row);
}

function rowToEntry(row: SqlRow): QueueEntry {
  return {
    state: row['state'] as QueueEntry['state'],
    reason: row['reason'] as DownloadReason,
    failures: row['failures'] as number,
  };
}

/** An entry that found out that it must wait for Wi-Fi is left alone until it need not, instead of being tried in vain. */
const mayRun = (isHeldForWifi: boolean): string =>
  `state IN ('queued', 'running') ${isHeldForWifi ? "AND reason IS NOT 'waiting_for_wifi'" : ''}`;

/** Entries that may run now, oldest first; a wait that a clock jump made void is over (rule SY-6). */
export async function readRunnable(executor: SqlExecutor, nowAt: number, isHeldForWifi: boolean): Promise<QueuedUnit | null> {
  const row = await executor.get(
    `SELECT unit_id, state, reason, failures, target_version FROM downloads
     WHERE ${mayRun(isHeldForWifi)} AND (next_attempt_at <= ?1 OR attempted_at > ?1) ORDER BY requested_at, unit_id LIMIT 1`,
    [nowAt],
  );
  return row && { ...rowToEntry(row), unitId: row['unit_id'] as string, targetVersion: row['target_version'] as number | null };
}

export async function readQueued(executor: SqlExecutor, unitId: string): Promise<QueuedUnit | null> {
  const row = await executor.get('SELECT unit_id, state, reason, failures, target_version FROM downloads WHERE unit_id = ?', [
    unitId,
  ]);
  return row && { ...rowToEntry(row), unitId, targetVersion: row['target_version'] as number | null };
}

/** When the next entry that waits for its time may be tried, or null. */
export async function nextDownloadAt(executor: SqlExecutor, isHeldForWifi: boolean): Promise<number | null> {
  const row = await executor.get<{ next_at: number | null }>(
    `SELECT MIN(next_attempt_at) AS next_at FROM downloads WHERE ${mayRun(isHeldForWifi)}`,
  );
  return row?.next_at ?? null;
}

/** The network is back, or the person asks: nothing waits out its backoff. */
export async function forgetDownloadWaits(executor: SqlExecutor): Promise<void> {
  await executor.run(`UPDATE downloads SET next_attempt_at = 0 WHERE state = 'queued'`);
}

/** More room than before: what failed for want of it begins again. */
export async function retryOverLimit(tx: SqlExecutor, nowAt: number): Promise<void> {
  const failed = await tx.all<{ unit_id: string }>(
    `SELECT unit_id FROM downloads WHERE state = 'failed' AND reason = 'storage_limit'`,
  );
  for (const { unit_id } of failed) await moveDownload(tx, unit_id, { kind: 'resumed' }, { nowAt });
}

export async function setTargetVersion(tx: SqlExecutor, unitId: string, version: number): Promise<void> {
  await tx.run('UPDATE downloads SET target_version = ? WHERE unit_id = ?', [version, unitId]);
}

/** A newer version is known than the one being fetched: what both share stays, the rest is planned anew. */
export async function supersedeDownload(tx: SqlExecutor, unitId: string, version: number): Promise<void> {
  await tx.run(
    `UPDATE downloads SET target_version = NULL, state = CASE state WHEN 'paused' THEN 'paused' ELSE 'queued' END, reason = NULL,
       failures = 0, next_attempt_at = 0 WHERE unit_id = ? AND target_version IS NOT NULL AND target_version <> ?`,
    [unitId, version],
  );
}

/**
 * Everything of the target is there: it is what plays from now on. False when the premise has gone meanwhile (cancelled, superseded,
 * a file or a lesson is missing after all), and then nothing was changed (rules DL-1, DL-6).
 */
export async function installVersion(tx: SqlExecutor, unitId: string, version: number, nowAt: number): Promise<boolean> {
  const whole = await tx.get(
    `SELECT 1 AS whole FROM downloads d JOIN units u ON u.id = d.unit_id WHERE d.unit_id = ?1 AND d.target_version = ?2
       AND u.stored_version = ?2 AND d.state = 'running'
       AND u.lesson_count = (SELECT COUNT(*) FROM lessons WHERE unit_id = ?1 AND unit_version = ?2)
       AND NOT EXISTS (SELECT 1 FROM assets WHERE unit_id = ?1 AND unit_version = ?2 AND status <> 'downloaded')`,
    [unitId, version],
  );
  if (!whole) return false;
  await tx.run('UPDATE units SET downloaded_version = ?, downloaded_at = ?, is_lost = 0 WHERE id = ?', [version, nowAt, unitId]);
  await tx.run('DELETE FROM downloads WHERE unit_id = ?', [unitId]);
  await dropUnkeptVersions(tx, unitId);
  return true;
}

/** `download_status` follows from the facts and from nothing else. */
export async function refreshDownloadStatus(tx: SqlExecutor, unitId: string): Promise<void> {
  const row = await tx.get('SELECT version, downloaded_version, is_lost, download_status FROM units WHERE id = ?', [unitId]);
  if (!row) return;
  const status = downloadStatusOf({
    version: row['version'] as number,
    downloadedVersion: row['downloaded_version'] as number | null,
    isLost: row['is_lost'] === 1,
    entry: await readEntry(tx, unitId),
  });
  if (status !== row['download_status']) await tx.run('UPDATE units SET download_status = ? WHERE id = ?', [status, unitId]);
}

/** Of the units that are in the queue or on disk; `unitId` null takes all of them. */
export async function readDownloadStates(executor: SqlExecutor, unitId: string | null): Promise<Map<string, DownloadState>> {
  const isKept = `download_status <> 'not_downloaded' ${unitId === null ? '' : 'AND id = ?1'}`;
  const rows = await executor.all(
    `SELECT u.id, u.download_status, d.reason, u.download_size_bytes, SUM(o.size_bytes) AS total_bytes, SUM(o.done_bytes) AS done_bytes
     FROM units u LEFT JOIN downloads d ON d.unit_id = u.id
     LEFT JOIN (SELECT unit_id, unit_version, object_id, size_bytes, MAX(done_bytes) AS done_bytes FROM assets
       WHERE unit_id IN (SELECT id FROM units WHERE ${isKept}) GROUP BY unit_id, unit_version, object_id) o
       ON o.unit_id = u.id AND o.unit_version = COALESCE(d.target_version, u.downloaded_version)
     WHERE u.id IN (SELECT id FROM units WHERE ${isKept}) GROUP BY u.id`,
    unitId === null ? [] : [unitId],
  );
  return new Map(
    rows.map((row) => [
      row['id'] as string,
      {
        status: row['download_status'] as DownloadStatus,
        reason: row['reason'] as DownloadReason,
        doneBytes: (row['done_bytes'] as number | null) ?? 0,
        totalBytes: (row['total_bytes'] as number | null) ?? (row['download_size_bytes'] as number),
      },
    ]),
  );
}

/** Units that the Downloads screen lists: on disk, on the way, or lost. */
export async function listCachedUnits(executor: SqlExecutor): Promise<CachedUnit[]> {
  const states = await readDownloadStates(executor, null);
  const rows = await executor.all(
    `SELECT id, title, downloaded_at FROM units WHERE download_status <> 'not_downloaded' ORDER BY title COLLATE NOCASE, id`,
  );
  return rows.flatMap((row) => {
    const download = states.get(row['id'] as string);
    return download
      ? [
          {
            unitId: row['id'] as string,
            title: row['title'] as string,
            download,
            downloadedAt: row['downloaded_at'] as number | null,
          },
        ]
      : [];
  });
}

/**
 * Takes the download of a unit off the device: queue entry, lessons and rows of its files; the catalogue's line and its picture stay.
 * Files are swept afterwards.
 */
export async function forgetDownload(tx: SqlExecutor, unitId: string): Promise<void> {
  await tx.run('DELETE FROM downloads WHERE unit_id = ?', [unitId]);
  await tx.run(
    `UPDATE units SET stored_version = NULL, downloaded_version = NULL, downloaded_at = NULL, is_lost = 0, is_kept = 0 WHERE id = ?`,
    [unitId],
  );
  await dropUnkeptVersions(tx, unitId);
}

/** Gives up an update that is on the way; the version that is whole stays and plays. */
export async function forgetUpdate(tx: SqlExecutor, unitId: string): Promise<void> {
  await tx.run('DELETE FROM downloads WHERE unit_id = ?', [unitId]);
  await tx.run('UPDATE units SET stored_version = downloaded_version WHERE id = ?', [unitId]);
  await dropUnkeptVersions(tx, unitId);
}

/** Lessons and assets stay for the version that is whole and the newest stored one; of the catalogue's, the picture does. */
export async function dropUnkeptVersions(tx: SqlExecutor, unitId: string): Promise<void> {
  const isKept = (table: string, more = ''): string =>
    `EXISTS (SELECT 1 FROM units u WHERE u.id = ?1 AND (${table}.unit_version IN (u.downloaded_version, u.stored_version) ${more}))`;
  await tx.run(`DELETE FROM lessons WHERE unit_id = ?1 AND NOT ${isKept('lessons')}`, [unitId]);
  const isArt = 'OR (assets.unit_version = u.version AND assets.id = u.art_asset_id)';
  await tx.run(`DELETE FROM assets WHERE unit_id = ?1 AND NOT ${isKept('assets', isArt)}`, [unitId]);
  await refreshDownloadStatus(tx, unitId);
}
