import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type pg from 'pg';
import { StartError } from './models.ts';

/** Any number will do, as long as it is the same on every node. */
const ADVISORY_LOCK_KEY = 4_827_160;
const FILE_NAME = /^(\d{4})_[a-z0-9_]+\.sql$/;

export interface Migration {
  version: number;
  sql: string;
}

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
 * Brings the database forward: each step and its version in one transaction, one node at a time.
 * @throws {StartError} when the database is newer than these migrations.
 */
export async function migrate(pool: pg.Pool, migrations: readonly Migration[]): Promise<void> {
  const client = await pool.connect();
  try {
    // A node may wait here for another one's migration, longer than a request may wait for a lock.
    await client.query('set lock_timeout = 0');
    await client.query('select pg_advisory_lock($1)', [ADVISORY_LOCK_KEY]);
    await client.query(
      'create table if not exists schema_migrations (version integer primary key, applied_at timestamptz not null)',
    );
    const applied = await client.query<{ version: number }>('select version from schema_migrations');
    const done = new Set(applied.rows.map((row) => row.version));
    refuseNewer(Math.max(0, ...done), migrations.length);
    for (const migration of migrations) if (!done.has(migration.version)) await applyOne(client, migration);
    await client.query('select pg_advisory_unlock($1)', [ADVISORY_LOCK_KEY]);
  } finally {
    // Closed rather than returned: it carries our lock_timeout, and after an error the advisory lock too.
    client.release(true);
  }
}

function refuseNewer(found: number, known: number): void {
  if (found <= known) return;
  throw new StartError(
    `The database was made by a newer Haversack (schema ${found}, this one knows ${known}): start the newer version, or restore a backup from before the update.`,
  );
}

async function applyOne(client: pg.PoolClient, migration: Migration): Promise<void> {
  await client.query('begin');
  try {
    await client.query(migration.sql);
    await client.query('insert into schema_migrations (version, applied_at) values ($1, clock_timestamp())', [migration.version]);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw error;
  }
}
