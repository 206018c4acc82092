/**
 * The ports: all that the client asks of the machine it runs on. Phone, browser and Node each have an adapter
 * (`platform/x.ts`, `platform/x.web.ts`, `test/`); one contract suite for each port runs against every adapter.
 */

export type SqlValue = string | number | null | Uint8Array;
export type SqlRow = Record<string, SqlValue>;

/** Statements inside one transaction, or outside any. */
export interface SqlExecutor {
  /** Runs one statement. Errors: any `Error` of the engine; a full disk rejects with `StorageFullError`. */
  run(sql: string, params?: readonly SqlValue[]): Promise<{ changes: number }>;
  /** Runs one statement once for each row of parameters, in one trip to the engine. */
  runMany(sql: string, rows: readonly (readonly SqlValue[])[]): Promise<void>;
  all<Row extends SqlRow = SqlRow>(sql: string, params?: readonly SqlValue[]): Promise<Row[]>;
  get<Row extends SqlRow = SqlRow>(sql: string, params?: readonly SqlValue[]): Promise<Row | null>;
}

/**
 * One open SQLite file. WAL where the platform has it, `synchronous=FULL`, foreign keys on. Calls that overlap wait for each other:
 * nothing of one transaction is ever seen, or undone, by another call (rule IN-2).
 */
export interface Database extends SqlExecutor {
  /**
   * `BEGIN IMMEDIATE` … `COMMIT`; on any error `ROLLBACK` and the error again. `work` must use `tx` alone and must not wait for the
   * network. Not re-entrant: `work` calling `transaction` again would wait for itself, so it rejects.
   */
  transaction<T>(work: (tx: SqlExecutor) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** Opens and removes the database files of this device. A `name` is `[a-z0-9-]+`; the adapter adds folder and ending. */
export interface DatabaseOpener {
  open(name: string): Promise<Database>;
  /** Removes the file with its journals; it must be closed. No error when there is none. */
  remove(name: string): Promise<void>;
  list(): Promise<string[]>;
}

/** The disk is full, or the browser's quota is used up (rule DL-7). */
export class StorageFullError extends Error {
  override readonly name = 'StorageFullError';
}

/** Something that the screen can show or play for as long as it holds it: `file://` on phones, `blob:` in the browser (rule DL-10). */
export interface LocalUri {
  uri: string;
  release(): void;
}

/**
 * A flat folder of files for each `area` (one area a person). Names are `<sha256>.<ext>` or `<sha256>.<ext>.part` and match
 * `^[0-9a-f]{64}\.[a-z0-9]+(\.part)?$`; any other name is refused with an `Error` (rule SE-6).
 */
export interface FileStore {
  /** Size in bytes, or null when there is no such file. */
  size(area: string, name: string): Promise<number | null>;
  /** Writes at the end of the file, which is made if absent; `expectedSize` is what the file must hold before, else it rejects. */
  append(area: string, name: string, expectedSize: number, bytes: Uint8Array): Promise<void>;
  /** SHA-256 of what the file holds on the disk, in hex; rejects when there is no such file. */
  sha256(area: string, name: string): Promise<string>;
  /** Atomic; what stood under `to` is replaced. */
  move(area: string, from: string, to: string): Promise<void>;
  /** No error when there is none. */
  remove(area: string, name: string): Promise<void>;
  list(area: string): Promise<{ name: string; sizeBytes: number }[]>;
  removeArea(area: string): Promise<void>;
  localUri(area: string, name: string, contentType: string): Promise<LocalUri>;
  /** Bytes that this app may still store, or null where the platform does not tell. */
  freeBytes(): Promise<number | null>;
}

export interface HttpRequest {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Absolute, or a path on the server that the app was pointed at. */
  url: string;
  headers?: Readonly<Record<string, string>>;
  /** JSON text. */
  body?: string;
  timeoutMs: number;
  signal?: AbortSignal;
  /** Answers longer than this are cut off and fail as `offline`. */
  maxBytes?: number;
}
export interface HttpReply {
  status: number;
  /** Lower-case names. */
  headers: Readonly<Record<string, string>>;
  body: Uint8Array;
}
/**
 * Sends one request and reads the whole answer. Any status resolves; a transport failure (no link, refused, reset, time-out, cut
 * half-way, longer than `maxBytes`) rejects with `TransportError`. A redirect is a reply like any other and is not followed; browsers
 * hide it (status 0, no headers). Adds no identity of its own but the browser's cookie.
 */
export interface Http {
  send(request: HttpRequest): Promise<HttpReply>;
}
export class TransportError extends Error {
  override readonly name = 'TransportError';
  readonly reason: 'offline' | 'timeout' | 'aborted' | 'cut';
  constructor(reason: 'offline' | 'timeout' | 'aborted' | 'cut', message: string = reason) {
    super(message);
    this.reason = reason;
  }
}

export interface Clock {
  /** Epoch milliseconds of the device; may be wrong and may jump (rule SY-6). */
  now(): number;
  /** Milliseconds from an arbitrary start that never go back while the process lives. */
  monotonicNow(): number;
  /** Resolves after `ms` of monotonic time, or at once when `signal` is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Calls `callback` once after `ms`; the result cancels it. */
  schedule(ms: number, callback: () => void): () => void;
}

/** Chance. */
export interface Ids {
  /** UUID version 7 (RFC 9562). */
  uuid(): string;
  /** In [0, 1). */
  random(): number;
  /** Nobody can foretell them; in tests they follow from the seed. */
  randomBytes(length: number): Uint8Array;
}

export type NetworkKind = 'none' | 'wifi' | 'cellular' | 'other';
/** A hint, never the truth: the truth is whether a request succeeded. */
export interface Connectivity {
  current(): { isOnline: boolean; kind: NetworkKind };
  /** Called once for each change; the result unsubscribes (rule IN-3). */
  subscribe(listener: (state: { isOnline: boolean; kind: NetworkKind }) => void): () => void;
}

export interface Lifecycle {
  /** Called when the app comes to the foreground; the result unsubscribes. */
  onForeground(listener: () => void): () => void;
}

/**
 * Small secrets and marks that outlive the databases: keychain on phones; in the browser no token is ever put here, but the seal key is
 * (docs/decisions/0012-unsent-work-is-sealed.md).
 */
export interface SecureStore {
  get(key: string): Promise<string | null>;
  set(key: string, value: string): Promise<void>;
  remove(key: string): Promise<void>;
}

/** Hands a file over to the person: a download in the browser, the sheet of apps to share it with on phones. Keeps none of it. */
export interface FileExport {
  /**
   * `name` is `[a-z0-9-]+.json`; any other is refused with an `Error` (rule SE-6). Resolves when it was offered; whether the person kept
   * it, no platform tells. Rejects where it cannot be offered.
   */
  offer(name: string, text: string): Promise<void>;
}

export interface Logger {
  warn(message: string, fields?: Readonly<Record<string, string | number | boolean | null>>): void;
}

/** Everything that the composition root hands to the modules. */
export interface Platform {
  kind: 'phone' | 'browser' | 'node';
  databases: DatabaseOpener;
  files: FileStore;
  http: Http;
  clock: Clock;
  ids: Ids;
  connectivity: Connectivity;
  lifecycle: Lifecycle;
  secureStore: SecureStore;
  fileExport: FileExport;
  logger: Logger;
  /** SHA-256 of a stream of chunks; hex. */
  createSha256(): { update(chunk: Uint8Array): void; digestHex(): string };
}

/**
 * Oldest `schema_version` of units and lessons that this app can still play. Older ones are purged on start and after each pull and
 * show as "download again" (rule SV-1).
 */
export const OLDEST_SUPPORTED_UNIT_SCHEMA = 1;
/** Newest that it understands; newer ones wait for an update of the app (rule SV-2). */
export const NEWEST_SUPPORTED_UNIT_SCHEMA = 1;
