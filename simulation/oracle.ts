import type { DatabaseSync, SQLInputValue, SQLOutputValue, StatementSync } from 'node:sqlite';
import type { Device } from './world/device.ts';

/** What the people were promised, as they would remember it. */
export interface Oracle {
  /** Answers of which a screen said that they are saved, by event id. */
  readonly acknowledged: Map<string, Acknowledged>;
  /** Keys of writes that somebody threw away knowingly. */
  readonly discarded: Set<string>;
  /** `device/person` whose work is being thrown away: a sign-out that was told to. */
  readonly discarding: Set<string>;
  /** What the server had and a restore took from it. */
  readonly lostByRestore: Set<string>;
  /** `device/unit` pairs that may stop playing for a reason that was given; `*` stands for all. */
  readonly mayStopPlaying: Set<string>;
  /** `device/file` that the device's system removed since the app last started. */
  readonly lostFiles: Set<string>;
  /** Devices whose byte counts say nothing any more, because something made them fetch again. */
  readonly refetching: Set<string>;
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
    discarded: new Set(),
    discarding: new Set(),
    lostByRestore: new Set(),
    mayStopPlaying: new Set(),
    lostFiles: new Set(),
    refetching: new Set(),
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
    if (!oracle.discarding.has(`${device.name}/${who.id}`)) {
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
