import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import type { Database, SqlRow } from '../models.ts';
import { serialize } from './serial-database.ts';

let database: Database;
/** So many more rollbacks fail before they reach the engine. */
let failingRollbacks = 0;

/** An engine whose every call takes a turn of the event loop, as on phones and in the browser. */
beforeEach(async () => {
  failingRollbacks = 0;
  const sqlite = process.getBuiltinModule('node:sqlite');
  const engine: DatabaseSync = new sqlite.DatabaseSync(':memory:');
  const soon = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  const bind = (params: readonly unknown[]): SQLInputValue[] => [...params] as SQLInputValue[];
  database = serialize({
    async run(sql, params) {
      await soon();
      if (sql === 'ROLLBACK' && failingRollbacks-- > 0) throw new Error('disk I/O error');
      return { changes: Number(engine.prepare(sql).run(...bind(params)).changes) };
    },
    async runMany(sql, rows) {
      await soon();
      const statement = engine.prepare(sql);
      for (const row of rows) statement.run(...bind(row));
    },
    async all(sql, params) {
      await soon();
      return engine.prepare(sql).all(...bind(params)) as SqlRow[];
    },
    close: async () => engine.close(),
  });
  await database.run('CREATE TABLE t (id INTEGER PRIMARY KEY, word TEXT NOT NULL)');
});
afterEach(() => database.close());

const words = async (): Promise<unknown[]> => (await database.all('SELECT word FROM t ORDER BY id')).map(({ word }) => word);

describe('the mutex in front of a database', () => {
  it('[IN-2] lets overlapping transactions and single statements take turns', async () => {
    await Promise.all([
      database.transaction(async (tx) => {
        await tx.run('INSERT INTO t (word) VALUES (?)', ['a']);
        await tx.run('INSERT INTO t (word) VALUES (?)', ['b']);
      }),
      database.run('INSERT INTO t (word) VALUES (?)', ['c']),
      database.transaction(async (tx) => {
        const { n } = (await tx.get<{ n: number }>('SELECT count(*) AS n FROM t')) ?? { n: -1 };
        await tx.run('INSERT INTO t (word) VALUES (?)', [`after ${n}`]);
      }),
    ]);
    expect(await words()).toEqual(['a', 'b', 'c', 'after 3']);
  });

  it('[IN-2] [OB-2] keeps nothing inside a transaction whose rollback failed: it is undone first, or the call fails', async () => {
    failingRollbacks = 2;
    const failing = database.transaction(async (tx) => {
      await tx.run('INSERT INTO t (word) VALUES (?)', ['undone']);
      throw new Error('changed my mind');
    });
    await expect(failing).rejects.toThrow('changed my mind');
    await expect(database.run('INSERT INTO t (word) VALUES (?)', ['would be lost'])).rejects.toThrow('disk I/O error');
    await database.run('INSERT INTO t (word) VALUES (?)', ['kept']);
    expect(await words()).toEqual(['kept']);
    await database.transaction((tx) => tx.run('INSERT INTO t (word) VALUES (?)', ['too']));
    expect(await words()).toEqual(['kept', 'too']);
  });

  it('[IN-2] undoes a whole transaction on an error, and nothing of the one that waited behind it', async () => {
    const failing = database.transaction(async (tx) => {
      await tx.run('INSERT INTO t (word) VALUES (?)', ['undone']);
      throw new Error('changed my mind');
    });
    const waiting = database.run('INSERT INTO t (word) VALUES (?)', ['kept']);
    await expect(failing).rejects.toThrow('changed my mind');
    await waiting;
    expect(await words()).toEqual(['kept']);
  });

  it('[IN-2] undoes also what was not waited for', async () => {
    const failing = database.transaction(async (tx) => {
      void tx.run('INSERT INTO t (word) VALUES (?)', ['undone']);
      throw new Error('at once');
    });
    await expect(failing).rejects.toThrow('at once');
    expect(await words()).toEqual([]);
  });

  it('[IN-2] refuses statements of a transaction that is over', async () => {
    let late: (() => Promise<unknown>) | null = null;
    await database.transaction(async (tx) => {
      late = () => tx.run('INSERT INTO t (word) VALUES (?)', ['late']);
    });
    await expect(late!()).rejects.toThrow('over');
    expect(await words()).toEqual([]);
  });

  it('[SY-5] refuses what waited behind the end instead of handing it to a connection that is no more', async () => {
    const [first, ended, late] = await Promise.allSettled([words(), database.close(), words(), database.close()]);
    expect(first).toMatchObject({ status: 'fulfilled' });
    expect(ended).toMatchObject({ status: 'fulfilled' });
    expect(late).toMatchObject({ status: 'rejected', reason: { message: 'the database is closed' } });
  });

  it('[IN-2] refuses a transaction inside a transaction instead of waiting for ever', async () => {
    const outer = database.transaction(async (tx) => {
      await tx.run('INSERT INTO t (word) VALUES (?)', ['outer']);
      await database.transaction((inner) => inner.run('INSERT INTO t (word) VALUES (?)', ['inner']));
    });
    await expect(outer).rejects.toThrow('must use `tx` alone');
    expect(await words()).toEqual([]);
  });

  it('[IN-2] writes all rows of runMany or none', async () => {
    await expect(database.runMany('INSERT INTO t (word) VALUES (?)', [['a'], [null]])).rejects.toThrow('NOT NULL');
    expect(await words()).toEqual([]);
    await database.runMany('INSERT INTO t (word) VALUES (?)', [['a'], ['b']]);
    expect(await words()).toEqual(['a', 'b']);
  });

  it('refuses every call after close, and closes once', async () => {
    await database.close();
    await database.close();
    await expect(database.all('SELECT 1')).rejects.toThrow('closed');
  });
});
