import { type EventsPage, LIMITS } from '@haversack/contract';
import { type Database, eraseRows, type PersonalData, type PersonalPart, tablePart } from '../infrastructure/public.ts';
import type { LearningSessionService } from './service.ts';

const IN_PAYLOAD = 'repeats what the payload says';

/** Counted from the events, which are given whole. */
function withholdAll(columns: readonly string[]): Record<string, string> {
  return Object.fromEntries(columns.map((column) => [column, 'follows from the events; what it comes to is in the progress']));
}

/** A table whose rows are the learner's goes with them by being named here. */
const TABLES: PersonalData['tables'] = {
  event_logs: { whose: 'user_id' },
  events: {
    whose: 'user_id',
    withheld: {
      event_id: IN_PAYLOAD,
      device_id: IN_PAYLOAD,
      device_seq: IN_PAYLOAD,
      session_id: IN_PAYLOAD,
      unit_id: IN_PAYLOAD,
      unit_version: IN_PAYLOAD,
      lesson_id: IN_PAYLOAD,
      type: IN_PAYLOAD,
      exercise_id: IN_PAYLOAD,
      payload: 'given field by field',
      position: 'is the order of the list',
      exercise_count: 'belongs to the unit; what follows from it is in the progress',
    },
  },
  event_devices: { whose: 'user_id' },
  session_progress: {
    whose: 'user_id',
    withheld: withholdAll(['unit_id', 'lesson_id', 'session_id', 'started', 'completed', 'correct', 'exercises', 'score']),
  },
  lesson_progress: {
    whose: 'user_id',
    withheld: withholdAll(['unit_id', 'lesson_id', 'completed', 'best_score', 'attempts', 'last_activity_at']),
  },
};

/** A learner's events as they came, with their marks; the numbering of their devices; what follows from it. */
export function createLearningData(database: Database, service: LearningSessionService): PersonalData {
  const log = tablePart(database, {
    name: 'event_log',
    from: 'event_logs',
    whose: 'user_id',
    columns: 'last_position',
    key: 'user_id',
  });
  const devices = tablePart(database, {
    name: 'devices',
    from: 'event_devices',
    whose: 'user_id',
    columns: 'device_id, received::text as received',
    key: 'device_id',
  });
  return {
    tables: TABLES,
    parts: [events(service), log, devices, progress(service)],
    // Whoever adds events holds the log and then asks for the person; made here when it is missing, so that this is the order always.
    async lock(tx, { id }) {
      await tx.query(
        'insert into event_logs as l (user_id) values ($1) on conflict (user_id) do update set last_position = l.last_position',
        [id],
      );
    },
    erase: (tx, { id }) => eraseRows(tx, TABLES, id),
  };
}

function events(service: LearningSessionService): PersonalPart {
  return {
    name: 'events',
    async *read({ id }) {
      for (let since: string | null = null, hasMore = true; hasMore; ) {
        const limit = LIMITS.eventPageMaxItems;
        const page: EventsPage = await service.listEvents(id, since === null ? { limit } : { limit, since });
        yield page.events;
        [since, hasMore] = [page.cursor, page.has_more];
      }
    },
  };
}

function progress(service: LearningSessionService): PersonalPart {
  return {
    name: 'progress',
    async *read({ id }) {
      yield (await service.getProgress(id, null)).lessons;
    },
  };
}
