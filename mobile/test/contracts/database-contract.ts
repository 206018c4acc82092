import type { Database, DatabaseOpener, SqlRow } from '../../modules/infrastructure/models.ts';
import { expectEqual, expectRejection, type ContractCase } from './contract-case.ts';

/** What every `DatabaseOpener` keeps; each case begins with no database `contract…`. */
export const DATABASE_CONTRACT: readonly ContractCase<DatabaseOpener>[] = [
  {
    name: '[IN-2] has after reopening what was committed, and nothing that was not',
    async run(opener) {
      const before = await openWithTable(opener);
      await before.transaction((tx) => tx.run('INSERT INTO t (word) VALUES (?)', ['kept']).then(() => undefined));
      await expectRejection(
        before.transaction(async (tx) => {
          await tx.run('INSERT INTO t (word) VALUES (?)', ['undone']);
          throw new Error('no');
        }),
        'a failing transaction',
      );
      await before.close();
      const after = await opener.open('contract');
      expectEqual(await words(after), ['kept'], 'words after reopening');
      await after.close();
    },
  },
  {
    name: '[IN-2] lets overlapping calls wait for each other',
    run: (opener) =>
      withTable(opener, async (database) => {
        const counts: unknown[] = [];
        const countAndAdd = (word: string): Promise<void> =>
          database.transaction(async (tx) => {
            counts.push((await tx.get('SELECT count(*) AS n FROM t'))?.['n']);
            await tx.run('INSERT INTO t (word) VALUES (?)', [word]);
          });
        const failing = database.transaction(async (tx) => {
          await tx.run('INSERT INTO t (word) VALUES (?)', ['undone']);
          throw new Error('no');
        });
        const single = database.run('INSERT INTO t (word) VALUES (?)', ['single']);
        await Promise.all([expectRejection(failing, 'the failing one'), single, countAndAdd('a'), countAndAdd('b')]);
        expectEqual(counts, [1, 2], 'what each transaction saw');
        expectEqual(await words(database), ['single', 'a', 'b'], 'words');
      }),
  },
  {
    name: '[IN-2] refuses a transaction inside a transaction instead of waiting for ever',
    run: (opener) =>
      withTable(opener, async (database) => {
        const nested = database.transaction(async (tx) => {
          await tx.run('INSERT INTO t (word) VALUES (?)', ['outer']);
          await database.transaction(async () => undefined);
        });
        await expectRejection(nested, 'the nested transaction');
        expectEqual(await words(database), [], 'words');
        await database.run('INSERT INTO t (word) VALUES (?)', ['goes on']);
      }),
  },
  {
    name: 'gives back every kind of value',
    run: (opener) =>
      withTable(opener, async (database) => {
        const values = ['Zürich 🏔', 0, -1, 1_785_000_000_123, Number.MAX_SAFE_INTEGER, 0.1, null, new Uint8Array([0, 255, 7])];
        await database.run('CREATE TABLE v (id INTEGER PRIMARY KEY, value)');
        await database.runMany(
          'INSERT INTO v (value) VALUES (?)',
          values.map((value) => [value]),
        );
        const rows = await database.all('SELECT value FROM v ORDER BY id');
        expectEqual(
          rows.map((row) => row['value']),
          values,
          'values',
        );
        expectEqual(await database.get('SELECT value FROM v WHERE id = ?', [-1]), null, 'no row');
      }),
  },
  {
    name: 'says how many rows a statement changed',
    run: (opener) =>
      withTable(opener, async (database) => {
        await database.runMany('INSERT INTO t (word) VALUES (?)', [['a'], ['b'], ['c']]);
        expectEqual(await database.run("UPDATE t SET word = 'x' WHERE word <> ?", ['c']), { changes: 2 }, 'an update');
        expectEqual(await database.run("UPDATE t SET word = 'y' WHERE word = 'none'"), { changes: 0 }, 'an update of nothing');
      }),
  },
  {
    name: '[IN-2] writes all rows of runMany or none',
    run: (opener) =>
      withTable(opener, async (database) => {
        await expectRejection(database.runMany('INSERT INTO t (word) VALUES (?)', [['a'], [null]]), 'a row that does not fit');
        expectEqual(await words(database), [], 'words after the failure');
        await database.runMany(
          'INSERT INTO t (word) VALUES (?)',
          Array.from({ length: 2_000 }, (_, n) => [`word ${n}`]),
        );
        expectEqual((await words(database)).length, 2_000, 'words after the success');
        await database.runMany('INSERT INTO t (word) VALUES (?)', []);
      }),
  },
  {
    name: '[IN-2] writes through to the disk, ahead of the database, and holds to foreign keys',
    run: (opener) =>
      withTable(opener, async (database) => {
        expectEqual(await database.get('PRAGMA journal_mode'), { journal_mode: 'wal' }, 'journal');
        expectEqual(await database.get('PRAGMA synchronous'), { synchronous: 2 }, 'FULL');
        await database.run('CREATE TABLE child (parent_id INTEGER NOT NULL REFERENCES t (id))');
        await expectRejection(database.run('INSERT INTO child (parent_id) VALUES (404)'), 'a child without its parent');
      }),
  },
  {
    name: '[OC-5] keeps many databases apart, lists and removes them',
    async run(opener) {
      const names = Array.from({ length: 8 }, (_, n) => `contract-${n}`);
      const opened = await Promise.all(names.map((name) => openWithTable(opener, name)));
      await Promise.all(opened.map((database, n) => database.run('INSERT INTO t (word) VALUES (?)', [`of ${n}`])));
      for (const [n, database] of opened.entries()) {
        expectEqual(await words(database), [`of ${n}`], `words of ${n}`);
        await database.close();
      }
      expectEqual(ours(await opener.list()), names, 'the list');
      for (const name of names) await opener.remove(name);
      await opener.remove('contract-0');
      expectEqual(ours(await opener.list()), [], 'the list after removing');
      const anew = await openWithTable(opener, 'contract-0');
      expectEqual(await words(anew), [], 'words of a removed database');
      await anew.close();
    },
  },
  {
    name: '[SE-6] refuses names that are none',
    async run(opener) {
      for (const name of ['', '..', '../contract', 'a/b', 'A', 'a.b']) {
        await expectRejection(opener.open(name), `open ${name}`);
        await expectRejection(opener.remove(name), `remove ${name}`);
      }
    },
  },
];

/** Runs one case over databases of its own. */
export async function runDatabaseCase(opener: DatabaseOpener, { run }: ContractCase<DatabaseOpener>): Promise<void> {
  const sweep = async (): Promise<void> => {
    for (const name of ours(await opener.list())) await opener.remove(name);
  };
  await sweep();
  await run(opener);
  await sweep();
}

function ours(names: readonly string[]): string[] {
  return names.filter((name) => name.startsWith('contract')).sort();
}

async function openWithTable(opener: DatabaseOpener, name = 'contract'): Promise<Database> {
  const database = await opener.open(name);
  await database.run('CREATE TABLE IF NOT EXISTS t (id INTEGER PRIMARY KEY, word TEXT NOT NULL)');
  return database;
}

async function withTable(opener: DatabaseOpener, work: (database: Database) => Promise<void>): Promise<void> {
  const database = await openWithTable(opener);
  try {
    await work(database);
  } finally {
    await database.close();
  }
}

async function words(database: Database): Promise<unknown[]> {
  const rows: SqlRow[] = await database.all('SELECT word FROM t ORDER BY id');
  return rows.map((row) => row['word']);
}
