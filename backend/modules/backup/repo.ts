import type { Readable, Writable } from 'node:stream';
import type pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import type { Table } from './models.ts';

/** One connection with one snapshot, or one transaction that writes. Text is written and read the same way on every server. */
export async function prepareSession(client: pg.PoolClient): Promise<void> {
  await client.query('set statement_timeout = 0');
  await client.query('set idle_in_transaction_session_timeout = 0');
  await client.query(
    `set datestyle = 'ISO, YMD'; set intervalstyle = 'iso_8601'; set timezone = 'UTC'; set bytea_output = 'hex'`,
  );
}

/** Every table that holds something to keep; which migrations were applied is told by `readSchema`. */
export async function readTables(client: pg.PoolClient): Promise<Table[]> {
  const { rows } = await client.query<{ name: string; columns: string[]; needs: string[] }>(`
    select c.relname as name,
      array(select a.attname::text from pg_attribute a
            where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' order by a.attnum) as columns,
      array(select f.confrelid::regclass::text from pg_constraint f where f.conrelid = c.oid and f.contype = 'f') as needs
    from pg_class c
    where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
      and c.relname <> 'schema_migrations'
    order by c.relname`);
  return rows;
}

export async function readSchema(client: pg.PoolClient): Promise<number> {
  const { rows } = await client.query<{ schema: number }>('select max(version) as schema from schema_migrations');
  return rows[0]?.schema ?? 0;
}

export async function readFeedId(client: pg.PoolClient): Promise<string> {
  const { rows } = await client.query<{ feed_id: string }>('select feed_id from feed');
  return rows[0]?.feed_id ?? '';
}

/** Objects that units refer to, of today and of before; `isCurrent` when a unit of today does. */
export async function readObjects(client: pg.PoolClient): Promise<{ id: string; isCurrent: boolean }[]> {
  const { rows } = await client.query<{ id: string; current: boolean }>(
    `select object_id as id, bool_or(deleted_at is null) as current from unit_parts where object_id is not null group by 1 order by 1`,
  );
  return rows.map(({ id, current }) => ({ id, isCurrent: current }));
}

export async function readSequences(client: pg.PoolClient): Promise<{ name: string; last_value: string }[]> {
  const { rows } = await client.query<{ name: string; last_value: string }>(
    `select sequencename as name, last_value::text from pg_sequences where schemaname = current_schema() and last_value is not null order by 1`,
  );
  return rows;
}

export async function setSequence(
  client: pg.PoolClient,
  { name, last_value }: { name: string; last_value: string },
): Promise<void> {
  await client.query('select setval(quote_ident($1)::regclass, $2::bigint)', [name, last_value]);
}

/** Rows as text, one a line. */
export function copyOut(client: pg.PoolClient, { name, columns }: Pick<Table, 'name' | 'columns'>): Readable {
  return client.query(copyTo(`copy (select ${list(columns)} from ${quoted(name)}) to stdout`));
}

export function copyIn(client: pg.PoolClient, { name, columns }: Pick<Table, 'name' | 'columns'>): Writable {
  return client.query(copyFrom(`copy ${quoted(name)} (${list(columns)}) from stdin`));
}

/** What migrations have put there goes too: the copy has it. */
export async function emptyTables(client: pg.PoolClient, names: readonly string[]): Promise<void> {
  await client.query(`truncate ${names.map(quoted).join(', ')}`);
}

/** Whether nobody has begun to use this database. */
export async function isUnused(client: pg.PoolClient): Promise<boolean> {
  const { rows } = await client.query<{ has: boolean }>(`select to_regclass('users') is not null as has`);
  if (rows[0]?.has !== true) return true;
  return (await client.query('select 1 from users limit 1')).rowCount === 0;
}

/** Nowhere yet: the first node that starts on this database makes it the feed's home, and the feed_id stays as it is. */
export async function clearHome(client: pg.PoolClient): Promise<void> {
  await client.query('update feed set home = null');
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
const list = (columns: readonly string[]): string => columns.map(quoted).join(', ');
