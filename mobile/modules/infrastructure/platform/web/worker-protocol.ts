import type { SqlRow, SqlValue } from '../../models.ts';

/** What the page may ask of the storage worker: name → what goes in and what comes out. */
export interface WorkerOperations {
  'database.open': { input: { name: string }; output: void };
  'database.close': { input: { name: string }; output: void };
  'database.remove': { input: { name: string }; output: void };
  'database.list': { input: Record<string, never>; output: string[] };
  'sql.run': { input: { name: string; sql: string; params: readonly SqlValue[] }; output: { changes: number } };
  'sql.runMany': { input: { name: string; sql: string; rows: readonly (readonly SqlValue[])[] }; output: void };
  'sql.all': { input: { name: string; sql: string; params: readonly SqlValue[] }; output: SqlRow[] };
  'file.size': { input: { area: string; name: string }; output: number | null };
  'file.append': { input: { area: string; name: string; expectedSize: number; bytes: Uint8Array }; output: void };
  'file.sha256': { input: { area: string; name: string }; output: string };
  'file.move': { input: { area: string; from: string; to: string }; output: void };
  'file.remove': { input: { area: string; name: string }; output: void };
  'file.list': { input: { area: string }; output: { name: string; sizeBytes: number }[] };
  'file.removeArea': { input: { area: string }; output: void };
}
export type OperationName = keyof WorkerOperations;
export type OperationInput<Name extends OperationName> = WorkerOperations[Name]['input'];
export type OperationOutput<Name extends OperationName> = WorkerOperations[Name]['output'];
export type OperationHandlers<Names extends OperationName> = {
  [Name in Names]: (input: OperationInput<Name>) => OperationOutput<Name> | Promise<OperationOutput<Name>>;
};

export type PageMessage =
  | { kind: 'call'; id: number; operation: OperationName; input: OperationInput<OperationName> }
  | { kind: 'take_over' };

/** `here`: this tab has the storage and calls may come. `lost`: it had it; the worker has closed everything and ends. */
export type LeaseMessage = 'here' | 'elsewhere' | 'lost';
export type WorkerMessage =
  | { kind: 'result'; id: number; output: OperationOutput<OperationName> }
  | { kind: 'error'; id: number; name: string; message: string }
  | { kind: 'lease'; state: LeaseMessage }
  | { kind: 'blocked'; isFull: boolean; message: string };

/** Beside `index.html`, put there by `scripts/build-web.ts`. */
export const STORAGE_WORKER_URL = '/sqlite-worker.js';
export const STORAGE_WORKER_NAME = 'haversack-storage';

/** A worker that runs already, and what it has said so far. */
export interface EarlyStorage {
  thread: Worker;
  messages: readonly WorkerMessage[];
  failure: string | null;
}
declare global {
  /** Of `storage-start.ts`: once; whoever takes it listens in the same turn of the page. */
  var takeEarlyStorage: (() => EarlyStorage) | undefined;
}

/** Names of storage that outlive versions of the app: changing one orphans what people have on their devices. */
export const DATABASE_FOLDER = 'haversack-databases';
export const FILE_FOLDER = 'haversack-files';
export const LEASE_NAME = 'haversack-device';
