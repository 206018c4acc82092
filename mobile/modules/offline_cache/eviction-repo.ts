import type { SqlExecutor } from '../infrastructure/public.ts';
import { markObjectMissing } from './assets-repo.ts';
import { dropUnkeptVersions } from './downloads-repo.ts';
import type { Eviction, FinishedUnit, StoredObject } from './eviction.ts';
import { MY_UNIT_LANE } from './repo.ts';

/** Units that make no room: kept by the person, in the queue, with work that is not confirmed (refused work too), or open (`?1`). */
const PROTECTED = `SELECT id FROM units WHERE is_kept = 1
  UNION SELECT unit_id FROM downloads WHERE state <> 'failed'
  UNION SELECT e.unit_id FROM outbox o JOIN session_events e ON e.event_id = o.idempotency_key
  UNION SELECT SUBSTR(lane, LENGTH('${MY_UNIT_LANE}') + 1) FROM outbox WHERE lane LIKE '${MY_UNIT_LANE}%'
  UNION SELECT value FROM json_each(?1)`;

/** Whole on this device, and each of its lessons completed, as progress counts it: what was withdrawn is not. */
const FINISHED = `SELECT u.id FROM units u WHERE u.downloaded_version IS NOT NULL
  AND EXISTS (SELECT 1 FROM lessons l WHERE l.unit_id = u.id AND l.unit_version = u.downloaded_version)
  AND NOT EXISTS (SELECT 1 FROM lessons l WHERE l.unit_id = u.id AND l.unit_version = u.downloaded_version
    AND NOT EXISTS (SELECT 1 FROM session_events e WHERE e.unit_id = l.unit_id AND e.lesson_id = l.id AND e.type = 'session_completed'
      AND NOT EXISTS (SELECT 1 FROM session_events w
        WHERE w.type = 'withdrawn' AND w.device_id = e.device_id AND w.device_seq = e.device_seq)))`;

/** A unit was used when one of its lessons, recordings or pictures was opened, and when it came. */
const UNIT_USED_AT = 'MAX(u.last_used_at, COALESCE(u.downloaded_at, 0))';

/** Finished units that may make room. */
export function readFinishedUnits(executor: SqlExecutor, openUnitIds: readonly string[]): Promise<FinishedUnit[]> {
  return executor.all<{ unitId: string; usedAt: number }>(
    `SELECT u.id AS unitId, ${UNIT_USED_AT} AS usedAt FROM units u WHERE u.id IN (${FINISHED}) AND u.id NOT IN (${PROTECTED})`,
    [JSON.stringify(openUnitIds)],
  );
}

/** Everything that takes room. A unit that was downloaded and is not finished counts on its bytes like one that is protected. */
export async function readStoredObjects(executor: SqlExecutor, openUnitIds: readonly string[]): Promise<StoredObject[]> {
  const rows = await executor.all<{
    object_id: string;
    bytes: number;
    is_protected: number;
    finished_unit_ids: string;
    is_cover: number;
    used_at: number;
  }>(
    `WITH protected AS (${PROTECTED}), finished AS (${FINISHED}), held AS (
       SELECT a.object_id, a.done_bytes, u.id AS unit_id, a.id = u.art_asset_id AS is_art,
         a.unit_version = u.downloaded_version AS is_whole, u.id IN finished AS is_finished, u.id IN protected AS is_protected,
         CASE a.unit_version WHEN u.downloaded_version THEN ${UNIT_USED_AT}
           ELSE MAX(u.last_used_at, COALESCE(a.downloaded_at, 0)) END AS used_at
       FROM assets a JOIN units u ON u.id = a.unit_id WHERE a.done_bytes > 0)
     SELECT object_id, MAX(done_bytes) AS bytes, MAX(is_protected OR (COALESCE(is_whole, 0) AND NOT is_finished)) AS is_protected,
       json_group_array(DISTINCT unit_id) FILTER (WHERE is_whole AND is_finished) AS finished_unit_ids,
       MAX(COALESCE(is_whole AND is_finished AND is_art, 0)) AS is_cover, MAX(used_at) AS used_at
     FROM held GROUP BY object_id`,
    [JSON.stringify(openUnitIds)],
  );
  return rows.map((row) => ({
    objectId: row.object_id,
    bytes: row.bytes,
    isProtected: row.is_protected === 1,
    finishedUnitIds: JSON.parse(row.finished_unit_ids) as string[],
    isCover: row.is_cover === 1,
    usedAt: row.used_at,
  }));
}

/**
 * Rows and status go together, files are swept afterwards. A unit that made room is "not downloaded", not "download again": nothing is
 * wrong with it, its lessons' text is still here, and nobody is urged to fetch what they have finished.
 */
export async function evict(tx: SqlExecutor, { unitIds, objectIds }: Eviction): Promise<void> {
  await tx.runMany(
    `UPDATE units SET stored_version = COALESCE(stored_version, downloaded_version), downloaded_version = NULL, downloaded_at = NULL
     WHERE id = ?`,
    unitIds.map((unitId) => [unitId]),
  );
  for (const objectId of objectIds) await markObjectMissing(tx, objectId);
  for (const unitId of unitIds) await dropUnkeptVersions(tx, unitId);
}

/** So often is written down that a unit is in use. */
const USE_NOTED_EVERY_MS = 60_000;

/**
 * A lesson of the unit was opened, or this asset of it; its picture in the list of units says nothing about use. A clock that was set
 * back is believed too: the moment only ranks units (rule SY-6).
 */
export async function noteUse(
  executor: SqlExecutor,
  use: { unitId: string; assetId: string | null; nowAt: number },
): Promise<void> {
  await executor.run(
    `UPDATE units SET last_used_at = ?2 WHERE id = ?1 AND ABS(last_used_at - ?2) >= ${USE_NOTED_EVERY_MS}
     AND (?3 IS NULL OR art_asset_id IS NOT ?3)`,
    [use.unitId, use.nowAt, use.assetId],
  );
}

export async function setKept(executor: SqlExecutor, unitId: string, isKept: boolean): Promise<void> {
  await executor.run('UPDATE units SET is_kept = ? WHERE id = ?', [isKept ? 1 : 0, unitId]);
}
