import type { LearningEvent, LessonStatus } from '@haversack/contract';
import { type Database, type Queryable, wireTime } from '../infrastructure/public.ts';
import { formatMultirange, parseMultirange, type Ranges, type Receipt } from './models.ts';

export interface NewEvent {
  event: LearningEvent;
  payload: string;
  markedCorrect: boolean | null;
  exerciseCount: number | null;
}

export interface KeptEvent {
  position: number;
  payload: string;
  markedCorrect: boolean | null;
  receivedAt: string;
}

export interface LessonProgressRow {
  lessonId: string;
  unitId: string;
  status: LessonStatus;
  bestScore: number | null;
  attempts: number;
  lastActivityAt: string | null;
}

/** Learners' events: append-only, by person. Each method is one statement, however many events it carries. */
export interface EventRepo {
  /** Locks the learner's log until the transaction ends; returns the last position given. */
  lockLog(tx: Queryable, personId: string): Promise<number>;
  findPayloads(tx: Queryable, personId: string, eventIds: readonly string[]): Promise<Map<string, string>>;
  append(tx: Queryable, personId: string, lastPosition: number, events: readonly NewEvent[]): Promise<void>;
  /** Adds numbers to what is known of these devices. */
  addReceipts(tx: Queryable, personId: string, receipts: readonly Receipt[]): Promise<void>;
  /** By device; all of the person's when none is named. */
  listReceived(tx: Queryable, personId: string, deviceIds: readonly string[] | null): Promise<Map<string, Ranges>>;
  lastPosition(personId: string): Promise<number>;
  listSince(personId: string, position: number, limit: number): Promise<KeptEvent[]>;
  /** Derived from the events each time: the set of events decides, not their number or order (rule LS-1). */
  readProgress(personId: string, unitId: string | null): Promise<LessonProgressRow[]>;
}

export function createEventRepo(database: Database): EventRepo {
  return {
    async lockLog(tx, personId) {
      const [row] = await tx.query<{ last_position: number }>(
        `insert into event_logs as l (user_id) values ($1)
         on conflict (user_id) do update set last_position = l.last_position returning last_position`,
        [personId],
      );
      return row?.last_position ?? 0;
    },
    async findPayloads(tx, personId, eventIds) {
      const rows = await tx.query<{ event_id: string; payload: string }>(
        'select event_id, payload from events where user_id = $1 and event_id = any($2::uuid[])',
        [personId, eventIds],
      );
      return new Map(rows.map((row) => [row.event_id, row.payload]));
    },
    append: (tx, personId, lastPosition, events) => appendEvents(tx, personId, lastPosition, events),
    addReceipts: (tx, personId, receipts) => addReceipts(tx, personId, receipts),
    async listReceived(tx, personId, deviceIds) {
      const rows = await tx.query<{ device_id: string; received: string }>(
        `select device_id, received::text as received from event_devices
          where user_id = $1 and ($2::uuid[] is null or device_id = any($2::uuid[])) order by device_id`,
        [personId, deviceIds],
      );
      return new Map(rows.map((row) => [row.device_id, parseMultirange(row.received)]));
    },
    async lastPosition(personId) {
      const [row] = await database.query<{ last_position: number }>('select last_position from event_logs where user_id = $1', [
        personId,
      ]);
      return row?.last_position ?? 0;
    },
    listSince: (personId, position, limit) =>
      database.query<KeptEvent>(
        `select position, payload, marked_correct as "markedCorrect", ${wireTime('received_at')} as "receivedAt"
           from events where user_id = $1 and position > $2 order by position limit $3`,
        [personId, position, limit],
      ),
    readProgress: (personId, unitId) => database.query<LessonProgressRow>(PROGRESS, [personId, unitId]),
  };
}

async function appendEvents(tx: Queryable, personId: string, lastPosition: number, events: readonly NewEvent[]): Promise<void> {
  if (events.length === 0) return;
  const column = <T>(read: (event: LearningEvent) => T): T[] => events.map(({ event }) => read(event));
  await tx.query(
    `with kept as (
       insert into events (user_id, event_id, position, device_id, device_seq, session_id, unit_id, unit_version, lesson_id,
                           type, exercise_id, payload, marked_correct, exercise_count, received_at)
       select $1, e.event_id, $2 + e.nth, e.device_id, e.device_seq, e.session_id, e.unit_id, e.unit_version, e.lesson_id,
              e.type, e.exercise_id, e.payload, e.marked_correct, e.exercise_count, clock_timestamp()
         from unnest($3::uuid[], $4::uuid[], $5::bigint[], $6::uuid[], $7::uuid[], $8::int[], $9::uuid[], $10::text[],
                     $11::uuid[], $12::text[], $13::boolean[], $14::int[])
              with ordinality as e (event_id, device_id, device_seq, session_id, unit_id, unit_version, lesson_id, type,
                                    exercise_id, payload, marked_correct, exercise_count, nth)
       returning 1)
     update event_logs set last_position = $2 + (select count(*) from kept) where user_id = $1`,
    [
      personId,
      lastPosition,
      column((event) => event.event_id),
      column((event) => event.device_id),
      column((event) => event.device_seq),
      column((event) => event.session_id),
      column((event) => event.unit_id),
      column((event) => event.unit_version),
      column((event) => event.lesson_id),
      column((event) => event.type),
      column((event) => event.exercise_id ?? null),
      events.map((event) => event.payload),
      events.map((event) => event.markedCorrect),
      events.map((event) => event.exerciseCount),
    ],
  );
}

async function addReceipts(tx: Queryable, personId: string, receipts: readonly Receipt[]): Promise<void> {
  if (receipts.length === 0) return;
  const byDevice = Map.groupBy(receipts, (receipt) => receipt.deviceId);
  await tx.query(
    `insert into event_devices as d (user_id, device_id, received)
     select $1, device_id, received::int8multirange from unnest($2::uuid[], $3::text[]) as given (device_id, received)
     on conflict (user_id, device_id) do update set received = d.received + excluded.received`,
    [personId, [...byDevice.keys()], [...byDevice.values()].map((some) => formatMultirange(some.map((one) => one.deviceSeq)))],
  );
}

/** `best_score`: right answers of the best completed session over the exercises of the version that was answered. */
const PROGRESS = `
with mine as (
  select * from events where user_id = $1 and ($2::uuid is null or unit_id = $2) and type <> 'withdrawn'
), by_session as (
  select unit_id, lesson_id, session_id,
         bool_or(type = 'session_completed') as completed,
         count(distinct exercise_id) filter (where marked_correct) as correct,
         max(exercise_count) as exercises
    from mine group by unit_id, lesson_id, session_id
), scores as (
  select unit_id, lesson_id,
         max(least(1, correct::float8 / nullif(exercises, 0))) filter (where completed) as best,
         bool_or(completed) as completed
    from by_session group by unit_id, lesson_id
)
select m.lesson_id as "lessonId", m.unit_id as "unitId",
       case when s.completed then 'completed' else 'in_progress' end as status, s.best as "bestScore",
       (count(distinct m.session_id) filter (where m.type = 'session_started'))::int as attempts,
       ${wireTime('max(m.received_at)')} as "lastActivityAt"
  from mine m join scores s using (unit_id, lesson_id)
 group by m.unit_id, m.lesson_id, s.completed, s.best
 order by m.unit_id, m.lesson_id`;
