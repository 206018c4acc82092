import { Directory, File, Paths } from 'expo-file-system';
import { openDatabaseAsync, type SQLiteDatabase } from 'expo-sqlite';
import { StorageFullError, type DatabaseOpener, type SqlRow, type SqlValue } from '../models.ts';
import { isDiskFull } from './disk-space.ts';
import { checkDatabaseName } from './names.ts';
import { serialize, type Connection } from './serial-database.ts';

const FILE_ENDING = '.sqlite3';
/** Journals first: one that outlives its database would be played into the next one of that name. */
const ENDINGS_TO_REMOVE = ['-wal', '-shm', '-journal', ''];

const PRAGMAS = `
  PRAGMA page_size = 8192;
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  PRAGMA foreign_keys = ON;
  PRAGMA busy_timeout = 5000;
`;

/** expo-sqlite. Its own transactions are not safe when two calls overlap, so only single statements are used, behind our mutex. */
export function createDatabases(): DatabaseOpener {
  const folder = new Directory(Paths.document, 'databases');
  return {
    async open(name) {
      folder.create({ intermediates: true, idempotent: true });
      const database = await openDatabaseAsync(checkDatabaseName(name) + FILE_ENDING, { useNewConnection: true }, folder.uri);
      try {
        await noticingFullDisk(() => database.execAsync(PRAGMAS));
      } catch (error) {
        await database.closeAsync();
        throw error;
      }
      return serialize(connectionOver(database));
    },
    async remove(name) {
      for (const ending of ENDINGS_TO_REMOVE) {
        const file = new File(folder, checkDatabaseName(name) + FILE_ENDING + ending);
        if (file.exists) file.delete();
      }
    },
    async list() {
      if (!folder.exists) return [];
      const names = folder.list().map((entry) => entry.name);
      return names
        .filter((name) => name.endsWith(FILE_ENDING))
        .map((name) => name.slice(0, -FILE_ENDING.length))
        .sort();
    },
  };
}

function connectionOver(database: SQLiteDatabase): Connection {
  return {
    run: (sql, params) =>
      noticingFullDisk(async () => {
        const { changes } = await database.runAsync(sql, [...params]);
        return { changes };
      }),
    runMany: (sql, rows) => noticingFullDisk(() => runMany(database, sql, rows)),
    all: (sql, params) => noticingFullDisk(() => database.getAllAsync<SqlRow>(sql, [...params])),
    close: () => database.closeAsync(),
  };
}

async function runMany(database: SQLiteDatabase, sql: string, rows: readonly (readonly SqlValue[])[]): Promise<void> {
  const statement = await database.prepareAsync(sql);
  try {
    for (const row of rows) await statement.executeAsync([...row]);
  } finally {
    await statement.finalizeAsync();
  }
}

async function noticingFullDisk<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw isDiskFull() ? new StorageFullError(String(error)) : error;
  }
}
