/**
 * The peers, as far as the bench uses them: they are not installed with the project, and its types are checked without them. What stands
 * here comes before the packages' own types also where those are there.
 */

declare module '@nozbe/watermelondb' {
  export interface TableColumn {
    name: string;
    type: 'string' | 'number' | 'boolean';
    isIndexed?: boolean;
  }
  export type Schema = { readonly version: number };
  export function tableSchema(table: { name: string; columns: TableColumn[] }): object;
  export function appSchema(schema: { version: number; tables: object[] }): Schema;

  export class Model {
    static table: string;
    _raw: { id: string };
    _setRaw(column: string, value: unknown): void;
  }
  export namespace Q {
    interface Clause {
      readonly type: string;
    }
    function where(column: string, value: string): Clause;
    function sortBy(column: string): Clause;
    function take(count: number): Clause;
    function unsafeSqlQuery(sql: string): Clause;
  }
  interface Collection {
    query(...clauses: Q.Clause[]): { unsafeFetchRaw(): Promise<unknown[]>; fetchCount(): Promise<number> };
    create(build: (record: Model) => void): Promise<Model>;
  }
  export class Database {
    constructor(options: { adapter: object; modelClasses: (typeof Model)[] });
    get(table: string): Collection;
    write<T>(work: () => Promise<T>): Promise<T>;
  }
}
declare module '@nozbe/watermelondb/adapters/sqlite/index.js' {
  import type { Schema } from '@nozbe/watermelondb';
  const commonJs: { default: new (options: { dbName: string; schema: Schema }) => object };
  export default commonJs;
}
declare module '@nozbe/watermelondb/utils/common/logger/index.js' {
  const commonJs: { default: { silence(): void } };
  export default commonJs;
}
declare module '@nozbe/watermelondb/sync/index.js' {
  import type { Database } from '@nozbe/watermelondb';
  type RawRecord = Record<string, unknown> & { id: string };
  type Changes = Record<string, { created: RawRecord[]; updated: RawRecord[]; deleted: string[] }>;
  export interface PulledChanges {
    changes: Changes;
    timestamp: number;
  }
  export function synchronize(options: {
    database: Database;
    pullChanges(last: { lastPulledAt: number | undefined }): Promise<PulledChanges>;
    pushChanges?(local: { changes: Changes }): Promise<void>;
  }): Promise<void>;
}

declare module '@powersync/common' {
  type Column = { readonly type: string };
  export const column: { text: Column; integer: Column };
  export class Table {
    constructor(columns: Record<string, Column>, options: { indexes?: Record<string, string[]>; insertOnly?: boolean });
  }
  export class Schema {
    constructor(tables: Record<string, Table>);
  }
  export interface PowerSyncBackendConnector {
    fetchCredentials(): Promise<{ endpoint: string; token: string }>;
    uploadData(): Promise<void>;
  }
}
declare module '@powersync/node' {
  import type { PowerSyncBackendConnector, Schema } from '@powersync/common';
  export class PowerSyncDatabase {
    constructor(options: {
      schema: Schema;
      database: { dbFilename: string; dbLocation: string; readWorkerCount: number };
      logger: { log(): void };
    });
    waitForReady(): Promise<void>;
    connect(connector: PowerSyncBackendConnector): Promise<void>;
    disconnect(): Promise<void>;
    close(): Promise<void>;
    getAll<Row>(sql: string, params?: unknown[]): Promise<Row[]>;
    get<Row>(sql: string, params?: unknown[]): Promise<Row>;
    execute(sql: string, params: unknown[]): Promise<unknown>;
    getCrudBatch(limit: number): Promise<{ crud: { opData?: Record<string, unknown> }[]; complete(): Promise<void> } | null>;
    getUploadQueueStats(): Promise<{ count: number }>;
    registerListener(listener: { statusChanged(status: { downloading: boolean; downloadError?: Error }): void }): () => void;
  }
}
declare module 'bson' {
  export function serialize(document: object): Uint8Array;
}

declare module 'pouchdb' {
  interface Documents<Doc> {
    rows: { doc?: Doc; value?: { rev: string } }[];
  }
  export default class PouchDB<Doc extends object = object> {
    constructor(name: string, options?: { auto_compaction: boolean });
    static plugin(plugin: object): void;
    static defaults(options: { adapter: string }): typeof PouchDB;
    get(id: string): Promise<Doc>;
    put(document: Doc & { _id: string }): Promise<object>;
    bulkDocs(documents: readonly object[]): Promise<object[]>;
    allDocs(
      options: { keys: string[] } | { include_docs: true; startkey: string; endkey: string; limit?: number },
    ): Promise<Documents<Doc>>;
    changes(options: { since: string | number }): Promise<{ results: object[] }>;
    info(): Promise<{ doc_count: number }>;
    close(): Promise<void>;
    replicate: {
      from(url: string, options: { batch_size: number }): Promise<{ last_seq: string | number }>;
      to(url: string, options: { batch_size: number }): Promise<{ last_seq: string | number }>;
    };
  }
}
declare module 'pouchdb-adapter-memory' {
  const plugin: object;
  export default plugin;
}
declare module 'express' {
  import type { IncomingMessage, ServerResponse } from 'node:http';
  export type Handler = (request: IncomingMessage, response: ServerResponse) => void;
  export default function express(): Handler & { use(handler: Handler): Handler };
}
declare module 'express-pouchdb' {
  import type { Handler } from 'express';
  export default function expressPouchdb(
    PouchDB: object,
    options: { mode: 'minimumForPouchDB'; inMemoryConfig: boolean; logPath: string },
  ): Handler;
}

declare module 'rxdb' {
  export interface RxJsonSchema {
    version: number;
    primaryKey: string;
    type: 'object';
    properties: Record<string, object>;
    required?: string[];
    indexes?: string[];
  }
  export type RxStorage = { readonly name: string };
  export interface RxDocument<Doc> {
    toJSON(): Doc;
  }
  interface Query<Result> {
    exec(): Promise<Result>;
  }
  export interface RxCollection<Doc> {
    name: string;
    find(query?: { selector?: object; sort?: object[]; limit?: number }): Query<RxDocument<Doc>[]>;
    findOne(id: string): Query<RxDocument<Doc> | null>;
    count(): Query<number>;
    insert(document: Doc): Promise<RxDocument<Doc>>;
  }
  export function createRxDatabase<Collections>(options: { name: string; storage: RxStorage; multiInstance: boolean }): Promise<{
    addCollections(collections: Record<keyof Collections, { schema: RxJsonSchema }>): Promise<Collections>;
    close(): Promise<void>;
  }>;
}
declare module 'rxdb/plugins/replication' {
  import type { RxCollection } from 'rxdb';
  export function replicateRxCollection<Doc, Checkpoint>(options: {
    collection: RxCollection<Doc>;
    replicationIdentifier: string;
    live?: boolean;
    pull?: {
      batchSize: number;
      handler(
        checkpoint: Checkpoint | undefined,
      ): Promise<{ documents: (Doc & { _deleted: boolean })[]; checkpoint: Checkpoint }>;
    };
    push?: { batchSize: number; handler(rows: { newDocumentState: Doc }[]): Promise<Doc[]> };
  }): { reSync(): void; awaitInSync(): Promise<unknown>; awaitInitialReplication(): Promise<unknown> };
}
declare module 'rxdb/plugins/storage-memory' {
  import type { RxStorage } from 'rxdb';
  export function getRxStorageMemory(): RxStorage;
}
declare module 'rxdb/plugins/storage-dexie' {
  import type { RxStorage } from 'rxdb';
  export function getRxStorageDexie(): RxStorage;
}

declare module 'better-sqlite3' {
  export default class Database {
    constructor(file: string);
    pragma(pragma: string): unknown;
    close(): void;
  }
}
declare module 'tinybase' {
  export type Row = Record<string, string | number | boolean>;
  export interface Store {
    setRow(table: string, id: string, row: Row): void;
    getRow(table: string, id: string): Row;
    delRow(table: string, id: string): void;
    getTable(table: string): Record<string, Row>;
    getCell(table: string, id: string, cell: string): string | number | boolean;
    getRowCount(table: string): number;
    getSortedRowIds(table: string, cell: string, isDescending: boolean, offset: number, limit?: number): string[];
    getValue(id: string): string | number | boolean | undefined;
    setValue(id: string, value: string | number | boolean): void;
    transaction(work: () => void): void;
  }
  export function createStore(): Store;
  export function createIndexes(store: Store): {
    setIndexDefinition(id: string, table: string, by: string, sortedBy?: string): void;
    getSliceRowIds(id: string, slice: string): string[];
  };
}
declare module 'tinybase/persisters/persister-better-sqlite3' {
  import type Database from 'better-sqlite3';
  import type { Store } from 'tinybase';
  export interface Persister {
    load(): Promise<unknown>;
    save(): Promise<unknown>;
    destroy(): Promise<unknown>;
  }
  export const createBetterSqlite3Persister: (
    ...args: [Store, Database, tableName: string, onSqlCommand: undefined, onIgnoredError: (error: unknown) => void]
  ) => Persister;
}

declare module 'dexie' {
  interface Collection<Row> {
    limit(count: number): Collection<Row>;
    toArray(): Promise<Row[]>;
    sortBy(key: string): Promise<Row[]>;
  }
  export interface Table<Row, Key> {
    get(key: Key): Promise<Row | undefined>;
    put(row: Row): Promise<Key>;
    add(row: Row): Promise<Key>;
    bulkPut(rows: readonly object[]): Promise<Key>;
    orderBy(index: string): Collection<Row>;
    where(index: string): { equals(value: string): Collection<Row> };
    count(): Promise<number>;
  }
  export default class Dexie {
    constructor(name: string);
    version(version: number): { stores(stores: Record<string, string>): void };
    open(): Promise<unknown>;
    transaction<T>(mode: 'rw', tables: object[], work: () => Promise<T>): Promise<T>;
    close(): void;
  }
}
