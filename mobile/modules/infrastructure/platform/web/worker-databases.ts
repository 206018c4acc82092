import initSqlite, { type Database, type PreparedStatement, type SAHPoolUtil, type Sqlite3Static } from '@sqlite.org/sqlite-wasm';
import { StorageFullError, type SqlRow, type SqlValue } from '../../models.ts';
import { openOnFullDisk, watchForFullDisk } from './full-disk.ts';
import { DATABASE_FOLDER, type OperationHandlers } from './worker-protocol.ts';

const FILE_ENDING = '.sqlite3';
const PREPARED_STATEMENTS_MAX = 128;
/** Of one open database: itself, its journal, and one to spare for SQLite's own use. */
const FILES_PER_DATABASE = 3;

/**
 * One connection a file, so WAL needs no shared memory (`locking_mode=EXCLUSIVE` must come before it). What was measured of it
 * stands in docs/decisions/0010-browser-storage.md.
 */
const PRAGMAS = `
  PRAGMA locking_mode = EXCLUSIVE;
  PRAGMA page_size = 8192;
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  PRAGMA foreign_keys = ON;
  PRAGMA temp_store = MEMORY;
`;

type DatabaseOperations =
  | 'database.open'
  | 'database.close'
  | 'database.remove'
  | 'database.list'
  | 'sql.run'
  | 'sql.runMany'
  | 'sql.all';

export interface WorkerDatabases {
  handlers: OperationHandlers<DatabaseOperations>;
  hasOpenTransaction(): boolean;
  /** Rolls back what is not committed, closes all files and lets go of them. */
  release(): void;
}

export async function openWorkerDatabases(): Promise<WorkerDatabases> {
  const sqlite3 = await initSqlite();
  const options = { directory: DATABASE_FOLDER, forceReinitIfPreviouslyFailed: true, verbosity: 0 };
  const pool = await openOnFullDisk(() => sqlite3.installOpfsSAHPoolVfs(options));
  const fullDisk = watchForFullDisk();
  const openByName = new Map<string, Connection>();
  const opening = new Set<string>();

  function databaseNames(): string[] {
    const paths = pool.getFileNames().filter((path) => path.endsWith(FILE_ENDING));
    return paths.map((path) => path.slice(1, -FILE_ENDING.length)).sort();
  }
  function opened(name: string): Connection {
    const connection = openByName.get(name);
    if (!connection) throw new Error(`database ${name} is not open`);
    return connection;
  }
  function guarded<T>(work: () => T): T {
    fullDisk.forget();
    try {
      return work();
    } catch (error) {
      if (!fullDisk.wasSeen() && !isFullError(sqlite3, error)) throw error;
      throw new StorageFullError('the browser has no more space for this site');
    }
  }

  return {
    handlers: {
      'database.open': async ({ name }) => {
        if (openByName.has(name) || opening.has(name)) throw new Error(`database ${name} is open already`);
        opening.add(name);
        try {
          const names = new Set([...databaseNames(), ...opening]);
          await pool.reserveMinimumCapacity(names.size * FILES_PER_DATABASE);
          if (!pool.getFileNames().includes(pathOf(name))) removeJournals(pool, name);
          openByName.set(
            name,
            guarded(() => openConnection(sqlite3, pool, name)),
          );
        } finally {
          opening.delete(name);
        }
      },
      'database.close': ({ name }) => {
        opened(name).close();
        openByName.delete(name);
      },
      'database.remove': ({ name }) => {
        if (openByName.has(name)) throw new Error(`database ${name} is open`);
        removeJournals(pool, name);
        pool.unlink(pathOf(name));
      },
      'database.list': databaseNames,
      'sql.run': ({ name, sql, params }) => guarded(() => opened(name).run(sql, params)),
      'sql.runMany': ({ name, sql, rows }) => guarded(() => opened(name).runMany(sql, rows)),
      'sql.all': ({ name, sql, params }) => guarded(() => opened(name).all(sql, params)),
    },
    hasOpenTransaction: () => [...openByName.values()].some((connection) => connection.isInTransaction()),
    release() {
      for (const connection of openByName.values()) connection.close();
      openByName.clear();
      pool.pauseVfs();
    },
  };
}

function pathOf(name: string): string {
  return `/${name}${FILE_ENDING}`;
}

/** Before the file itself: a journal that outlives its database would be played into the next one of that name. */
function removeJournals(pool: SAHPoolUtil, name: string): void {
  for (const ending of ['-wal', '-journal']) pool.unlink(pathOf(name) + ending);
}

type Connection = ReturnType<typeof openConnection>;

function openConnection(sqlite3: Sqlite3Static, pool: SAHPoolUtil, name: string) {
  const database: Database = new pool.OpfsSAHPoolDb(pathOf(name));
  try {
    database.exec(PRAGMAS);
  } catch (error) {
    database.close();
    throw error;
  }
  const statements = new Map<string, PreparedStatement>();

  /** Least recently used first in the map. */
  function prepared(sql: string): PreparedStatement {
    const known = statements.get(sql);
    const statement = known ?? database.prepare(sql);
    statements.delete(sql);
    statements.set(sql, statement);
    if (statements.size > PREPARED_STATEMENTS_MAX) {
      const [[oldestSql, oldest] = []] = statements;
      if (oldestSql !== undefined) statements.delete(oldestSql);
      oldest?.finalize();
    }
    return statement;
  }
  function execute(statement: PreparedStatement, params: readonly SqlValue[], onRow?: () => void): void {
    try {
      if (params.length > 0) statement.bind([...params]);
      while (statement.step()) onRow?.();
    } finally {
      statement.reset(true);
    }
  }

  return {
    run(sql: string, params: readonly SqlValue[]): { changes: number } {
      const before = database.changes(true);
      execute(prepared(sql), params);
      return { changes: database.changes(true) === before ? 0 : database.changes(false) };
    },
    runMany(sql: string, rows: readonly (readonly SqlValue[])[]): void {
      const statement = prepared(sql);
      for (const row of rows) execute(statement, row);
    },
    all(sql: string, params: readonly SqlValue[]): SqlRow[] {
      const statement = prepared(sql);
      const rows: SqlRow[] = [];
      let columns: readonly string[] | null = null;
      execute(statement, params, () => rows.push(rowOf(statement, (columns ??= statement.getColumnNames()))));
      return rows;
    },
    isInTransaction: () => sqlite3.capi.sqlite3_get_autocommit(database) === 0,
    close(): void {
      for (const statement of statements.values()) statement.finalize();
      statements.clear();
      database.close();
    },
  };
}

function rowOf(statement: PreparedStatement, columns: readonly string[]): SqlRow {
  const row: SqlRow = {};
  columns.forEach((column, index) => {
    row[column] = plainValue(statement.get(index));
  });
  return row;
}

/** SQLite-wasm gives integers beyond 2^53 as BigInt; nothing here has such numbers, so losing their last bits is an error. */
function plainValue(value: unknown): SqlValue {
  if (value === null || typeof value === 'string' || typeof value === 'number' || value instanceof Uint8Array) return value;
  throw new Error(`SQLite gave a value of a kind that rows do not hold: ${typeof value}`);
}

function isFullError(sqlite3: Sqlite3Static, error: unknown): boolean {
  return error instanceof sqlite3.SQLite3Error && error.resultCode === sqlite3.capi.SQLITE_FULL;
}
