import { makeTemporaryFolder } from '../../test/node-builtins.ts';
import { createNodeDatabases } from '../../test/node-databases.ts';
import { DatabaseTooNewError, type Migration, SQLiteDatabaseProvider } from './sqlite-database-provider.ts';

const FIRST: Migration = { version: 1, statements: ['CREATE TABLE outbox (word TEXT)'] };
const SECOND: Migration = {
  version: 2,
  statements: ['ALTER TABLE outbox ADD COLUMN more TEXT', "UPDATE outbox SET more = 'moved'"],
};

describe('SQLiteDatabaseProvider', () => {
  it('[IN-1] brings an old file forward and keeps what is unsent', async () => {
    const opener = createNodeDatabases(makeTemporaryFolder());
    const old = await new SQLiteDatabaseProvider(opener, [FIRST]).open('ana');
    await old.run("INSERT INTO outbox VALUES ('unsent')");
    await old.close();
    const now = await new SQLiteDatabaseProvider(opener, [FIRST, SECOND]).open('ana');
    expect(await now.all('SELECT * FROM outbox')).toEqual([{ word: 'unsent', more: 'moved' }]);
    expect(await now.get('PRAGMA user_version')).toEqual({ user_version: 2 });
    await now.close();
  });

  it('[IN-1] refuses, in words, a database that is newer than the app, and leaves it alone', async () => {
    const opener = createNodeDatabases(makeTemporaryFolder());
    const newer = await new SQLiteDatabaseProvider(opener, [FIRST, SECOND]).open('ana');
    await newer.run("INSERT INTO outbox VALUES ('unsent', 'x')");
    await newer.close();
    const older = new SQLiteDatabaseProvider(opener, [FIRST]);
    await expect(older.open('ana')).rejects.toThrow(DatabaseTooNewError);
    await expect(older.open('ana')).rejects.toThrow(/newer version of Haversack.*Update the app/);
    const again = await new SQLiteDatabaseProvider(opener, [FIRST, SECOND]).open('ana');
    expect(await again.all('SELECT word FROM outbox')).toEqual([{ word: 'unsent' }]);
    await again.close();
  });

  it('[IN-1] [IN-2] a migration that fails leaves the version before it whole', async () => {
    const opener = createNodeDatabases(makeTemporaryFolder());
    const broken: Migration = { version: 2, statements: ['CREATE TABLE half (a)', 'CREATE TABLE half (a)'] };
    await expect(new SQLiteDatabaseProvider(opener, [FIRST, broken]).open('ana')).rejects.toThrow(/half/);
    const database = await new SQLiteDatabaseProvider(opener, [FIRST]).open('ana');
    expect(await database.get('PRAGMA user_version')).toEqual({ user_version: 1 });
    expect(await database.all("SELECT name FROM sqlite_schema WHERE name = 'half'")).toEqual([]);
    await database.close();
  });
});
