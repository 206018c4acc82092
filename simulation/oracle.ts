import type { DatabaseSync, SQLInputValue, SQLOutputValue, StatementSync } from 'node:sqlite';
import type { Device, Incarnation } from './world/device.ts';

/** What the people were promised, as they would remember it. */
export interface Oracle {
  /** Answers of which a screen said that they are saved, by event id. */
  readonly acknowledged: Map<string, Acknowledged>;
  /** Keys of joins and leaves of which a screen said that they are done, with whose they are. */
  readonly acknowledgedKeys: Map<string, Acknowledged>;
  /** Keys of writes that somebody threw away knowingly. */
  readonly discarded: Set<string>;
  /** `device/person` whose work is being thrown away: a sign-out that was told to. */
  readonly discarding: Set<string>;
  /** The run of the app in which each of these was begun. */
  readonly discardedBy: Map<string, Incarnation>;
  /** By scope: what had been called saved when the sign-out that threw work away said that it was done. */
  readonly takenAway: Map<string, ReadonlySet<string>>;
  /** What the server had and a restore took from it. */
  readonly lostByRestore: Set<string>;
  /** `device/unit` pairs that may stop playing for a reason that was given; `*` stands for all. */
  readonly mayStopPlaying: Set<string>;
  /** `device/person/file` that the device's system removed, with the run of the app in which it did: that person's next start must notice. */
  readonly lostFiles: Map<string, number>;
  /** Devices whose byte counts say nothing any more, because something made them fetch again. */
  readonly refetching: Set<string>;
  /** Devices whose system has ever removed a file. */
  readonly hasLostFiles: Set<string>;
  /** `device/unit` pairs that the person asked to be kept. */
  readonly kept: Set<string>;
  /** Devices on which a storage limit was ever set. */
  readonly limited: Set<string>;
  /** Objects of each version ever seen on the server, by `unit:version`; after a restore a number may have had two. */
  readonly objectsByVersion: Map<string, Set<string>>;
  /** E-mail and seal key of everybody who was ever signed in, by id. */
  readonly people: Map<string, { email: string; sealKey: string | null }>;
  /** Something that can make the catalogue differ from the server's without a fault of the phone. */
  mayDiffer: boolean;
  hasPoisoned: boolean;
  hasRestored: boolean;
  /** Promises that were broken, in words. */
  readonly broken: string[];
}

export interface Acknowledged {
  email: string;
  userId: string;
  device: string;
  sessionId: string;
  seq: number;
}

export function createOracle(): Oracle {
  return {
    acknowledged: new Map(),
    acknowledgedKeys: new Map(),
    discarded: new Set(),
    discarding: new Set(),
    discardedBy: new Map(),
    takenAway: new Map(),
    lostByRestore: new Set(),
    mayStopPlaying: new Set(),
    lostFiles: new Map(),
    hasLostFiles: new Set(),
    refetching: new Set(),
    kept: new Set(),
    limited: new Set(),
    objectsByVersion: new Map(),
    people: new Map(),
    mayDiffer: false,
    hasPoisoned: false,
    hasRestored: false,
    broken: [],
  };
}

/** The screen has just said "saved": now it must be on disk. */
export function acknowledge(oracle: Oracle, device: Device, who: { id: string; email: string }, where: Place): void {
  const engine = engineOf(device, who.id);
  const found = 'SELECT event_id, device_seq FROM session_events WHERE session_id = ? AND type = ? AND exercise_id IS ?';
  const [row] = engine ? ask(engine, found, where.sessionId, where.type, where.exerciseId) : [];
  if (!row) {
    // A session that another phone began goes on here, also where its beginning has not come here yet.
    const isGoneOnWith =
      engine && ask(engine, 'SELECT 1 FROM session_events WHERE session_id = ? LIMIT 1', where.sessionId).length > 0;
    if (!(where.type === 'session_started' && isGoneOnWith) && !oracle.discarding.has(`${device.name}/${who.id}`)) {
      oracle.broken.push(`${device.name} said that ${where.type} is saved, and it is not on disk`);
    }
    return;
  }
  oracle.acknowledged.set(String(row['event_id']), {
    email: who.email,
    userId: who.id,
    device: device.name,
    sessionId: where.sessionId,
    seq: Number(row['device_seq']),
  });
}

/** The same for a join or a leave. */
export function acknowledgeMyUnit(oracle: Oracle, device: Device, who: { id: string; email: string }, unitId: string): void {
  const engine = engineOf(device, who.id);
  const newest = 'SELECT idempotency_key AS key, seq FROM outbox WHERE lane = ? ORDER BY seq DESC LIMIT 1';
  const [row] = engine ? ask(engine, newest, `my-unit:${unitId}`) : [];
  if (!row) return;
  const key = String(row['key']);
  oracle.acknowledgedKeys.set(key, {
    email: who.email,
    userId: who.id,
    device: device.name,
    sessionId: '',
    seq: Number(row['seq']),
  });
}

interface Place {
  sessionId: string;
  type: 'session_started' | 'exercise_answered' | 'session_completed';
  exerciseId: string | null;
}

export function databaseNameOf(userId: string): string {
  return `person-${userId.toLowerCase()}`;
}

export function engineOf(device: Device, userId: string): DatabaseSync | null {
  return device.disk.databases.get(databaseNameOf(userId))?.engine ?? null;
}

/** Databases of people on this device that are between two transactions and migrated. */
export function readableEngines(device: Device): { userId: string; engine: DatabaseSync }[] {
  return [...device.disk.databases].flatMap(([name, { engine }]) =>
    name.startsWith('person-') && !engine.isTransaction && isMigrated(engine)
      ? [{ userId: name.slice('person-'.length), engine }]
      : [],
  );
}

function isMigrated(engine: DatabaseSync): boolean {
  return hasTable(engine, 'session_events_withdrawn');
}

/** Or index. */
export function hasTable(engine: DatabaseSync, name: string): boolean {
  return ask(engine, 'SELECT 1 FROM sqlite_master WHERE name = ?', name).length > 0;
}

const statements = new WeakMap<DatabaseSync, Map<string, StatementSync>>();

/** The same questions are asked after every step: each is prepared once. */
export function ask(engine: DatabaseSync, sql: string, ...params: SQLInputValue[]): Record<string, SQLOutputValue>[] {
  const known = statements.get(engine) ?? new Map<string, StatementSync>();
  statements.set(engine, known);
  const statement = known.get(sql) ?? engine.prepare(sql);
  known.set(sql, statement);
  return statement.all(...params);
}
