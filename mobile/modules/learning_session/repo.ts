import type { Answer } from '@haversack/contract';
import type { SqlExecutor, SqlRow } from '../infrastructure/public.ts';
import type { DeliveryState, GivenAnswer, LessonProgressItem } from './models.ts';

/** A session as its events tell it. */
export interface StoredSession {
  sessionId: string;
  unitId: string;
  /** Of its newest event. */
  unitVersion: number;
  lessonId: string;
  answers: GivenAnswer[];
  isCompleted: boolean;
  delivery: DeliveryState;
}

/**
 * An event that the person discarded is answered by a withdrawal under its number, and counts no more; unless the server had taken it
 * by then, where it counts for good, and so for every device.
 */
const IS_LIVE = `e.type <> 'withdrawn' AND (e.confirmed_feed_id IS NOT NULL OR NOT EXISTS (SELECT 1 FROM session_events w
  WHERE w.type = 'withdrawn' AND w.device_id = e.device_id AND w.device_seq = e.device_seq))`;

/** The order in which events came to be here; the device's clock has no say in it (rule SY-6). */
const IN_ORDER = 'ORDER BY e.rowid';

/** Null when nothing of this session is here. */
export async function readSession(executor: SqlExecutor, sessionId: string): Promise<StoredSession | null> {
  const rows = await executor.all(
    `SELECT e.*, o.state AS outbox_state, o.last_error AS outbox_error
     FROM session_events e LEFT JOIN outbox o ON o.idempotency_key = e.event_id
     WHERE e.session_id = ? AND ${IS_LIVE} ${IN_ORDER}`,
    [sessionId],
  );
  const [first] = rows;
  if (!first) return null;
  return {
    sessionId,
    unitId: first['unit_id'] as string,
    unitVersion: (rows.at(-1) ?? first)['unit_version'] as number,
    lessonId: first['lesson_id'] as string,
    answers: firstAnswerOfEach(rows.filter((row) => row['type'] === 'exercise_answered').map(rowToAnswer)),
    isCompleted: rows.some((row) => row['type'] === 'session_completed'),
    delivery: leastFar(rows.map(rowToDelivery)),
  };
}

/** The newest session of the lesson that is, or is not, completed. */
export async function findSessionId(
  executor: SqlExecutor,
  unitId: string,
  lessonId: string,
  isCompleted: boolean,
): Promise<string | null> {
  const row = await executor.get<{ session_id: string }>(
    `SELECT e.session_id FROM session_events e WHERE e.unit_id = ? AND e.lesson_id = ? AND ${IS_LIVE}
     GROUP BY e.session_id HAVING MAX(e.type = 'session_completed') = ? ORDER BY MAX(e.rowid) DESC LIMIT 1`,
    [unitId, lessonId, isCompleted ? 1 : 0],
  );
  return row?.session_id ?? null;
}

/** Of every lesson that has events; `unitId` null takes all units. */
export async function readProgress(executor: SqlExecutor, unitId: string | null): Promise<LessonProgressItem[]> {
  const rows = await executor.all(
    `WITH sessions AS (
       SELECT e.unit_id, e.lesson_id, MAX(e.type = 'session_completed') AS is_completed, MAX(e.recorded_at) AS last_at,
         COUNT(DISTINCT CASE WHEN e.type = 'exercise_answered' AND COALESCE(e.marked_correct, e.is_correct) = 1
           THEN e.exercise_id END) AS correct_count,
         COALESCE(MAX(e.exercise_count), COUNT(DISTINCT e.exercise_id)) AS exercise_count
       FROM session_events e WHERE ${IS_LIVE} ${unitId === null ? '' : 'AND e.unit_id = ?'}
       GROUP BY e.unit_id, e.lesson_id, e.session_id)
     SELECT unit_id, lesson_id, MAX(is_completed) AS is_completed, COUNT(*) AS attempts, MAX(last_at) AS last_at,
       MAX(CASE WHEN is_completed AND exercise_count > 0 THEN MIN(1.0, 1.0 * correct_count / exercise_count) END) AS best_score
     FROM sessions GROUP BY unit_id, lesson_id`,
    unitId === null ? [] : [unitId],
  );
  return rows.map((row) => ({
    unitId: row['unit_id'] as string,
    lessonId: row['lesson_id'] as string,
    status: row['is_completed'] === 1 ? 'completed' : 'in_progress',
    bestScore: row['best_score'] as number | null,
    attempts: row['attempts'] as number,
    lastActivityAt: row['last_at'] as number,
  }));
}

function rowToAnswer(row: SqlRow): GivenAnswer {
  const answer = row['answer'] as string | null;
  return {
    exerciseId: row['exercise_id'] as string,
    answer: (answer === null ? { text: '' } : JSON.parse(answer)) as Answer,
    isCorrect: (row['marked_correct'] ?? row['is_correct']) === 1,
    delivery: rowToDelivery(row),
    isMarkedOtherwise:
      row['marked_correct'] !== null && row['is_correct'] !== null && row['marked_correct'] !== row['is_correct'],
  };
}

/** Two devices may both have answered; the first one stands. */
function firstAnswerOfEach(answers: readonly GivenAnswer[]): GivenAnswer[] {
  const byExerciseId = new Map<string, GivenAnswer>();
  for (const answer of answers) if (!byExerciseId.has(answer.exerciseId)) byExerciseId.set(answer.exerciseId, answer);
  return [...byExerciseId.values()];
}

/** What only a captive portal took was not sent; what our server did not answer was. */
function rowToDelivery(row: SqlRow): DeliveryState {
  if (row['outbox_state'] === 'refused') return 'refused';
  if (row['outbox_state'] === 'waiting') {
    return row['outbox_error'] === null || row['outbox_error'] === 'not_ours' ? 'saved_on_device' : 'sent';
  }
  return row['confirmed_feed_id'] === null ? 'saved_on_device' : 'confirmed';
}

const FROM_LEAST_FAR: readonly DeliveryState[] = ['refused', 'saved_on_device', 'sent', 'confirmed'];

function leastFar(states: readonly DeliveryState[]): DeliveryState {
  return FROM_LEAST_FAR.find((state) => states.includes(state)) ?? 'saved_on_device';
}
