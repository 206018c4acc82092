import type { Queryable } from '../infrastructure/public.ts';

/** Says that somebody wants these objects now. In one order everywhere, so that nobody waits in a circle. */
export async function touchObjects(database: Queryable, objectIds: readonly string[], nowMs: number): Promise<void> {
  if (objectIds.length === 0) return;
  await database.query(
    `insert into object_uses as u (object_id, used_at)
     select id, to_timestamp($2::float8 / 1000) from unnest($1::text[]) as wanted (id) order by id
     on conflict (object_id) do update set used_at = greatest(u.used_at, excluded.used_at)`,
    [[...new Set(objectIds)], nowMs],
  );
}

/**
 * Locks the rows of those that nobody has wanted since, and returns these. Whoever touches one of them afterwards waits for the
 * end of the transaction.
 */
export async function lockUnwanted(tx: Queryable, objectIds: readonly string[], sinceMs: number): Promise<string[]> {
  const rows = await tx.query<{ id: string }>(
    `insert into object_uses as u (object_id, used_at)
     select id, '-infinity' from unnest($1::text[]) as candidate (id) order by id
     on conflict (object_id) do update set used_at = u.used_at where u.used_at < to_timestamp($2::float8 / 1000)
     returning object_id as id`,
    [objectIds, sinceMs],
  );
  return rows.map((row) => row.id);
}

/** Without a row an object counts as not wanted lately. */
export async function forgetUses(tx: Queryable, objectIds: readonly string[]): Promise<void> {
  await tx.query('delete from object_uses where object_id = any($1::text[])', [objectIds]);
}

/** Whether the periodic collection is this node's to do: true for one of them in each `intervalMs`. */
export async function claimCollection(database: Queryable, nowMs: number, intervalMs: number): Promise<boolean> {
  const rows = await database.query(
    `update object_collection set started_at = to_timestamp($1::float8 / 1000)
      where started_at <= to_timestamp(($1::float8 - $2::float8) / 1000) returning 1`,
    [nowMs, intervalMs],
  );
  return rows.length > 0;
}
