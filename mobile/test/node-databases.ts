import type { DatabaseSync as NodeDatabase, StatementSync } from 'node:sqlite';
import { type DatabaseOpener, type SqlRow, type SqlValue, StorageFullError } from '../modules/infrastructure/models.ts';
import { checkDatabaseName } from '../modules/infrastructure/platform/names.ts';
import { type Connection, serialize } from '../modules/infrastructure/platform/serial-database.ts';
import { DatabaseSync, fs, path } from './node-builtins.ts';

const FILE_ENDING = '.sqlite3';
const SQLITE_FULL = 13;

export interface NodeDatabasesOptions {
  /** A disk that is full beyond so many pages of 8 KiB. */
  maxPageCount?: () => number | null;
}

/** `node:sqlite`: real files, the pragmas of the phone, the same queue in front. */
export function createNodeDatabases(folder: string, { maxPageCount }: NodeDatabasesOptions = {}): DatabaseOpener {
  const fileOf = (name: string): string => path.join(folder, checkDatabaseName(name) + FILE_ENDING);
  return {
    async open(name) {
      const database = new DatabaseSync(fileOf(name));
      database.exec(`PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
        PRAGMA foreign_keys = ON; PRAGMA busy_timeout = 5000;`);
      return serialize(connectionOver(database, () => maxPageCount?.() ?? null));
    },
    async remove(name) {
      for (const ending of ['-wal', '-shm', '-journal', '']) fs.rmSync(fileOf(name) + ending, { force: true });
    },
    async list() {
      const names = fs.readdirSync(folder).filter((name) => name.endsWith(FILE_ENDING));
      return names.map((name) => name.slice(0, -FILE_ENDING.length)).sort();
    },
  };
}

function connectionOver(database: NodeDatabase, maxPageCount: () => number | null): Connection {
  const statements = new Map<string, StatementSync>();
  function prepare(sql: string): StatementSync {
    const known = statements.get(sql);
    if (known) return known;
    const statement = database.prepare(sql);
    if (statements.size > 500) statements.clear();
    statements.set(sql, statement);
    return statement;
  }
  async function noticingFullDisk<T>(work: () => T): Promise<T> {
    const limit = maxPageCount();
    if (limit !== null) database.exec(`PRAGMA max_page_count = ${limit}`);
    try {
      return work();
    } catch (error) {
      // Errors of builtins come from outside of Jest's realm, where `instanceof Error` is false.
      const { errcode, message } = error as { errcode?: number; message: string };
      throw errcode === SQLITE_FULL ? new StorageFullError(message) : new Error(message, { cause: error });
    }
  }
  return {
    run: (sql, params) => noticingFullDisk(() => ({ changes: Number(prepare(sql).run(...params).changes) })),
    runMany: (sql, rows) =>
      noticingFullDisk(() => {
        const statement = prepare(sql);
        for (const row of rows) statement.run(...row);
      }),
    all: (sql, params) => noticingFullDisk(() => prepare(sql).all(...(params as SqlValue[])) as SqlRow[]),
    close: async () => database.close(),
  };
}
