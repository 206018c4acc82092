import { createHash } from 'node:crypto';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import {
  type DatabaseOpener,
  type FileStore,
  type SecureStore,
  type SqlRow,
  type SqlValue,
  StorageFullError,
} from '../../mobile/modules/infrastructure/models.ts';
import { checkArea, checkDatabaseName, checkFileName } from '../../mobile/modules/infrastructure/platform/names.ts';
import { type Connection, serialize } from '../../mobile/modules/infrastructure/platform/serial-database.ts';
import type { Life } from './life.ts';

/** What outlives the process: the databases (real SQLite), the files, the keychain. */
export interface Disk {
  databases: Map<string, StoredDatabase>;
  /** By area, then by name; a file is the chunks that were appended to it. */
  areas: Map<string, Map<string, Uint8Array[]>>;
  secrets: Map<string, string>;
  /** What may still be written to files; null: enough. */
  freeBytes: number | null;
  /** No database may grow. */
  areDatabasesFull: boolean;
}

export interface StoredDatabase {
  engine: DatabaseSync;
  statements: Map<string, StatementSync>;
}

export function createDisk(): Disk {
  return { databases: new Map(), areas: new Map(), secrets: new Map(), freeBytes: null, areDatabasesFull: false };
}

/** What a process held when it died is let go: the journal undoes what was not committed. */
export function rollBackAll({ databases }: Disk): void {
  for (const { engine } of databases.values()) if (engine.isTransaction) engine.exec('ROLLBACK');
}

const SQLITE_FULL = 13;
const AS_MANY_PAGES_AS_SQLITE_TAKES = 4_294_967_294;

export function createDatabases(disk: Disk, life: Life): DatabaseOpener {
  return {
    open: (name) =>
      life.call(() => {
        const stored = disk.databases.get(checkDatabaseName(name)) ?? newDatabase();
        disk.databases.set(name, stored);
        return serialize(connectionOver(disk, stored, life), () => () => undefined);
      }),
    remove: (name) =>
      life.call(() => {
        disk.databases.get(checkDatabaseName(name))?.engine.close();
        disk.databases.delete(name);
      }),
    list: () => life.call(() => [...disk.databases.keys()].sort()),
  };
}

function newDatabase(): StoredDatabase {
  const engine = new DatabaseSync(':memory:');
  engine.exec('PRAGMA page_size = 8192; PRAGMA foreign_keys = ON');
  return { engine, statements: new Map() };
}

function connectionOver(disk: Disk, { engine, statements }: StoredDatabase, life: Life): Connection {
  function prepare(sql: string): StatementSync {
    const known = statements.get(sql);
    if (known) return known;
    const statement = engine.prepare(sql);
    statements.set(sql, statement);
    return statement;
  }
  function noticingFullDisk<T>(work: () => T): T {
    const pages = disk.areDatabasesFull ? Number(engine.prepare('PRAGMA page_count').get()?.['page_count']) : null;
    if (pages !== null) engine.exec(`PRAGMA max_page_count = ${pages}`);
    try {
      return work();
    } catch (error) {
      const { errcode, message } = error as Error & { errcode?: number };
      throw errcode === SQLITE_FULL ? new StorageFullError(message) : error;
    } finally {
      if (pages !== null) engine.exec(`PRAGMA max_page_count = ${AS_MANY_PAGES_AS_SQLITE_TAKES}`);
    }
  }
  return {
    run: (sql, params) => life.call(() => noticingFullDisk(() => ({ changes: Number(prepare(sql).run(...params).changes) }))),
    runMany: (sql, rows) => {
      const runSome = (count: number): void => {
        const statement = prepare(sql);
        for (const row of rows.slice(0, count)) statement.run(...row);
      };
      return life.call(
        () => noticingFullDisk(() => runSome(rows.length)),
        () => noticingFullDisk(() => runSome(Math.floor(rows.length / 2))),
      );
    },
    all: (sql, params) => life.call(() => noticingFullDisk(() => prepare(sql).all(...(params as SqlValue[])) as SqlRow[])),
    // The file stays as it is; only this connection to it ends, and what it had not committed.
    close: () => life.call(() => void (engine.isTransaction && engine.exec('ROLLBACK'))),
  };
}

export function createFiles(disk: Disk, life: Life): FileStore {
  const areaOf = (area: string): Map<string, Uint8Array[]> => disk.areas.get(checkArea(area)) ?? new Map<string, Uint8Array[]>();
  const find = (area: string, name: string): Uint8Array[] | null => areaOf(area).get(checkFileName(name)) ?? null;

  function append(area: string, name: string, expectedSize: number, bytes: Uint8Array): void {
    const chunks = find(area, name) ?? [];
    if (sizeOf(chunks) !== expectedSize) throw new Error(`${name} holds ${sizeOf(chunks)} bytes, not ${expectedSize}`);
    if ((disk.freeBytes ?? Infinity) < bytes.length) throw new StorageFullError('no space left on device');
    if (disk.freeBytes !== null) disk.freeBytes -= bytes.length;
    disk.areas.set(area, areaOf(area).set(name, [...chunks, bytes]));
  }

  return {
    size: (area, name) => life.call(() => sizeOrNull(find(area, name))),
    append: (area, name, expectedSize, bytes) =>
      life.call(
        () => append(area, name, expectedSize, bytes),
        () => append(area, name, expectedSize, bytes.subarray(0, Math.floor(bytes.length / 2))),
      ),
    sha256: (area, name) =>
      life.call(() => {
        const chunks = find(area, name);
        if (!chunks) throw new Error(`no file ${name}`);
        const hash = createSha256();
        for (const chunk of chunks) hash.update(chunk);
        return hash.digestHex();
      }),
    move: (area, from, to) =>
      life.call(() => {
        const chunks = find(area, from);
        if (!chunks) throw new Error(`no file ${from}`);
        checkFileName(to);
        areaOf(area).delete(from);
        areaOf(area).set(to, chunks);
      }),
    remove: (area, name) => life.call(() => void areaOf(area).delete(checkFileName(name))),
    list: (area) => life.call(() => [...areaOf(area)].map(([name, chunks]) => ({ name, sizeBytes: sizeOf(chunks) }))),
    removeArea: (area) => life.call(() => void disk.areas.delete(checkArea(area))),
    localUri: (area, name) =>
      life.call(() => {
        if (!find(area, name)) throw new Error(`no file ${name}`);
        return { uri: `file:///${area}/${name}`, release: () => undefined };
      }),
    freeBytes: () => life.call(() => disk.freeBytes),
  };
}

export function joined(chunks: readonly Uint8Array[]): Uint8Array {
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
}

export function sizeOf(chunks: readonly Uint8Array[]): number {
  return chunks.reduce((sum, chunk) => sum + chunk.length, 0);
}

function sizeOrNull(chunks: readonly Uint8Array[] | null): number | null {
  return chunks && sizeOf(chunks);
}

export function createSecureStore({ secrets }: Disk, life: Life): SecureStore {
  return {
    get: (key) => life.call(() => secrets.get(key) ?? null),
    set: (key, value) => life.call(() => void secrets.set(key, value)),
    remove: (key) => life.call(() => void secrets.delete(key)),
  };
}

/** OpenSSL's: the client's own, in JavaScript, would take most of the time. */
export function createSha256(): { update(chunk: Uint8Array): void; digestHex(): string } {
  const hash = createHash('sha256');
  return { update: (chunk) => void hash.update(chunk), digestHex: () => hash.digest('hex') };
}
