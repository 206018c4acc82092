import { type Queryable, wireTime } from '../infrastructure/public.ts';
import { nextStamp } from './learner-repo.ts';
import type { UnitRow } from './models.ts';

/** The writers' side of content. Everything here runs in a transaction that holds the feed's lock. */

export interface PartRow {
  id: string;
  unitId: string;
  kind: 'lesson' | 'asset';
  contentHash: Buffer;
  updatedAt: string;
  isDeleted: boolean;
}

export interface NewPart {
  id: string;
  kind: 'lesson' | 'asset';
  contentHash: Buffer;
  objectId: string | null;
  contentType: string | null;
}

export interface NewVersion {
  id: string;
  ownerId: string;
  isGlobal: boolean;
  version: number;
  contentHash: Buffer;
  full: string;
  summary: string;
  exercises: string;
  parts: NewPart[];
}

/** Writers of content go one after the other from here to their commit (rule CT-2). */
export async function lockFeed(tx: Queryable): Promise<void> {
  await tx.query('select 1 from feed for update');
}

/** Gives this transaction its stamp, as a wire time; the database keeps it as the feed's head. */
export async function stamp(tx: Queryable): Promise<string> {
  await nextStamp(tx);
  const [row] = await tx.query<{ head: string }>(`select ${wireTime('head')} as head from feed`);
  if (row === undefined) throw new Error('the feed has lost its row');
  return row.head;
}

export async function findUnit(tx: Queryable, unitId: string): Promise<UnitRow | null> {
  const [row] = await tx.query<UnitRow>(
    `select id, owner_id as "ownerId", is_global as "isGlobal", version, content_hash as "contentHash",
            deleted_at is not null as "isDeleted", is_global or hidden_at is not null as "wasSeenByAll"
       from units where id = $1`,
    [unitId],
  );
  return row ?? null;
}

/** A version as it was published, as stored; null where there is none. Needs no lock: it never changes. */
export async function findVersionDocument(database: Queryable, unitId: string, version: number): Promise<string | null> {
  const [row] = await database.query<{ stored: string }>(
    'select full_document as stored from unit_versions where unit_id = $1 and version = $2',
    [unitId, version],
  );
  return row?.stored ?? null;
}

export interface VersionRow {
  version: number;
  publishedAt: string;
  /** The summary, as stored. */
  stored: string;
}

/** The newest first, below `before` where it is given. */
export function listVersions(database: Queryable, unitId: string, before: number | null, limit: number): Promise<VersionRow[]> {
  return database.query<VersionRow>(
    `select version, ${wireTime('published_at')} as "publishedAt", summary_document as stored from unit_versions
      where unit_id = $1 and ($2::int is null or version < $2) order by version desc limit $3`,
    [unitId, before, limit],
  );
}

/** Those of these objects that a version of a unit names, unless the unit was deleted before `sinceMs` (epoch milliseconds). */
export async function findReferredObjects(
  database: Queryable,
  objectIds: readonly string[],
  sinceMs: number,
): Promise<Set<string>> {
  const rows = await database.query<{ id: string }>(
    `select distinct o.object_id as id from unit_objects o join units u on u.id = o.unit_id
      where o.object_id = any($1::text[]) and (u.deleted_at is null or u.deleted_at >= to_timestamp($2::float8 / 1000))`,
    [objectIds, sinceMs],
  );
  return new Set(rows.map((row) => row.id));
}

/** Parts that bear one of these ids, or belong to the unit. */
export function findParts(tx: Queryable, unitId: string, ids: readonly string[]): Promise<PartRow[]> {
  return tx.query<PartRow>(
    `select id, unit_id as "unitId", kind, content_hash as "contentHash", ${wireTime('updated_at')} as "updatedAt",
            deleted_at is not null as "isDeleted"
       from unit_parts where unit_id = $1 or id = any($2::uuid[])`,
    [unitId, ids],
  );
}

/** Writes a version at the feed's head: the unit, its documents, its parts, and tombstones of the parts that it lost. */
export async function writeVersion(tx: Queryable, unit: NewVersion): Promise<void> {
  await tx.query(
    `insert into units as u (id, owner_id, is_global, version, content_hash, full_bytes, summary_bytes, updated_at)
     select $1, $2, $3, $4, $5, $6, $7, head from feed
     on conflict (id) do update set is_global = excluded.is_global, version = excluded.version,
       content_hash = excluded.content_hash, full_bytes = excluded.full_bytes, summary_bytes = excluded.summary_bytes,
       updated_at = excluded.updated_at,
       hidden_at = case when excluded.is_global then null when u.is_global then excluded.updated_at else u.hidden_at end,
       hidden_reason = case when excluded.is_global then null when u.is_global then 'access_revoked' else u.hidden_reason end`,
    [
      unit.id,
      unit.ownerId,
      unit.isGlobal,
      unit.version,
      unit.contentHash,
      Buffer.byteLength(unit.full),
      Buffer.byteLength(unit.summary),
    ],
  );
  await tx.query(
    `insert into unit_versions (unit_id, version, full_document, summary_document, exercises, published_at)
     select $1, $2, $3, $4, $5, head from feed`,
    [unit.id, unit.version, unit.full, unit.summary, unit.exercises],
  );
  await writeParts(tx, unit);
}

async function writeParts(tx: Queryable, { id, isGlobal, parts }: NewVersion): Promise<void> {
  await tx.query(
    `update unit_parts set deleted_at = (select head from feed) where unit_id = $1 and deleted_at is null and id <> all($2::uuid[])`,
    [id, parts.map((part) => part.id)],
  );
  await tx.query(
    `insert into unit_parts as p (id, unit_id, kind, content_hash, object_id, content_type, updated_at, seen_by_all)
     select part.id, $1, part.kind, part.content_hash, part.object_id, part.content_type, feed.head, $2
       from feed, unnest($3::uuid[], $4::text[], $5::bytea[], $6::text[], $7::text[]) as part (id, kind, content_hash, object_id, content_type)
     on conflict (id) do update set object_id = excluded.object_id, content_type = excluded.content_type, deleted_at = null,
       updated_at = case when p.content_hash = excluded.content_hash and p.deleted_at is null then p.updated_at else excluded.updated_at end,
       content_hash = excluded.content_hash, seen_by_all = p.seen_by_all or excluded.seen_by_all`,
    [
      id,
      isGlobal,
      parts.map((part) => part.id),
      parts.map((part) => part.kind),
      parts.map((part) => part.contentHash),
      parts.map((part) => part.objectId),
      parts.map((part) => part.contentType),
    ],
  );
}

/** The tombstone, at the feed's head. */
export async function markDeleted(tx: Queryable, unitId: string): Promise<void> {
  await tx.query(
    `update units set deleted_at = feed.head,
            hidden_at = case when is_global then feed.head else hidden_at end,
            hidden_reason = case when is_global then 'deleted' else hidden_reason end
       from feed where id = $1`,
    [unitId],
  );
}
