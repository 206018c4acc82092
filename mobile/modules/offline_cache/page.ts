import { type SyncEnvelope, UnitSummary } from '@haversack/contract';
import { Value } from 'typebox/value';
import type { Clock, Database, Logger, SqlExecutor } from '../infrastructure/public.ts';
import { readMetadata, readMetadataNumber, writeMetadata } from './metadata.ts';
import { deleteLessons, deleteUnits, upsertUnits } from './repo.ts';
import { judgeSchema, setAside, type Stub, type SupportedSchemas } from './stubs-repo.ts';

interface PageDeps {
  database: Database;
  clock: Clock;
  logger: Logger;
  schemas: SupportedSchemas;
}

/** Applying this page, the feed's last, would write what is there already. */
export async function isNothingNew(executor: SqlExecutor, page: SyncEnvelope): Promise<boolean> {
  const { units, deleted, cursor, feed_id, has_more } = page;
  if (has_more || units.length + deleted.units.length + deleted.lessons.length > 0) return false;
  if ((await readMetadata(executor, 'full_pull')) === '1') return false;
  return cursor === (await readMetadata(executor, 'cursor:units')) && feed_id === (await readMetadata(executor, 'feed_id'));
}

/** Applies one page and its cursor in one transaction (rule OC-4). True: this was the last one. */
export async function applyPage(deps: PageDeps, page: SyncEnvelope): Promise<boolean> {
  const sorted = sortUnits(page.units, deps.schemas);
  if (sorted.unreadableCount > 0 || sorted.stubs.length > 0) {
    deps.logger.warn('units of the feed were set aside', { unreadable: sorted.unreadableCount, stubs: sorted.stubs.length });
  }
  await deps.database.transaction(async (tx) => {
    const pullGeneration = (await readMetadataNumber(tx, 'pull_generation')) ?? 0;
    const isFullPull = (await readMetadata(tx, 'full_pull')) === '1';
    await upsertUnits(tx, sorted.units, { nowAt: deps.clock.now(), pullGeneration, acceptsOlder: isFullPull });
    for (const stub of sorted.stubs) await setAside(tx, stub, pullGeneration);
    await applyTombstones(tx, page, sorted.units);
    if (sorted.unreadableCount > 0) {
      const count = (await readMetadataNumber(tx, 'units_set_aside')) ?? 0;
      await writeMetadata(tx, 'units_set_aside', count + sorted.unreadableCount);
    }
    if (!page.has_more) await endPull(tx, isFullPull, pullGeneration, deps.clock.now());
    await writeMetadata(tx, 'cursor:units', page.cursor);
    await writeMetadata(tx, 'feed_id', page.feed_id);
  });
  return !page.has_more;
}

interface SortedUnits {
  units: UnitSummary[];
  stubs: Stub[];
  /** Not even id and version can be read; the digest will tell, and the next full pull try again. */
  unreadableCount: number;
}

function sortUnits(items: readonly unknown[], schemas: SupportedSchemas): SortedUnits {
  const sorted: SortedUnits = { units: [], stubs: [], unreadableCount: 0 };
  for (const item of items) {
    // The schema number is looked at first: a newer unit may well have another shape.
    const head = readHead(item);
    if (Value.Check(UnitSummary, item)) {
      const fault = judgeSchema(item, schemas);
      if (fault) sorted.stubs.push({ id: item.id, version: item.version, title: item.title, ...fault, isTried: false });
      else sorted.units.push(item);
    } else if (head) {
      const isTooNew = head.schema_version !== null && head.schema_version > schemas.newest;
      sorted.stubs.push({ ...head, reason: isTooNew ? 'too_new' : 'malformed', isTried: false });
    } else sorted.unreadableCount += 1;
  }
  return sorted;
}

function readHead(item: unknown): Pick<Stub, 'id' | 'version' | 'schema_version' | 'title'> | null {
  if (typeof item !== 'object' || item === null) return null;
  const { id, version, schema_version, title } = item as Record<string, unknown>;
  if (!Value.Check(UnitSummary.properties.id, id) || !Value.Check(UnitSummary.properties.version, version)) return null;
  return {
    id,
    version,
    schema_version: typeof schema_version === 'number' ? schema_version : null,
    title: typeof title === 'string' ? title : null,
  };
}

/** After the units of the page; a unit that changed again after it was deleted is not deleted (rule CT-3). */
async function applyTombstones(tx: SqlExecutor, page: SyncEnvelope, units: readonly UnitSummary[]): Promise<void> {
  const updatedAtById = new Map(units.map((unit) => [unit.id, unit.updated_at]));
  const gone = page.deleted.units.filter(({ id, deleted_at }) => (updatedAtById.get(id) ?? '') <= deleted_at);
  await deleteUnits(
    tx,
    gone.map(({ id }) => id),
  );
  await deleteLessons(tx, page.deleted.lessons);
}

async function endPull(tx: SqlExecutor, isFullPull: boolean, pullGeneration: number, nowAt: number): Promise<void> {
  if (isFullPull) {
    const unseen = await tx.all<{ id: string }>(
      `SELECT id FROM units WHERE pull_generation < ?1 UNION SELECT id FROM unit_stubs WHERE pull_generation < ?1`,
      [pullGeneration],
    );
    await deleteUnits(
      tx,
      unseen.map(({ id }) => id),
    );
    await writeMetadata(tx, 'full_pull', null);
  }
  await writeMetadata(tx, 'last_pull:units', nowAt);
}
