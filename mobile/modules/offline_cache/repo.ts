import type { LearningObjective, Lesson, LessonPayload, LessonSummary, Unit, UnitSummary } from '@haversack/contract';
import type { SqlExecutor, SqlRow, SqlValue } from '../infrastructure/public.ts';
import { adoptKnownFiles, upsertAssets } from './assets-repo.ts';
import { dropUnkeptVersions, readDownloadStates, setApart, supersedeDownload } from './downloads-repo.ts';
import type { DownloadState } from './models.ts';

/** A unit of the catalogue as it is stored, with its offline state. */
export interface UnitRecord {
  id: string;
  title: string;
  description: string;
  learnerLevel: UnitSummary['learner_level'];
  isInMyUnits: boolean;
  downloadSizeBytes: number;
  artAssetId: string | null;
  lessonCount: number;
  version: number;
  /** Version that plays: the one that is whole on disk, else the newest whose lessons are stored, else null. */
  playedVersion: number | null;
  isStale: boolean;
  /** Never makes room for others (rule DL-12). */
  isKept: boolean;
  download: DownloadState;
}
export interface UnitDetailRecord extends UnitRecord {
  objectives: LearningObjective[];
  lessons: (LessonHead & { exerciseCount: number | null })[];
}
export type LessonHead = Pick<LessonSummary, 'id' | 'title' | 'position' | 'lesson_type' | 'duration_seconds'>;
export interface LessonRecord extends LessonHead {
  unitId: string;
  unitVersion: number;
  payload: LessonPayload;
}

/** Parameters in one statement; SQLite's own bound is higher, some builds' is 999. */
export const PARAMETER_CHUNK = 400;

export function chunk<T>(items: readonly T[], size: number = PARAMETER_CHUNK): T[][] {
  const chunks: T[][] = [];
  for (let start = 0; start < items.length; start += size) chunks.push(items.slice(start, start + size));
  return chunks;
}

export const placeholders = (items: readonly unknown[]): string => items.map(() => '?').join(',');

/** Lane of the writes about one unit's place in "my units"; the unit's id follows. */
export const MY_UNIT_LANE = 'my-unit:';

export interface UpsertOptions {
  nowAt: number;
  pullGeneration: number;
  /** A full pull believes the server whatever it says; else a version that is older than what is here is an answer that came late. */
  acceptsOlder: boolean;
}

/** Writes what the catalogue says of these units; lessons and files of a version that plays stay beside it. */
export async function upsertUnits(
  tx: SqlExecutor,
  units: readonly (UnitSummary | Unit)[],
  options: UpsertOptions,
): Promise<void> {
  for (const unitId of await writeUnits(tx, units, options)) await dropUnkeptVersions(tx, unitId);
}

/** Returns the units that are of another version now; what is left of their old ones is the caller's to drop. */
async function writeUnits(tx: SqlExecutor, units: readonly (UnitSummary | Unit)[], options: UpsertOptions): Promise<string[]> {
  const known = await readVersions(
    tx,
    units.map(({ id }) => id),
  );
  const isLate = (unit: UnitSummary): boolean => !options.acceptsOlder && unit.version < (known.get(unit.id)?.version ?? 0);
  const accepted = units.filter((unit) => !isLate(unit));
  for (const { id, version, updated_at } of accepted) {
    const before = known.get(id);
    const isCountedAnew =
      before && (version < before.version || (version === before.version && updated_at !== before.updated_at));
    if (isCountedAnew) await setApart(tx, id, version);
  }
  await tx.runMany(
    UPSERT_UNIT,
    accepted.map((unit) => unitToRow(unit, options)),
  );
  await tx.runMany(
    'UPDATE units SET pull_generation = ? WHERE id = ?',
    units.filter(isLate).map((unit) => [options.pullGeneration, unit.id]),
  );
  await tx.runMany(
    'DELETE FROM unit_stubs WHERE id = ?',
    accepted.map(({ id }) => [id]),
  );
  await upsertAssets(tx, accepted);
  const changed = accepted.filter(({ id, version }) => known.has(id) && known.get(id)?.version !== version);
  for (const { id, version } of changed) {
    await adoptKnownFiles(tx, id, version);
    await supersedeDownload(tx, id, version);
  }
  return changed.map(({ id }) => id);
}

/** What the newest join or leave that still waits in the outbox makes of `in_my_units`; null when none waits. */
const waitingMyUnit = (unitId: string): string =>
  `(SELECT o.method = 'PUT' FROM outbox o WHERE o.lane = '${MY_UNIT_LANE}' || ${unitId} AND o.state = 'waiting' ORDER BY o.seq DESC LIMIT 1)`;

/** In `in_my_units` a join or leave that still waits is stronger than what the server says. */
const UPSERT_UNIT = `INSERT INTO units (id, title, description, learner_level, is_global, owner_id, learning_objectives, lesson_heads,
    lesson_count, schema_version, lowest_schema_version, version, updated_at, in_my_units, in_my_units_server, download_size_bytes,
    art_asset_id, synced_at, pull_generation)
  VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, COALESCE(${waitingMyUnit('?1')}, ?14), ?15, ?16, ?17, ?18, ?19)
  ON CONFLICT (id) DO UPDATE SET title = excluded.title, description = excluded.description, learner_level = excluded.learner_level,
    is_global = excluded.is_global, owner_id = excluded.owner_id, learning_objectives = excluded.learning_objectives,
    lesson_heads = excluded.lesson_heads, lesson_count = excluded.lesson_count, schema_version = excluded.schema_version,
    lowest_schema_version = excluded.lowest_schema_version, version = excluded.version, updated_at = excluded.updated_at,
    in_my_units = excluded.in_my_units, in_my_units_server = excluded.in_my_units_server, download_size_bytes = excluded.download_size_bytes,
    art_asset_id = excluded.art_asset_id, synced_at = excluded.synced_at, pull_generation = excluded.pull_generation`;

function unitToRow(unit: UnitSummary | Unit, { nowAt, pullGeneration }: UpsertOptions): SqlValue[] {
  return [
    unit.id,
    unit.title,
    unit.description,
    unit.learner_level,
    unit.is_global ? 1 : 0,
    unit.owner_id,
    JSON.stringify(unit.learning_objectives),
    JSON.stringify(orderedHeads(unit)),
    unit.lessons.length,
    unit.schema_version,
    Math.min(unit.schema_version, ...unit.lessons.map((lesson) => lesson.schema_version)),
    unit.version,
    unit.updated_at,
    unit.in_my_units ? 1 : 0,
    unit.in_my_units ? 1 : 0,
    unit.download_size_bytes,
    unit.art_asset_id ?? null,
    nowAt,
    pullGeneration,
  ];
}

function orderedHeads(unit: UnitSummary | Unit): LessonHead[] {
  return [...unit.lessons]
    .sort((a, b) => a.position - b.position)
    .map(({ id, title, position, lesson_type, duration_seconds }) => ({ id, title, position, lesson_type, duration_seconds }));
}

type KnownVersion = { id: string; version: number; updated_at: string };

async function readVersions(executor: SqlExecutor, ids: readonly string[]): Promise<Map<string, KnownVersion>> {
  const known = new Map<string, KnownVersion>();
  for (const part of chunk(ids)) {
    const rows = await executor.all<KnownVersion>(
      `SELECT id, version, updated_at FROM units WHERE id IN (${placeholders(part)})`,
      part,
    );
    for (const row of rows) known.set(row.id, row);
  }
  return known;
}

/** A whole unit: its place in the catalogue, and lessons and assets of its version beside what is here already (rule DL-6). */
export async function storeFullUnit(tx: SqlExecutor, unit: Unit, options: UpsertOptions): Promise<void> {
  // Nothing is dropped before this version counts as stored: its own rows would go.
  await writeUnits(tx, [unit], options);
  await tx.runMany(
    `INSERT OR REPLACE INTO lessons (id, unit_id, unit_version, title, position, lesson_type, duration_seconds, payload, exercise_count,
       updated_at, schema_version) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    unit.lessons.map((lesson) => lessonToRow(unit, lesson)),
  );
  // The catalogue's own version, be it lower than what was stored: a server restored from a backup is believed too (rule CT-11).
  await tx.run('UPDATE units SET stored_version = ?1 WHERE id = ?2 AND version = ?1', [unit.version, unit.id]);
  await adoptKnownFiles(tx, unit.id, unit.version);
  await dropUnkeptVersions(tx, unit.id);
}

function lessonToRow(unit: Unit, lesson: Lesson): SqlValue[] {
  return [
    lesson.id,
    unit.id,
    unit.version,
    lesson.title,
    lesson.position,
    lesson.lesson_type,
    lesson.duration_seconds,
    JSON.stringify(lesson.payload),
    lesson.payload.exercises.length,
    lesson.updated_at,
    lesson.schema_version,
  ];
}

const LISTED_COLUMNS = `id, title, description, learner_level, in_my_units, download_size_bytes, art_asset_id, lesson_count, version,
  stored_version, downloaded_version, is_kept`;
/** Without what a single unit alone shows: of two thousand units it is most of the bytes. */
const SELECT_LISTED = `SELECT ${LISTED_COLUMNS} FROM units`;

/** `my`: joined by, or owned by, this person. By title. */
export async function listUnitRecords(executor: SqlExecutor, scope: 'my' | 'all', personId: string): Promise<UnitRecord[]> {
  const rows =
    scope === 'my'
      ? await executor.all(`${SELECT_LISTED} WHERE in_my_units = 1 OR owner_id = ? ORDER BY title COLLATE NOCASE, id`, [personId])
      : await executor.all(`${SELECT_LISTED} ORDER BY title COLLATE NOCASE, id`);
  const states = await readDownloadStates(executor, null);
  return rows.map((row) => rowToUnitRecord(row, states));
}

export async function readUnitRecord(executor: SqlExecutor, unitId: string): Promise<UnitDetailRecord | null> {
  const row = await executor.get(`SELECT ${LISTED_COLUMNS}, learning_objectives, lesson_heads FROM units WHERE id = ?`, [unitId]);
  if (!row) return null;
  const record = rowToUnitRecord(row, await readDownloadStates(executor, unitId));
  const heads = JSON.parse(row['lesson_heads'] as string) as LessonHead[];
  return {
    ...record,
    objectives: JSON.parse(row['learning_objectives'] as string) as LearningObjective[],
    lessons:
      record.playedVersion === null
        ? heads.map((head) => ({ ...head, exerciseCount: null }))
        : await readStoredHeads(executor, unitId, record.playedVersion),
  };
}

async function readStoredHeads(executor: SqlExecutor, unitId: string, version: number) {
  const rows = await executor.all(
    `SELECT id, title, position, lesson_type, duration_seconds, exercise_count FROM lessons
     WHERE unit_id = ? AND unit_version = ? ORDER BY position, id`,
    [unitId, version],
  );
  return rows.map((row) => ({ ...rowToHead(row), exerciseCount: row['exercise_count'] as number }));
}

export async function readLessonRecord(executor: SqlExecutor, unitId: string, lessonId: string): Promise<LessonRecord | null> {
  const row = await executor.get(
    `SELECT l.* FROM lessons l JOIN units u ON u.id = l.unit_id
     WHERE l.unit_id = ? AND l.id = ? AND l.unit_version = COALESCE(u.downloaded_version, u.stored_version)`,
    [unitId, lessonId],
  );
  return (
    row && {
      ...rowToHead(row),
      unitId,
      // What was set apart is still called by the number that it was published under.
      unitVersion: Math.abs(row['unit_version'] as number),
      payload: JSON.parse(row['payload'] as string) as LessonPayload,
    }
  );
}

function rowToHead(row: SqlRow): LessonHead {
  return {
    id: row['id'] as string,
    title: row['title'] as string,
    position: row['position'] as number,
    lesson_type: row['lesson_type'] as LessonHead['lesson_type'],
    duration_seconds: row['duration_seconds'] as number | null,
  };
}

function rowToUnitRecord(row: SqlRow, states: ReadonlyMap<string, DownloadState>): UnitRecord {
  const playedVersion = (row['downloaded_version'] ?? row['stored_version']) as number | null;
  const downloadSizeBytes = row['download_size_bytes'] as number;
  return {
    id: row['id'] as string,
    title: row['title'] as string,
    description: row['description'] as string,
    learnerLevel: row['learner_level'] as UnitRecord['learnerLevel'],
    isInMyUnits: row['in_my_units'] === 1,
    downloadSizeBytes,
    artAssetId: row['art_asset_id'] as string | null,
    lessonCount: row['lesson_count'] as number,
    version: row['version'] as number,
    playedVersion,
    isStale: playedVersion !== null && playedVersion < (row['version'] as number),
    isKept: row['is_kept'] === 1,
    download: states.get(row['id'] as string) ?? {
      status: 'not_downloaded',
      reason: null,
      doneBytes: 0,
      totalBytes: downloadSizeBytes,
    },
  };
}

/** Removes units with everything about them but the work that was done in them (rule SY-4); files are swept afterwards. */
export async function deleteUnits(tx: SqlExecutor, unitIds: readonly string[]): Promise<void> {
  for (const part of chunk(unitIds)) {
    // Lessons, assets and queue entries go with their unit.
    await tx.run(`DELETE FROM units WHERE id IN (${placeholders(part)})`, part);
    await tx.run(`DELETE FROM unit_stubs WHERE id IN (${placeholders(part)})`, part);
  }
}

/** A lesson that is no more goes out of every version but the catalogue's own, which does not have it. */
export async function deleteLessons(tx: SqlExecutor, lessons: readonly { id: string; unit_id: string }[]): Promise<void> {
  await tx.runMany(
    `DELETE FROM lessons WHERE id = ?1 AND unit_id = ?2
     AND NOT EXISTS (SELECT 1 FROM units u, json_each(u.lesson_heads) head WHERE u.id = ?2 AND head.value ->> 'id' = ?1)`,
    lessons.map(({ id, unit_id }) => [id, unit_id]),
  );
}

/** A join or leave as the person sees it at once; the server's word is kept beside it. */
export async function setInMyUnits(tx: SqlExecutor, unitId: string, isInMyUnits: boolean): Promise<void> {
  await tx.run('UPDATE units SET in_my_units = ? WHERE id = ?', [isInMyUnits ? 1 : 0, unitId]);
}

/** After writes came back into the outbox from elsewhere. */
export async function applyWaitingMyUnits(tx: SqlExecutor): Promise<void> {
  await tx.run(`UPDATE units SET in_my_units = COALESCE(${waitingMyUnit('units.id')}, in_my_units)`);
}

/** What the server says, unless a later join or leave still waits to be sent: that one is what the person wants. */
export async function restoreInMyUnits(tx: SqlExecutor, unitId: string): Promise<void> {
  await tx.run(
    `UPDATE units SET in_my_units = in_my_units_server
     WHERE id = ? AND NOT EXISTS (SELECT 1 FROM outbox WHERE lane = '${MY_UNIT_LANE}' || units.id AND state = 'waiting')`,
    [unitId],
  );
}

export async function hasAnyUnit(executor: SqlExecutor): Promise<boolean> {
  return (await executor.get('SELECT 1 AS found FROM units UNION ALL SELECT 1 FROM unit_stubs LIMIT 1')) !== null;
}
