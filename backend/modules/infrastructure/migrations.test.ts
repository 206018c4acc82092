import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type pg from 'pg';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { startTestServer } from '../../test/app.ts';
import { createFrom, dropDatabase } from '../../test/database.ts';
import { makeUnit, publish, Replica } from '../../test/factories.ts';
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
  it('[ST-8] bring an empty database forward, once, also when nodes start together', async () => {
    const migrations = await readMigrations(folder);
    await Promise.all([migrate(pool, migrations), migrate(pool, migrations), migrate(pool, migrations)]);
    expect(await versions()).toEqual(migrations.map((migration) => migration.version));
  });

  it('[ST-8] write each step with its version or not at all, and go on from there', async () => {
    const good = { version: 1, sql: 'create table one (id int)' };
    const broken = { version: 2, sql: 'create table two (id int); select 1/0' };
    await expect(migrate(pool, [good, broken])).rejects.toThrow('division by zero');
    expect(await versions()).toEqual([1]);
    expect((await pool.query(`select to_regclass('two') as two`)).rows).toEqual([{ two: null }]);
    await migrate(pool, [good, { version: 2, sql: 'create table two (id int)' }]);
    expect(await versions()).toEqual([1, 2]);
  });

  it('[ST-4] refuse a database that is newer, in words', async () => {
    const migrations = await readMigrations(folder);
    await migrate(pool, migrations);
    await expect(migrate(pool, migrations.slice(0, -1))).rejects.toThrowError(StartError);
    await expect(migrate(pool, migrations.slice(0, -1))).rejects.toThrow('newer Haversack');
  });

  it('[ST-8] refuse a step that was changed since it was applied, and know those of before by their number', async () => {
    const step = { version: 1, sql: 'create table one (id int);\n' };
    await migrate(pool, [step]);
    await migrate(pool, [{ version: 1, sql: 'create table one (id int);\r\n' }]);
    const changed = migrate(pool, [{ version: 1, sql: 'create table one (id bigint);\n' }]);
    await expect(changed).rejects.toThrowError(StartError);
    await expect(changed).rejects.toThrow('Migration 1 was changed');
    // As databases are that were made before checksums were kept.
    await pool.query('alter table schema_migrations drop column checksum');
    await migrate(pool, [step]);
    expect(await versions()).toEqual([1]);
  });

  it('[ST-8] wait behind a long reader without making everybody else wait behind them', async () => {
    const [one, two] = [
      { version: 1, sql: 'create table one (id int)' },
      { version: 2, sql: 'alter table one add column name text' },
    ];
    await migrate(pool, [one]);
    const reader = await pool.connect();
    await reader.query('begin');
    await reader.query('select * from one');
    const pace = { lockTimeoutMs: 200, pauseMs: 200, giveUpAfterMs: 60_000 };
    const migrating = migrate(pool, [one, two], pace);
    let longestMs = 0;
    for (const until = performance.now() + 4_000; performance.now() < until; ) {
      const askedAt = performance.now();
      await pool.query('select * from one');
      longestMs = Math.max(longestMs, performance.now() - askedAt);
    }
    expect(await versions()).toEqual([1]);
    // A try, and some air: without stepping back it would have been the four seconds of the reader.
    expect(longestMs).toBeLessThan(2_500);
    await reader.query('commit');
    reader.release();
    await migrating;
    expect(await versions()).toEqual([1, 2]);
  });

  it('[ST-8] give up in words when the locks never come free, and have changed nothing', async () => {
    const one = { version: 1, sql: 'create table one (id int)' };
    await migrate(pool, [one]);
    const reader = await pool.connect();
    await reader.query('begin');
    await reader.query('select * from one');
    const pace = { lockTimeoutMs: 50, pauseMs: 10, giveUpAfterMs: 200 };
    await expect(migrate(pool, [one, { version: 2, sql: 'drop table one' }], pace)).rejects.toThrowError(StartError);
    expect(await versions()).toEqual([1]);
    await reader.query('rollback');
    reader.release();
  });

  it('[ST-8] are made under a node that serves: it goes on while they wait, and after them', async () => {
    const server = await startTestServer();
    try {
      const publisher = await server.signUp('publisher');
      const learner = await server.signUp();
      const unit = await publish(publisher, makeUnit());
      const known = await readMigrations(folder);
      // What the next version adds, as an expansion: the version that runs knows nothing of it.
      const next = {
        version: known.length + 1,
        sql: 'alter table units add column note text; create table notes (id uuid primary key)',
      };
      const reader = await server.pool.connect();
      await reader.query('begin');
      await reader.query('select 1 from units');
      const migrating = migrate(server.pool, [...known, next], { lockTimeoutMs: 200, pauseMs: 100, giveUpAfterMs: 60_000 });
      const replica = new Replica(learner);
      for (let round = 0; round < 10; round += 1) {
        await publish(publisher, makeUnit({ id: unit.id, title: `Round ${round}` }));
        await replica.pull();
        expect(replica.units.get(unit.id)?.title).toBe(`Round ${round}`);
      }
      await reader.query('commit');
      reader.release();
      await migrating;
      await publish(publisher, makeUnit({ id: unit.id, title: 'Afterwards' }));
      await replica.pull();
      expect(replica.units.get(unit.id)?.title).toBe('Afterwards');
    } finally {
      await server.close();
    }
  });
});
