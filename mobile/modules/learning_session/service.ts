import { type Answer, isCorrectAnswer, type LearningEvent } from '@haversack/contract';
import type { LessonContent } from '../content/public.ts';
import type { Clock, Ids, SqlExecutor } from '../infrastructure/public.ts';
import type { NewEvent, OfflineCacheStore } from '../offline_cache/public.ts';
import type { LearningSessionService, LessonResults, LessonSession } from './models.ts';
import { findSessionId, readProgress, readSession, type StoredSession } from './repo.ts';

export interface LearningSessionDeps {
  store: OfflineCacheStore;
  clock: Clock;
  ids: Ids;
}

/** An answer that cannot be taken: given before, to a session that is over, or to no exercise of this lesson. */
export class AnswerNotTakenError extends Error {
  override readonly name = 'AnswerNotTakenError';
  readonly reason: 'already_answered' | 'completed' | 'unknown_exercise' | 'unknown_session';
  constructor(reason: AnswerNotTakenError['reason']) {
    super(`the answer was not taken: ${reason}`);
    this.reason = reason;
  }
}

const MAX_TIME_SPENT_MS = 1_000_000_000;

export function createLearningSessionService({ store, clock, ids }: LearningSessionDeps): LearningSessionService {
  function newEvent(sessionId: string, lesson: LessonContent, type: LearningEvent['type']): NewEvent {
    return {
      event_id: ids.uuid(),
      session_id: sessionId,
      unit_id: lesson.unitId,
      unit_version: lesson.unitVersion,
      lesson_id: lesson.id,
      type,
      occurred_at: toWireTime(clock.now()),
    };
  }

  return {
    openSession: (lesson) =>
      store.write(['progress'], async (tx) => {
        const openId = await findSessionId(tx, lesson.unitId, lesson.id, false);
        if (openId !== null) return toLessonSession(await mustRead(tx, openId), lesson.unitVersion);
        const sessionId = ids.uuid();
        await store.recordEvent(tx, newEvent(sessionId, lesson, 'session_started'), lesson.exercises.length);
        return toLessonSession(await mustRead(tx, sessionId), lesson.unitVersion);
      }),

    getSession: (sessionId) => readSession(store.reader, sessionId),

    recordAnswer: (...[sessionId, lesson, exerciseId, answer, timeSpentMs]) =>
      store.write(['progress'], async (tx) => {
        const session = await mustRead(tx, sessionId);
        if (session.isCompleted) throw new AnswerNotTakenError('completed');
        if (session.answers.some((given) => given.exerciseId === exerciseId)) throw new AnswerNotTakenError('already_answered');
        const isCorrect = mark(lesson, exerciseId, answer);
        await store.recordEvent(
          tx,
          {
            ...newEvent(sessionId, lesson, 'exercise_answered'),
            exercise_id: exerciseId,
            answer,
            is_correct: isCorrect,
            time_spent_ms: Math.min(MAX_TIME_SPENT_MS, Math.max(0, Math.round(timeSpentMs) || 0)),
          },
          lesson.exercises.length,
        );
        const stored = (await mustRead(tx, sessionId)).answers.find((given) => given.exerciseId === exerciseId);
        if (!stored) throw new Error('the answer was written but cannot be read');
        return stored;
      }),

    completeSession: (sessionId, lesson) =>
      store.write(['progress'], async (tx) => {
        const session = await mustRead(tx, sessionId);
        if (!session.isCompleted) {
          await store.recordEvent(tx, newEvent(sessionId, lesson, 'session_completed'), lesson.exercises.length);
        }
        return toResults(await mustRead(tx, sessionId), lesson);
      }),

    async getResults(lesson) {
      const sessionId = await findSessionId(store.reader, lesson.unitId, lesson.id, true);
      return sessionId === null ? null : toResults(await mustRead(store.reader, sessionId), lesson);
    },

    practise: (lesson, exerciseId, answer) => ({ exerciseId, answer, isCorrect: mark(lesson, exerciseId, answer) }),

    async recallPlace(assetId) {
      const seconds = Number(await store.readNote(`audio_place:${assetId}`));
      return Number.isFinite(seconds) ? seconds : 0;
    },
    rememberPlace: (assetId, seconds) => store.writeNote(`audio_place:${assetId}`, seconds > 0 ? seconds.toFixed(1) : null),

    listProgress: (unitId) => readProgress(store.reader, unitId),
  };
}

async function mustRead(executor: SqlExecutor, sessionId: string): Promise<StoredSession> {
  const session = await readSession(executor, sessionId);
  if (!session) throw new AnswerNotTakenError('unknown_session');
  return session;
}

function mark(lesson: LessonContent, exerciseId: string, answer: Answer): boolean {
  const exercise = lesson.exercises.find(({ id }) => id === exerciseId);
  if (!exercise) throw new AnswerNotTakenError('unknown_exercise');
  return isCorrectAnswer(exercise, answer);
}

function toLessonSession(session: StoredSession, unitVersion: number): LessonSession {
  return { ...session, unitVersion };
}

function toResults(session: StoredSession, lesson: LessonContent): LessonResults {
  const answersByExerciseId = new Map(session.answers.map((answer) => [answer.exerciseId, answer]));
  const wrong = lesson.exercises.filter(({ id }) => answersByExerciseId.get(id)?.isCorrect !== true);
  return {
    session: toLessonSession(session, lesson.unitVersion),
    correctCount: lesson.exercises.length - wrong.length,
    exerciseCount: lesson.exercises.length,
    wrongExerciseIds: wrong.map(({ id }) => id),
  };
}

const EARLIEST_AT = 0;
const LATEST_AT = Date.UTC(9999, 11, 31);

/** RFC 3339, also from a device whose clock is out of its mind (rule SY-6). */
function toWireTime(at: number): string {
  const clamped = Math.min(LATEST_AT, Math.max(EARLIEST_AT, at));
  return new Date(clamped).toISOString();
}
