import { isCorrectAnswer, type Exercise } from '@haversack/contract';
import type { LessonContent } from '../modules/content/public.ts';
import type {
  DeliveryState,
  GivenAnswer,
  LearningSessionService,
  LessonResults,
  LessonSession,
} from '../modules/learning_session/public.ts';

/**
 * The learning session service over plain arrays, for tests of screens: the rules of the real one (one answer an exercise, one open
 * session a lesson) without its database. `fault` makes the next writes fail; `onChange` is told of each commit.
 */
export function createInMemoryLearning(onChange: () => void = () => undefined) {
  const sessions: LessonSession[] = [];
  const world = {
    sessions,
    fault: null as Error | null,
    /** What every write waits for, so that a test can look at the screen before it has resolved. */
    gate: Promise.resolve(),
    openings: 0,
    /** Where one stopped in a recording. */
    places: new Map<string, number>(),
    deliver(delivery: DeliveryState): void {
      for (const session of sessions) {
        session.delivery = delivery;
        session.answers = session.answers.map((answer) => ({ ...answer, delivery }));
      }
      onChange();
    },
  };
  const write = async <T>(work: () => T): Promise<T> => {
    await world.gate;
    if (world.fault !== null) throw world.fault;
    const written = work();
    onChange();
    return structuredClone(written);
  };
  const find = (sessionId: string): LessonSession => {
    const session = sessions.find((known) => known.sessionId === sessionId);
    if (session === undefined) throw new Error(`no session ${sessionId}`);
    return session;
  };
  const service: LearningSessionService = {
    openSession: (lesson) =>
      write(() => {
        const open = sessions.find((session) => session.lessonId === lesson.id && !session.isCompleted);
        if (open !== undefined) return open;
        world.openings += 1;
        const session = newSession(lesson, sessions.length);
        sessions.push(session);
        return session;
      }),
    getSession: async (sessionId) => structuredClone(sessions.find((session) => session.sessionId === sessionId) ?? null),
    recordAnswer: (sessionId, lesson, exerciseId, answer) =>
      write(() => {
        const session = find(sessionId);
        if (session.answers.some((given) => given.exerciseId === exerciseId)) throw new Error('already answered');
        const exercise = exerciseOf(lesson, exerciseId);
        const given: GivenAnswer = {
          exerciseId,
          answer,
          isCorrect: isCorrectAnswer(exercise, answer),
          delivery: 'saved_on_device',
          isMarkedOtherwise: false,
        };
        session.answers.push(given);
        session.delivery = 'saved_on_device';
        return given;
      }),
    completeSession: (sessionId, lesson) =>
      write(() => {
        const session = find(sessionId);
        session.isCompleted = true;
        return resultsOf(session, lesson);
      }),
    getResults: async (lesson) => {
      const done = sessions.findLast((session) => session.lessonId === lesson.id && session.isCompleted);
      return done === undefined ? null : structuredClone(resultsOf(done, lesson));
    },
    practise: (lesson, exerciseId, answer) => ({
      exerciseId,
      answer,
      isCorrect: isCorrectAnswer(exerciseOf(lesson, exerciseId), answer),
    }),
    recallPlace: async (assetId) => world.places.get(assetId) ?? 0,
    rememberPlace: async (assetId, seconds) => void world.places.set(assetId, seconds),
    listProgress: async () => [],
  };
  return { service, world };
}

function newSession(lesson: LessonContent, count: number): LessonSession {
  return {
    sessionId: `session-${count + 1}`,
    unitId: lesson.unitId,
    unitVersion: lesson.unitVersion,
    lessonId: lesson.id,
    answers: [],
    isCompleted: false,
    delivery: 'saved_on_device',
  };
}

function exerciseOf(lesson: LessonContent, exerciseId: string): Exercise {
  const exercise = lesson.exercises.find((known) => known.id === exerciseId);
  if (exercise === undefined) throw new Error(`no exercise ${exerciseId}`);
  return exercise;
}

function resultsOf(session: LessonSession, lesson: LessonContent): LessonResults {
  const right = new Set(session.answers.filter((answer) => answer.isCorrect).map((answer) => answer.exerciseId));
  return {
    session,
    correctCount: right.size,
    exerciseCount: lesson.exercises.length,
    wrongExerciseIds: lesson.exercises.filter((exercise) => !right.has(exercise.id)).map((exercise) => exercise.id),
  };
}
