import type { UnitSummary } from '@haversack/contract';
import type { SqlExecutor, SqlRow } from '../infrastructure/public.ts';
import { forgetVersion } from './downloads-repo.ts';
import { deleteUnits } from './repo.ts';

/** Oldest and newest `schema_version` of units and lessons that this app plays, both included. */
export interface SupportedSchemas {
  oldest: number;
  newest: number;
}
/** Why a unit is kept out: `too_old` shows as "download again", `too_new` waits for an update of the app, `malformed` is reported. */
export type StubReason = 'too_old' | 'too_new' | 'malformed';
export interface Stub {
  id: string;
  version: number;
  reason: StubReason;
  /** Null where it could not be read. */
  schema_version: number | null;
  title: string | null;
  /** It was fetched by itself already and is no better. */
  isTried: boolean;
}

/** Judged by the unit and by each of its lessons; null is playable. */
export function judgeSchema(
  unit: Pick<UnitSummary, 'schema_version' | 'lessons'>,
  { oldest, newest }: SupportedSchemas,
): { reason: 'too_old' | 'too_new'; schema_version: number } | null {
  const versions = [unit.schema_version, ...unit.lessons.map((lesson) => lesson.schema_version)];
  const highest = Math.max(...versions);
  const lowest = Math.min(...versions);
  if (highest > newest) return { reason: 'too_new', schema_version: highest };
  return lowest < oldest ? { reason: 'too_old', schema_version: lowest } : null;
}

/**
 * Keeps the place of a unit that cannot be shown, so that the digest comes out right (rule SV-3). An older version that plays stays
 * for `too_new` and `malformed`: its row says the older version, the stub says the server's.
 */
export async function setAside(tx: SqlExecutor, stub: Stub, pullGeneration: number): Promise<void> {
  if (stub.reason === 'too_old') await deleteUnits(tx, [stub.id]);
  await tx.run(
    `INSERT INTO unit_stubs (id, version, reason, schema_version, title, is_tried, pull_generation) VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET version = excluded.version, reason = excluded.reason, schema_version = excluded.schema_version,
       title = excluded.title, is_tried = excluded.is_tried, pull_generation = excluded.pull_generation`,
    [stub.id, stub.version, stub.reason, stub.schema_version, stub.title, stub.isTried ? 1 : 0, pullGeneration],
  );
  await tx.run('UPDATE units SET pull_generation = ? WHERE id = ?', [pullGeneration, stub.id]);
}

/**
 * Takes out units below the oldest schema, or with a lesson below it, with lessons and assets; a stub stays, so that they show as
 * "download again" (rule SV-1). Returns how many.
 */
export async function purgeOldSchemas(tx: SqlExecutor, oldest: number): Promise<number> {
  const old = await tx.all<{ id: string; version: number; schema_version: number; title: string; pull_generation: number }>(
    'SELECT id, version, lowest_schema_version AS schema_version, title, pull_generation FROM units WHERE lowest_schema_version < ?',
    [oldest],
  );
  for (const unit of old) {
    // A stub of a newer version says what the server has now; the older one that played beside it just goes.
    if (await tx.get('SELECT 1 AS found FROM unit_stubs WHERE id = ?', [unit.id])) {
      await tx.run('DELETE FROM units WHERE id = ?', [unit.id]);
    } else await setAside(tx, { ...unit, reason: 'too_old', isTried: false }, unit.pull_generation);
  }
  await dropOldVersions(tx, oldest);
  return old.length;
}

export async function hasOldSchemas(executor: SqlExecutor, oldest: number): Promise<boolean> {
  const row = await executor.get(
    `SELECT 1 AS found WHERE EXISTS (SELECT 1 FROM units WHERE lowest_schema_version < ?1)
       OR EXISTS (SELECT 1 FROM lessons WHERE schema_version < ?1)`,
    [oldest],
  );
  return row !== null;
}

/** What plays may be an older version than the catalogue's line, and too old though the line is not (rules DL-6, SV-1). */
async function dropOldVersions(tx: SqlExecutor, oldest: number): Promise<void> {
  const versions = await tx.all<{ unit_id: string; unit_version: number }>(
    'SELECT DISTINCT unit_id, unit_version FROM lessons WHERE schema_version < ?',
    [oldest],
  );
  for (const { unit_id, unit_version } of versions) await forgetVersion(tx, unit_id, unit_version);
}

/** Stubs that may turn out well when fetched by themselves: not tried yet, or understood since the app was updated (rule SV-2). */
export async function listStubsToTry(executor: SqlExecutor, schemas: SupportedSchemas): Promise<string[]> {
  const rows = await executor.all<{ id: string }>(
    `SELECT id FROM unit_stubs WHERE (is_tried = 0 AND reason <> 'too_new')
       OR (reason = 'too_new' AND schema_version BETWEEN ? AND ?) ORDER BY id`,
    [schemas.oldest, schemas.newest],
  );
  return rows.map(({ id }) => id);
}

export async function markStubTried(executor: SqlExecutor, unitId: string): Promise<void> {
  await executor.run('UPDATE unit_stubs SET is_tried = 1 WHERE id = ?', [unitId]);
}

/** A unit that the list shows by title alone, as "download again". `is_tried`: the server has nothing newer, as far as known. */
export interface OutdatedUnit extends SqlRow {
  id: string;
  title: string;
  is_tried: number;
}

export async function listOutdated(executor: SqlExecutor): Promise<OutdatedUnit[]> {
  return executor.all<OutdatedUnit>(
    `SELECT id, COALESCE(title, id) AS title, is_tried FROM unit_stubs WHERE reason = 'too_old' AND id NOT IN (SELECT id FROM units) ORDER BY title`,
  );
}

export async function countTooNew(executor: SqlExecutor): Promise<number> {
  const row = await executor.get<{ count: number }>(`SELECT COUNT(*) AS count FROM unit_stubs WHERE reason = 'too_new'`);
  return row?.count ?? 0;
}
