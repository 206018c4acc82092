import Type, { type Static } from 'typebox';
import { Problem } from './errors.ts';
import { LIMITS } from './limits.ts';
import { Closed, Nullable, Timestamp, Uuid } from './schema.ts';

export const EventType = Type.Union([
  Type.Literal('session_started'),
  Type.Literal('exercise_answered'),
  Type.Literal('session_completed'),
  Type.Literal('withdrawn'),
]);
export type EventType = Static<typeof EventType>;

/** What a learner answered: a chosen option or a text. Anything else is kept and marked wrong. */
export type Answer = { option_id: string } | { text: string };

/**
 * One thing a learner did. Immutable; `event_id` (made once, on the device) is its idempotency key for ever.
 * `device_seq` counts from 1 without holes for each `device_id`. `occurred_at` is the device's clock: kept, never trusted.
 */
export const LearningEvent = Type.Object(
  {
    event_id: Uuid,
    session_id: Uuid,
    device_id: Uuid,
    device_seq: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }),
    unit_id: Uuid,
    unit_version: Type.Integer({ minimum: 1, maximum: 2_147_483_647 }),
    lesson_id: Uuid,
    type: EventType,
    exercise_id: Type.Optional(Nullable(Uuid)),
    answer: Type.Optional(Type.Unknown()),
    is_correct: Type.Optional(Nullable(Type.Boolean())),
    time_spent_ms: Type.Optional(Nullable(Type.Integer({ minimum: 0, maximum: 1_000_000_000 }))),
    occurred_at: Timestamp,
  },
  Closed,
);
export type LearningEvent = Static<typeof LearningEvent>;

/** Payloads are judged one by one by the service (rule LS-2), so the batch is only checked for its shape here. */
export const PushEventsBody = Type.Object(
  {
    items: Type.Array(
      Type.Object(
        { idempotency_key: Type.String({ minLength: 1, maxLength: LIMITS.idempotencyKeyMaxChars }), payload: Type.Unknown() },
        Closed,
      ),
    ),
  },
  Closed,
);
export type PushEventsBody = Static<typeof PushEventsBody>;

export const EventStatus = Type.Union([Type.Literal('accepted'), Type.Literal('duplicate'), Type.Literal('refused')]);
export type EventStatus = Static<typeof EventStatus>;
export const EventResult = Type.Object({ idempotency_key: Type.String(), status: EventStatus, problem: Nullable(Problem) });
export type EventResult = Static<typeof EventResult>;
/** `through_seq`: end of the prefix without holes. `missing`: closed ranges after it, up to the highest number seen. */
export const ReceivedByDevice = Type.Object({
  device_id: Uuid,
  through_seq: Type.Integer({ minimum: 0 }),
  missing: Type.Array(Type.Tuple([Type.Integer(), Type.Integer()])),
});
export type ReceivedByDevice = Static<typeof ReceivedByDevice>;
export const PushEventsResponse = Type.Object({ results: Type.Array(EventResult), received: Type.Array(ReceivedByDevice) });
export type PushEventsResponse = Static<typeof PushEventsResponse>;

export const EventsQuery = Type.Object(
  {
    since: Type.Optional(Type.String({ maxLength: 64 })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: LIMITS.eventPageMaxItems, default: LIMITS.eventPageDefaultItems })),
  },
  Closed,
);
/** An event as the server keeps it: the device's words, the server's mark beside them. */
export const StoredEvent = Type.Object({
  ...LearningEvent.properties,
  /** The server's own marking against the version that was answered; null where nothing is marked or the version is unknown. */
  marked_correct: Nullable(Type.Boolean()),
  received_at: Timestamp,
});
export type StoredEvent = Static<typeof StoredEvent>;
export const EventsPage = Type.Object({ events: Type.Array(StoredEvent), cursor: Type.String(), has_more: Type.Boolean() });
export type EventsPage = Static<typeof EventsPage>;

export const ProgressQuery = Type.Object({ unit_id: Type.Optional(Uuid) }, Closed);
export const LessonStatus = Type.Union([Type.Literal('not_started'), Type.Literal('in_progress'), Type.Literal('completed')]);
export type LessonStatus = Static<typeof LessonStatus>;
/** `best_score`: correct answers ÷ exercises of the best completed session, 0 to 1. `attempts`: sessions started. */
export const LessonProgress = Type.Object({
  lesson_id: Uuid,
  status: LessonStatus,
  best_score: Nullable(Type.Number({ minimum: 0, maximum: 1 })),
  attempts: Type.Integer({ minimum: 0 }),
  last_activity_at: Nullable(Timestamp),
});
export type LessonProgress = Static<typeof LessonProgress>;
export const Progress = Type.Object({ lessons: Type.Array(LessonProgress) });
export type Progress = Static<typeof Progress>;
