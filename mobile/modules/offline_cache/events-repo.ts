import type { LearningEvent, ReceivedByDevice, StoredEvent } from '@haversack/contract';
import type { Database, SqlExecutor, SqlRow, SqlValue } from '../infrastructure/public.ts';
import { readMetadata, writeMetadata } from './metadata.ts';
import { enqueue, EVENTS_ENDPOINT } from './outbox.ts';

/** An event of this device, before it has its number. */
export type NewEvent = Omit<LearningEvent, 'device_id' | 'device_seq'>;

/**
 * Numbers the event, writes it and its outbox row (rule OB-1). Numbers of a device have no holes: the counter moves in the same
 * transaction. `exerciseCount` is the device's own note for its score.
 *
 * A database that came back from a phone's backup is older than what it once sent: its own later events are pulled from the server
 * with numbers that its counter has not reached, so the highest number that is here counts too; also that of a withdrawal, which
 * would speak for the new event.
 */
export async function recordEvent(
  tx: SqlExecutor,
  event: NewEvent,
  exerciseCount: number | null,
  nowAt: number,
): Promise<LearningEvent> {
  const { device, deviceSeq } = await nextNumber(tx);
  const numbered: LearningEvent = { ...event, device_id: device, device_seq: deviceSeq };
  await writeMetadata(tx, 'last_device_seq', deviceSeq);
  await insertAndEnqueue(tx, numbered, exerciseCount, nowAt);
  return numbered;
}

async function nextNumber(tx: SqlExecutor): Promise<{ device: string; deviceSeq: number }> {
  const row = await tx.get<{ device: string; counter: string | null; highest: number | null; withdrawn: number | null }>(
    `SELECT m.value AS device, (SELECT value FROM metadata WHERE key = 'last_device_seq') AS counter,
       (SELECT MAX(device_seq) FROM session_events WHERE device_id = m.value AND type <> 'withdrawn') AS highest,
       (SELECT MAX(device_seq) FROM session_events WHERE device_id = m.value AND type = 'withdrawn') AS withdrawn
     FROM metadata m WHERE m.key = 'device_id'`,
  );
  if (row === null) throw new Error('the database has no device id');
  return { device: row.device, deviceSeq: Math.max(Number(row.counter ?? 0), row.highest ?? 0, row.withdrawn ?? 0) + 1 };
}

/** Takes the number of a discarded event, so that the server does not wait for it for ever. */
export async function recordWithdrawal(tx: SqlExecutor, discarded: LearningEvent, eventId: string, nowAt: number): Promise<void> {
  const { device_id, device_seq, session_id, unit_id, unit_version, lesson_id, occurred_at } = discarded;
  const withdrawn: LearningEvent = {
    event_id: eventId,
    session_id,
    device_id,
    device_seq,
    unit_id,
    unit_version,
    lesson_id,
    type: 'withdrawn',
    occurred_at,
  };
  await insertAndEnqueue(tx, withdrawn, null, nowAt);
}

async function insertAndEnqueue(
  tx: SqlExecutor,
  event: LearningEvent,
  exerciseCount: number | null,
  nowAt: number,
): Promise<void> {
  await tx.run(`INSERT ${EVENT_VALUES}`, eventToRow(event, { recordedAt: nowAt, exerciseCount }));
  await enqueueEvent(tx, event, nowAt);
}

function enqueueEvent(tx: SqlExecutor, event: LearningEvent, nowAt: number): Promise<void> {
  return enqueue(
    tx,
    {
      id: event.event_id,
      lane: `session:${event.session_id}`,
      endpoint: EVENTS_ENDPOINT,
      method: 'POST',
      payload: event,
      idempotencyKey: event.event_id,
    },
    nowAt,
  );
}

/** Made with the database: a new database is a new device to the server. */
export async function deviceId(executor: SqlExecutor): Promise<string> {
  const id = await readMetadata(executor, 'device_id');
  if (id === null) throw new Error('the database has no device id');
  return id;
}

/** And those under which sealed work came back after a sign-out: for their events too this phone is the second copy (rule CT-11). */
export async function ownDeviceIds(executor: SqlExecutor): Promise<string[]> {
  const formers = await executor.all<{ key: string }>(`SELECT key FROM metadata WHERE key BETWEEN ? AND ?`, [
    FORMER_DEVICE,
    `${FORMER_DEVICE}~`,
  ]);
  const former = formers.map(({ key }) => key.slice(FORMER_DEVICE.length));
  return [...new Set([await deviceId(executor), ...former])];
}

const FORMER_DEVICE = 'former_device:';

const EVENT_VALUES = `INTO session_events (event_id, session_id, device_id, device_seq, unit_id, unit_version, lesson_id,
  type, exercise_id, answer, is_correct, time_spent_ms, occurred_at, exercise_count, recorded_at, marked_correct, confirmed_feed_id)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;

/** What the device, or the server, adds to an event in its row. */
interface EventNotes {
  recordedAt: number;
  exerciseCount?: number | null;
  markedCorrect?: boolean | null;
  confirmedFeedId?: string;
}

function eventToRow(event: LearningEvent, notes: EventNotes): SqlValue[] {
  return [
    event.event_id,
    event.session_id,
    event.device_id,
    event.device_seq,
    event.unit_id,
    event.unit_version,
    event.lesson_id,
    event.type,
    event.exercise_id ?? null,
    event.answer === undefined || event.answer === null ? null : JSON.stringify(event.answer),
    toSqlBoolean(event.is_correct),
    event.time_spent_ms ?? null,
    event.occurred_at,
    notes.exerciseCount ?? null,
    notes.recordedAt,
    toSqlBoolean(notes.markedCorrect),
    notes.confirmedFeedId ?? null,
  ];
}

/** Events that the server has: own ones are marked as confirmed there, others' devices' ones are added (rule LS-6). */
export async function mergePulledEvents(
  tx: SqlExecutor,
  events: readonly StoredEvent[],
  feedId: string,
  nowAt: number,
): Promise<void> {
  await tx.runMany(
    `INSERT OR IGNORE ${EVENT_VALUES}`,
    events.map((event) =>
      eventToRow(event, { recordedAt: recordedAt(event, nowAt), markedCorrect: event.marked_correct, confirmedFeedId: feedId }),
    ),
  );
  await tx.runMany(
    'UPDATE session_events SET marked_correct = ?, confirmed_feed_id = ? WHERE event_id = ?',
    events.map((event) => [toSqlBoolean(event.marked_correct), feedId, event.event_id]),
  );
}

function recordedAt(event: StoredEvent, nowAt: number): number {
  const claimed = Date.parse(event.occurred_at);
  return Number.isFinite(claimed) ? claimed : nowAt;
}

/** What the server says it lacks, though it once confirmed it: it was restored, and this phone is the second copy. */
export async function requeueMissing(
  database: Database,
  received: readonly ReceivedByDevice[],
  alreadyRequeued: Set<string>,
  nowAt: number,
): Promise<void> {
  const own = await ownDeviceIds(database);
  const ranges = received
    .filter(({ device_id }) => own.includes(device_id))
    .flatMap(({ device_id, missing }) => missing.map((range) => [device_id, ...range] as const));
  for (const [device, from, to] of ranges) {
    const events = await database.all(
      `SELECT * FROM session_events e WHERE device_id = ? AND device_seq BETWEEN ? AND ? AND ${HAS_NO_OUTBOX_ROW} ORDER BY device_seq`,
      [device, from, to],
    );
    const fresh = events.map(rowToEvent).filter((event) => !alreadyRequeued.has(event.event_id));
    for (const event of fresh) alreadyRequeued.add(event.event_id);
    await database.transaction((tx) => requeue(tx, fresh, nowAt));
  }
}

/**
 * After all events of another feed were pulled: what it does not have of this person's goes back into the outbox (rule CT-11), also what
 * another device gave: that one may be gone, and an event counts once however many bring it (rule LS-1).
 */
export async function requeueUnknownTo(tx: SqlExecutor, feedId: string, nowAt: number): Promise<void> {
  const events = await tx.all(
    `SELECT * FROM session_events e WHERE confirmed_feed_id IS NOT NULL AND confirmed_feed_id <> ? AND ${HAS_NO_OUTBOX_ROW}
     ORDER BY device_id, device_seq`,
    [feedId],
  );
  await requeue(tx, events.map(rowToEvent), nowAt);
}

/** By both ends of the index: it is asked with every sync, and the events of years are many. */
export async function isAnyConfirmedElsewhere(executor: SqlExecutor, feedId: string): Promise<boolean> {
  const row = await executor.get<{ first: string | null; last: string | null }>(
    `SELECT (SELECT MIN(confirmed_feed_id) FROM session_events WHERE confirmed_feed_id IS NOT NULL) AS first,
       (SELECT MAX(confirmed_feed_id) FROM session_events WHERE confirmed_feed_id IS NOT NULL) AS last`,
  );
  return [row?.first, row?.last].some((feed) => typeof feed === 'string' && feed !== feedId);
}

/** Discarded events have a withdrawal under their number, which speaks for them; not for one that a server had taken all the same. */
const HAS_NO_OUTBOX_ROW = `NOT EXISTS (SELECT 1 FROM outbox o WHERE o.idempotency_key = e.event_id)
  AND (e.confirmed_feed_id IS NOT NULL OR NOT EXISTS (SELECT 1 FROM session_events w WHERE w.type = 'withdrawn'
    AND e.type <> 'withdrawn' AND w.device_id = e.device_id AND w.device_seq = e.device_seq))`;

async function requeue(tx: SqlExecutor, events: readonly LearningEvent[], nowAt: number): Promise<void> {
  for (const event of events) {
    await tx.run('UPDATE session_events SET confirmed_feed_id = NULL WHERE event_id = ?', [event.event_id]);
    await enqueueEvent(tx, event, nowAt);
  }
}

function rowToEvent(row: SqlRow): LearningEvent {
  const type = row['type'] as LearningEvent['type'];
  const answer = row['answer'] as string | null;
  return {
    event_id: row['event_id'] as string,
    session_id: row['session_id'] as string,
    device_id: row['device_id'] as string,
    device_seq: row['device_seq'] as number,
    unit_id: row['unit_id'] as string,
    unit_version: row['unit_version'] as number,
    lesson_id: row['lesson_id'] as string,
    type,
    ...(type === 'exercise_answered'
      ? {
          exercise_id: row['exercise_id'] as string | null,
          answer: answer === null ? null : (JSON.parse(answer) as unknown),
          is_correct: row['is_correct'] === null ? null : row['is_correct'] === 1,
          time_spent_ms: row['time_spent_ms'] as number | null,
        }
      : {}),
    occurred_at: row['occurred_at'] as string,
  };
}

function toSqlBoolean(value: boolean | null | undefined): number | null {
  return value === null || value === undefined ? null : value ? 1 : 0;
}
