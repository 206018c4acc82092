import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * What takes part in `npm run bench`: the raw limit, Haversack and each peer, behind one interface. Types alone.
 *
 * A contestant is two files, which never share a process:
 *   `<name>.ts`         default export: a `Contestant`, the client side. Imported into a fresh process for every measurement.
 *   `<name>.server.ts`  default export: a `CreateServerSide`. Imported into the one server process of the measurement.
 * Peers lie in `bench/app/peers/`. The frame holds the clock; a contestant measures nothing itself.
 */

export type WorkloadId = 'W1' | 'W2' | 'W3' | 'W4' | 'W5' | 'W6' | 'W7' | 'W8';

/** Of 1 unit = 5 lessons of about 6.28 KB of JSON, 3 assets, about 400 B of head: 32.2 KB. The same for everybody, from one generator. */
export interface BenchUnit {
  /** UUID. */
  id: string;
  /** From 0; the order of lists. Never changes. */
  position: number;
  title: string;
  description: string;
  learner_level: 'beginner' | 'intermediate' | 'advanced';
  schema_version: number;
  /** From 1, one more with each change. */
  version: number;
  /** RFC 3339 with microseconds, strictly increasing along the feed. */
  updated_at: string;
  lessons: BenchLesson[];
  assets: BenchAsset[];
}
export interface BenchLesson {
  id: string;
  unit_id: string;
  title: string;
  position: number;
  updated_at: string;
  /**
   * Travels as nested JSON, and is stored as JSON text or as what the peer stores JSON in. Where the peer's own protocol carries text
   * (PowerSync), it is a string there; say so in `notes`.
   */
  payload: Record<string, unknown>;
}
export interface BenchAsset {
  id: string;
  unit_id: string;
  type: 'audio' | 'image';
  content_type: string;
  size_bytes: number;
  /** `sha256:<hex>` */
  checksum: string;
  url: string;
}

/** What the server has, in the order of change. Lives in the server's process. */
export interface Feed {
  readonly units: number;
  /** Number of the newest change; each unit's newest change counts alone. `units` when nothing was changed yet. */
  readonly head: number;
  /** Ascending, changes after `after` (0 = from the beginning). Fewer than `limit` means the end. The unit is made anew on each call. */
  since(after: number, limit: number): { seq: number; unit: BenchUnit }[];
}

/**
 * Answers the contestant's own protocol, with `http://127.0.0.1:<port>/<name>/` before each path (`request.url` comes without
 * `/<name>`). Pages of 100 units where the protocol has pages. No compression. It must be no bottleneck: bodies of the first sync are
 * built in `prepare`, before any clock runs.
 */
export interface ServerSide {
  /** Called before a first sync is measured, and again after the feed was changed. May take seconds. */
  prepare?(): Promise<void> | void;
  handle(request: IncomingMessage, response: ServerResponse): Promise<void> | void;
  /** Distinct events that arrived, where they did not go to the frame's own `/events` (PouchDB). */
  countEvents?(): Promise<number> | number;
  close?(): Promise<void> | void;
}
export type CreateServerSide = (feed: Feed) => Promise<ServerSide> | ServerSide;

export interface Contestant {
  /** `[a-z0-9-]+`: the name of the files, of the path on the server, and in the table. */
  name: string;
  /** Of the package, as installed (read it from its package.json), or `node:sqlite <version>`. */
  version: string;
  /** As the table says it, e.g. `SQLite WAL, synchronous=NORMAL` or `LevelDB, no sync`. */
  durability: string;
  /** What a reader of the table must know: settings as its documentation advises, what it cannot do. Short. */
  notes?: string;
  /** What it does not take part in and why, e.g. `{ 'W1/2000': 'writes nothing: too many SQL variables' }`. Keys: `W4`, or `W1/<units>`. */
  leftOut?: Readonly<Record<string, string>>;
  /** It mirrors heads alone: no lesson and no asset is expected of its first sync. */
  mirrorsHeadsAlone?: boolean;
  /** Flags of `node` for its process, e.g. a heap limit; said in the table. */
  execArgv?: readonly string[];
  /**
   * Opens the store in `folder` (which exists), or makes it there when empty. Inside the clock in W3 alone, so nothing that a later call
   * would have to do may be left out, and no module that it needs may be imported only then: import at the top.
   */
  open(options: OpenOptions): Promise<Store>;
}
export interface OpenOptions {
  folder: string;
  /** `http://127.0.0.1:<port>/<name>`, without a slash at the end. */
  serverUrl: string;
  /**
   * `POST` here `{"items": [{"idempotency_key": event.event_id, "payload": event}]}`; 200 `{"results": [{"idempotency_key", "status":
   * "accepted"|"duplicate"}]}`. The server keeps one event for each key. For whoever has no upload protocol of their own.
   */
  eventsUrl: string;
}

export interface Store {
  /**
   * W1 and W2: resolves when all that the server has is in the store, committed in its usual way. The second and later calls ask for
   * what changed alone. `onFirstTitles` is called once, when the titles of the first 50 units could be read: call it as soon as
   * that is true, or never.
   */
  sync(onFirstTitles?: () => void): Promise<void>;
  /** W3a: the first 50 units by position: id, title, description, level, version, position. */
  listFirst(limit: number): Promise<readonly ListRow[]>;
  /** W3b: the same of all. */
  listAll(): Promise<readonly ListRow[]>;
  /** W3c: head, 5 lessons in their order with their payload parsed, 3 assets. */
  readUnit(
    id: string,
  ): Promise<{ head: ListRow; lessons: readonly { id: string; payload: unknown }[]; assets: readonly { id: string }[] }>;
  /** W4: event and outbox row in one transaction (or what the peer has in its place); resolves when it is committed. */
  enqueue(event: BenchEvent): Promise<void>;
  /** W5: sends what was enqueued, `batchSize` in one request where the peer lets one choose, until nothing waits. */
  drain(batchSize: number): Promise<void>;
  /** Not measured: rows that are in the store, read from it and not from a counter. A wrong count fails the measurement. */
  counts(): Promise<{ units: number; lessons: number; assets: number; waitingEvents: number }>;
  close(): Promise<void>;
}
export interface ListRow {
  id: string;
  title: string;
  description: string;
  learner_level: string;
  version: number;
  position: number;
}
export interface BenchEvent {
  event_id: string;
  session_id: string;
  device_id: string;
  device_seq: number;
  unit_id: string;
  unit_version: number;
  lesson_id: string;
  type: 'exercise_answered';
  exercise_id: string;
  answer: { option_id: string };
  is_correct: boolean;
  time_spent_ms: number;
  occurred_at: string;
}

/**
 * One figure of one round: what the runs leave in `docs/benchmarks/records/<workload>.json` and all that the report reads. The browser's
 * W8 is written in the same form, by `bench/app/browser/run.ts`, which the frame starts as `node run.ts --rounds 5 [--quick]` and which
 * prints one JSON array of `Measurement` as the last line on stdout (progress goes to stderr).
 */
export interface Measurement {
  workload: WorkloadId;
  contestant: string;
  /** E.g. `first-sync`, `first-titles`, `changed`, `unchanged`, `open-list-50`, `list-all`, `unit`, `enqueue`, `drain-100`, `bundle`. */
  metric: string;
  /** 0 where it does not matter. */
  units: number;
  round: number;
  unit: 'ms' | 'bytes' | 'count';
  value: number;
  p99?: number;
  peakRssMb?: number;
  /** Instead of a value that could not be had: the error in a sentence. `value` is 0 then. */
  error?: string;
}
