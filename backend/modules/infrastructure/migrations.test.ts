import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type pg from 'pg';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { createFrom, dropDatabase } from '../../test/database.ts';
import { createPool, migrate, readMigrations, StartError } from './public.ts';

const folder = join(import.meta.dirname, '../../migrations');
let name: string;
let pool: pg.Pool;

beforeEach(async () => {
  name = `m_${randomUUID().replaceAll('-', '')}`;
  pool = createPool(await createFrom(inject('postgresUrl'), name, 'template0'), 4);
});
afterEach(async () => {
  await pool.end();
  await dropDatabase(inject('postgresUrl'), name);
});

const versions = async (): Promise<number[]> =>
  (await pool.query<{ version: number }>('select version from schema_migrations order by version')).rows.map(
    (row) => row.version,
  );

describe('migrations', () => {
  it('bring an empty database forward, once, also when nodes start together', async () => {
    const migrations = await readMigrations(folder);
    await Promise.all([migrate(pool, migrations), migrate(pool, migrations), migrate(pool, migrations)]);
    expect(await versions()).toEqual(migrations.map((migration) => migration.version));
  });

  it('write each step with its version or not at all, and go on from there', async () => {
    const good = { version: 1, sql: 'create table one (id int)' };
    const broken = { version: 2, sql: 'create table two (id int); select 1/0' };
    await expect(migrate(pool, [good, broken])).rejects.toThrow('division by zero');
    expect(await versions()).toEqual([1]);
    expect((await pool.query(`select to_regclass('two') as two`)).rows).toEqual([{ two: null }]);
    await migrate(pool, [good, { version: 2, sql: 'create table two (id int)' }]);
    expect(await versions()).toEqual([1, 2]);
  });

  it('refuse a database that is newer, in words', async () => {
    const migrations = await readMigrations(folder);
    await migrate(pool, migrations);
    await expect(migrate(pool, migrations.slice(0, -1))).rejects.toThrowError(StartError);
    await expect(migrate(pool, migrations.slice(0, -1))).rejects.toThrow('newer Haversack');
  });
});
