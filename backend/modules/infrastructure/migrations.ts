import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { StartError } from './models.ts';

/** Any number will do, as long as it is the same on every node. */
const ADVISORY_LOCK_KEY = 4_827_160;
const FILE_NAME = /^(\d{4})_[a-z0-9_]+\.sql$/;
const LOCK_NOT_AVAILABLE = '55P03';

export interface Migration {
  version: number;
  sql: string;
}

export interface MigratePace {
  /** How long a step waits for a table. Whoever asks for that table after it waits as long. */
  lockTimeoutMs: number;
  /** Between two tries of a step, and between two looks whether another node has done. */
  pauseMs: number;
  /** When a step that gets no lock is given up. */
  giveUpAfterMs: number;
}

const PACE: MigratePace = { lockTimeoutMs: 2_000, pauseMs: 3_000, giveUpAfterMs: 10 * 60_000 };
const NODE_LOOK_MS = 250;

/** The migrations of a folder in order: files `0001_name.sql`, numbered without holes. */
export async function readMigrations(folder: string): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => FILE_NAME.test(name)).sort();
  return Promise.all(
    names.map(async (name, index) => {
      const version = Number(name.slice(0, 4));
      if (version !== index + 1) throw new Error(`migration ${name} should have number ${index + 1}`);
      return { version, sql: await readFile(join(folder, name), 'utf8') };
    }),
  );
}

/**
 * Brings the database forward while other nodes serve: each step and its version in one transaction, one node at a time. A step
 * asks for its locks for a moment only and then steps back: behind one that waits for a long reader every request would queue.
 * @throws {StartError} when the database is newer than these migrations, a step that it has was changed since, or locks do not come free.
 */
export async function migrate(pool: pg.Pool, migrations: readonly Migration[], pace: MigratePace = PACE): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('set statement_timeout = 0');
    await client.query(`set lock_timeout = ${pace.lockTimeoutMs}`);
    await takeTurn(client);
    await prepareTable(client);
    const applied = await readApplied(client);
    refuseNewer(Math.max(0, ...applied.keys()), migrations.length);
    refuseChanged(applied, migrations);
    for (const migration of migrations) if (!applied.has(migration.version)) await applyOne(client, migration, pace);
    await client.query('select pg_advisory_unlock($1)', [ADVISORY_LOCK_KEY]);
  } finally {
    // Closed rather than returned: it carries our time-outs, and after an error the advisory lock too.
    client.release(true);
  }
}

/** Asks again and again: a statement that waits for the lock would hold a snapshot, for which other work would wait. */
async function takeTurn(client: pg.PoolClient): Promise<void> {
  for (;;) {
    const { rows } = await client.query<{ ours: boolean }>('select pg_try_advisory_lock($1) as ours', [ADVISORY_LOCK_KEY]);
    if (rows[0]?.ours === true) return;
    await sleep(NODE_LOOK_MS);
  }
}

async function prepareTable(client: pg.PoolClient): Promise<void> {
  await client.query(
    'create table if not exists schema_migrations (version integer primary key, applied_at timestamptz not null, checksum bytea)',
  );
  const { rowCount } = await client.query(
    `select 1 from pg_attribute where attrelid = 'schema_migrations'::regclass and attname = 'checksum'`,
  );
  if (rowCount === 0) await client.query('alter table schema_migrations add column checksum bytea');
}

/** Versions that the database has, with what they were; null where a Haversack applied them that did not note it. */
async function readApplied(client: pg.PoolClient): Promise<Map<number, Buffer | null>> {
  const { rows } = await client.query<{ version: number; checksum: Buffer | null }>(
    'select version, checksum from schema_migrations',
  );
  return new Map(rows.map(({ version, checksum }) => [version, checksum]));
}

function refuseNewer(found: number, known: number): void {
  if (found <= known) return;
  throw new StartError(
    `The database was made by a newer Haversack (schema ${found}, this one knows ${known}): start the newer version, or restore a backup from before the update.`,
  );
}

function refuseChanged(applied: ReadonlyMap<number, Buffer | null>, migrations: readonly Migration[]): void {
  const changed = migrations.find((migration) => applied.get(migration.version)?.equals(checksumOf(migration)) === false);
  if (changed === undefined) return;
  throw new StartError(
    `Migration ${changed.version} was changed after this database had it: put the file back as it was, and write what is new as a migration of its own.`,
  );
}

/** Line ends are those of the checkout, not of the migration. */
function checksumOf({ sql }: Migration): Buffer {
  return createHash('sha256').update(sql.replaceAll('\r\n', '\n')).digest();
}

async function applyOne(client: pg.PoolClient, migration: Migration, pace: MigratePace): Promise<void> {
  const begunAt = performance.now();
  for (;;) {
    try {
      return await tryOne(client, migration);
    } catch (error) {
      if (!(error instanceof pg.DatabaseError) || error.code !== LOCK_NOT_AVAILABLE) throw error;
      if (performance.now() - begunAt >= pace.giveUpAfterMs) throw noLock(migration.version, pace.giveUpAfterMs);
      await sleep(pace.pauseMs);
    }
  }
}

async function tryOne(client: pg.PoolClient, migration: Migration): Promise<void> {
  await client.query('begin');
  try {
    await client.query(migration.sql);
    await client.query('insert into schema_migrations (version, applied_at, checksum) values ($1, clock_timestamp(), $2)', [
      migration.version,
      checksumOf(migration),
    ]);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw error;
  }
}

const noLock = (version: number, triedMs: number): StartError =>
  new StartError(
    `Migration ${version} got no lock on its tables in ${Math.round(triedMs / 60_000)} minutes: something holds them open (see pg_stat_activity for the oldest transaction). Nothing was changed; end that, then start again.`,
  );
