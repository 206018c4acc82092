import { SharedObject } from './core.ts';
import type { DatabaseSync as NodeDatabase, StatementSync } from 'node:sqlite';
import { DatabaseSync, fs, path, url } from '../node-builtins.ts';
import { nativeCall } from './native-call.ts';

type Value = string | number | null | Uint8Array;
type NativeRow = (string | number | null | ArrayBuffer)[];

/** The native module `ExpoSQLite` on `node:sqlite`: SQL is SQL. What expo-sqlite's JavaScript does not call here is not there. */
export function createExpoSQLite(documents: string) {
  return {
    NativeDatabase,
    NativeStatement,
    defaultDatabaseDirectory: path.join(documents, 'SQLite'),
    bundledExtensions: {},
    ensureDatabasePathExistsAsync: async (databasePath: string): Promise<void> => {
      fs.mkdirSync(path.dirname(toFilePath(databasePath)), { recursive: true });
    },
  };
}

class NativeDatabase extends SharedObject {
  private readonly connection: NodeDatabase;
  private isClosed = false;
  constructor(databasePath: string) {
    super();
    this.connection = nativeCall('constructor', () => new DatabaseSync(toFilePath(databasePath)));
  }
  async initAsync(): Promise<void> {
    this.opened();
  }
  async execAsync(source: string): Promise<void> {
    const connection = this.opened();
    nativeCall('execAsync', () => connection.exec(source));
  }
  async prepareAsync(statement: NativeStatement, source: string): Promise<void> {
    const connection = this.opened();
    statement.prepared = nativeCall('prepareAsync', () => connection.prepare(source));
    statement.prepared.setReturnArrays(true);
  }
  async closeAsync(): Promise<void> {
    this.opened().close();
    this.isClosed = true;
  }
  opened(): NodeDatabase {
    if (this.isClosed) throw new Error('Access to closed resource');
    return this.connection;
  }
  /** As `sqlite3_changes` says: what the last statement that writes has changed, also after one that does not write. */
  counters(): { changes: number; lastInsertRowId: number } {
    const row = this.opened().prepare('SELECT changes() AS changes, last_insert_rowid() AS id').get();
    return { changes: Number(row?.['changes']), lastInsertRowId: Number(row?.['id']) };
  }
}

class NativeStatement extends SharedObject {
  prepared: StatementSync | null = null;
  private rows: NodeJS.Iterator<unknown> | null = null;
  private failure: Error | null = null;

  async runAsync(
    database: NativeDatabase,
    primitives: Record<string, Exclude<Value, Uint8Array>>,
    blobs: Record<string, Uint8Array>,
    shouldPassAsArray: boolean,
  ) {
    const statement = this.usable(database);
    this.rows?.return?.();
    if (!shouldPassAsArray) throw new Error('named parameters are not used here');
    const rows = this.stepping('runAsync', () => statement.iterate(...inOrder({ ...primitives, ...blobs })));
    const first = this.stepping('runAsync', () => rows.next());
    this.rows = first.done ? null : rows;
    return { ...database.counters(), firstRowValues: first.done ? [] : toNativeRow(first.value) };
  }
  async getAllAsync(database: NativeDatabase): Promise<NativeRow[]> {
    this.usable(database);
    const all: NativeRow[] = [];
    for (;;) {
      const next = this.stepping('getAllAsync', () => this.rows?.next());
      if (!next || next.done) return all;
      all.push(toNativeRow(next.value));
    }
  }
  async getColumnNamesAsync(): Promise<string[]> {
    return (this.prepared?.columns() ?? []).map(({ name }) => name);
  }
  /** `sqlite3_finalize` tells again what the last step has told. */
  async finalizeAsync(database: NativeDatabase): Promise<void> {
    this.usable(database);
    this.rows?.return?.();
    this.prepared = null;
    if (this.failure) throw this.failure;
  }

  private usable(database: NativeDatabase): StatementSync {
    database.opened();
    if (!this.prepared) throw new Error('Access to closed resource');
    return this.prepared;
  }
  private stepping<T>(functionName: string, step: () => T): T {
    this.failure = null;
    try {
      return nativeCall(functionName, step);
    } catch (error) {
      this.failure = error as Error;
      throw error;
    }
  }
}

function toFilePath(databasePath: string): string {
  return databasePath.startsWith('file:') ? url.fileURLToPath(databasePath) : databasePath;
}

function inOrder(byIndex: Record<string, Value>): Value[] {
  return Object.keys(byIndex)
    .sort((a, b) => Number(a) - Number(b))
    .map((index) => byIndex[index] ?? null);
}

function toNativeRow(row: unknown): NativeRow {
  return (row as Value[]).map((value) => (value instanceof Uint8Array ? new Uint8Array(value).buffer : value));
}
