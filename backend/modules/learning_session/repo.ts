import type { LearningEvent } from '@haversack/contract';
import pg from 'pg';
import { type Database, type Queryable, wireTime } from '../infrastructure/public.ts';
import { formatMultirange, parseMultirange, type Ranges, type Receipt } from './models.ts';
import { FOLD_INTO_PROGRESS } from './progress-sql.ts';

export interface NewEvent {
  event: LearningEvent;
  payload: string;
  markedCorrect: boolean | null;
  exerciseCount: number | null;
}

export interface KeptEvent {
  position: number;
  /** What the device said, and after it the server's mark and time. */
  json: string;
}

/** A learner's log: the last position given, and how far their progress speaks of it. */
export interface EventLog {
  lastPosition: number;
  projectedThrough: number;
}

/** Learners' events: append-only, by person. Each method is one statement, however many events it carries. */
export interface EventRepo {
  /** Locks the learner's log until the transaction ends, and makes it if it is missing. */
  lockLog(tx: Queryable, personId: string): Promise<EventLog>;
  findPayloads(tx: Queryable, personId: string, eventIds: readonly string[]): Promise<Map<string, string>>;
  /**
   * Appends events after `lastPosition`, folds them into the progress, and adds the numbers to what is known of their devices;
   * returns what is known then, by device. Call it with the log locked and the progress up to date.
   */
  append(
    tx: Queryable,
    personId: string,
    lastPosition: number,
    batch: { events: readonly NewEvent[]; receipts: readonly Receipt[] },
  ): Promise<Map<string, Ranges>>;
  /** By device, all of the person's. */
  listReceived(personId: string): Promise<Map<string, Ranges>>;
  lastPosition(personId: string): Promise<number>;
  listSince(personId: string, position: number, limit: number): Promise<KeptEvent[]>;
}

export function createEventRepo(database: Database): EventRepo {
  return {
    async lockLog(tx, personId) {
      // A statement of its own: what comes after sees all that was committed before the lock was had.
      const [row] = await tx.query<EventLog>(
        `insert into event_logs as l (user_id) values ($1) on conflict (user_id) do update set last_position = l.last_position
         returning last_position as "lastPosition", projected_through as "projectedThrough"`,
        [personId],
      );
      return row ?? { lastPosition: 0, projectedThrough: 0 };
    },
    async findPayloads(tx, personId, eventIds) {
      const rows = await tx.query<{ event_id: string; payload: string }>(
        'select event_id, payload from events where user_id = $1 and event_id = any($2::uuid[])',
        [personId, arrayOf(eventIds)],
      );
      return new Map(rows.map((row) => [row.event_id, row.payload]));
    },
    async append(tx, personId, lastPosition, { events, receipts }) {
      const values = [personId, lastPosition, ...columnsOf(events), ...devicesOf(receipts)];
      const rows = await tx.query<DeviceRow>(APPEND, values, 'append_events');
      return rowsToReceived(rows);
    },
    async listReceived(personId) {
      const rows = await database.query<DeviceRow>(
        'select device_id, received::text as received from event_devices where user_id = $1 order by device_id',
        [personId],
      );
      return rowsToReceived(rows);
    },
    async lastPosition(personId) {
      const [row] = await database.query<{ last_position: number }>('select last_position from event_logs where user_id = $1', [
        personId,
      ]);
      return row?.last_position ?? 0;
    },
    listSince: (personId, position, limit) =>
      database.query<KeptEvent>(
        `select position, left(payload, -1) || ',"marked_correct":' || coalesce(marked_correct::text, 'null') ||
                ',"received_at":"' || ${wireTime('received_at')} || '"}' as json
           from events where user_id = $1 and position > $2 order by position limit $3`,
        [personId, position, limit],
      ),
  };
}

interface DeviceRow {
  device_id: string;
  received: string;
}

const rowsToReceived = (rows: readonly DeviceRow[]): Map<string, Ranges> =>
  new Map(rows.map((row) => [row.device_id, parseMultirange(row.received)]));

/** Whether `append` failed for an event of that id, which the learner has already. */
export const isRepetition = (error: unknown): boolean => error instanceof pg.DatabaseError && error.constraint === 'events_pkey';

/** All that a batch changes, in one statement, under a name: planning it takes a tenth of the time of a batch. */
const APPEND = `
with source as (
  select e.*, clock_timestamp() as received_at
    from unnest($3::uuid[], $4::uuid[], $5::bigint[], $6::uuid[], $7::uuid[], $8::int[], $9::uuid[], $10::text[], $11::uuid[],
                string_to_array($12, chr(30)), $13::boolean[], $14::int[])
         with ordinality as e (event_id, device_id, device_seq, session_id, unit_id, unit_version, lesson_id, type,
                               exercise_id, payload, marked_correct, exercise_count, nth)
), kept as (
  insert into events (user_id, event_id, position, device_id, device_seq, session_id, unit_id, unit_version, lesson_id,
                      type, exercise_id, payload, marked_correct, exercise_count, received_at)
  select $1, event_id, $2 + nth, device_id, device_seq, session_id, unit_id, unit_version, lesson_id,
         type, exercise_id, payload, marked_correct, exercise_count, received_at from source
), ${FOLD_INTO_PROGRESS}, devices as (
  insert into event_devices as d (user_id, device_id, received)
  select $1, device_id, received::int8multirange from unnest($15::uuid[], $16::text[]) as given (device_id, received)
  on conflict (user_id, device_id) do update set received = d.received + excluded.received
  returning device_id, received
), log as (
  update event_logs set last_position = $2 + (select count(*) from source), projected_through = $2 + (select count(*) from source)
   where user_id = $1
)
select device_id, received::text as received from devices order by device_id`;

/** Between two payloads; JSON text holds no control characters. */
const SEPARATOR = '\u001e';

/** In the order of `APPEND`, each as one text: half the time that the driver takes to write lists. */
function columnsOf(events: readonly NewEvent[]): string[] {
  const column = (read: (event: LearningEvent) => string | number | null | undefined): string =>
    arrayOf(events.map(({ event }) => read(event)));
  return [
    column((event) => event.event_id),
    column((event) => event.device_id),
    column((event) => event.device_seq),
    column((event) => event.session_id),
    column((event) => event.unit_id),
    column((event) => event.unit_version),
    column((event) => event.lesson_id),
    column((event) => event.type),
    column((event) => event.exercise_id),
    events.map((event) => event.payload).join(SEPARATOR),
    arrayOf(events.map((event) => event.markedCorrect)),
    arrayOf(events.map((event) => event.exerciseCount)),
  ];
}

function devicesOf(receipts: readonly Receipt[]): [string, readonly string[]] {
  const byDevice = Map.groupBy(receipts, (receipt) => receipt.deviceId);
  return [
    arrayOf([...byDevice.keys()]),
    [...byDevice.values()].map((some) => formatMultirange(some.map((one) => one.deviceSeq))),
  ];
}

/** PostgreSQL's text of an array of ids, numbers, truths or plain words: nothing in them needs quoting. */
function arrayOf(values: readonly (string | number | boolean | null | undefined)[]): string {
  return `{${values.map((value) => value ?? 'null').join(',')}}`;
}
