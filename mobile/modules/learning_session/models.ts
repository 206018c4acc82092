import type { Answer, LessonStatus } from '@haversack/contract';
import type { LessonContent } from '../content/public.ts';

/** How far one answer has come: written here → handed over → confirmed with its echoed key (rule OB-2). */
export type DeliveryState = 'saved_on_device' | 'sent' | 'confirmed' | 'refused';

/** An answer and how it was marked; of a practice it is never more than this. */
export interface MarkedAnswer {
  exerciseId: string;
  answer: Answer;
  isCorrect: boolean;
}

export interface GivenAnswer extends MarkedAnswer {
  delivery: DeliveryState;
  /** The server, whose mark counts, marked it otherwise than this device had (another version of the app, or of the unit). */
  isMarkedOtherwise: boolean;
}

/** One walk through a lesson, rebuilt from `session_events` whenever it is opened, so that it resumes where one stopped. */
export interface LessonSession {
  sessionId: string;
  unitId: string;
  unitVersion: number;
  lessonId: string;
  /** In the order given; at most one for each exercise. */
  answers: GivenAnswer[];
  isCompleted: boolean;
  /** The least far of all its events. */
  delivery: DeliveryState;
}

export interface LessonProgressItem {
  /** So that a list of units can say how many lessons of each are done. */
  unitId: string;
  lessonId: string;
  status: LessonStatus;
  /** 0 to 1, of the best completed session. */
  bestScore: number | null;
  attempts: number;
  lastActivityAt: number | null;
}

export interface LessonResults {
  session: LessonSession;
  correctCount: number;
  exerciseCount: number;
  wrongExerciseIds: string[];
}

export interface LearningSessionService {
  /** The session of this lesson that is not completed, or a new one (its `session_started` event is written). */
  openSession(lesson: LessonContent): Promise<LessonSession>;
  /** As it stands now, read without writing anything; null when this device has no such session. */
  getSession(sessionId: string): Promise<LessonSession | null>;
  /** Event and outbox row in one transaction, then the answer as stored (rule OB-1). A second answer to the same exercise is refused. */
  recordAnswer(
    sessionId: string,
    lesson: LessonContent,
    exerciseId: string,
    answer: Answer,
    timeSpentMs: number,
  ): Promise<GivenAnswer>;
  /** Idempotent. */
  completeSession(sessionId: string, lesson: LessonContent): Promise<LessonResults>;
  /** Of the newest completed session of the lesson, or null. */
  getResults(lesson: LessonContent): Promise<LessonResults | null>;
  /** Marks as `recordAnswer` does, and writes nothing: for practice, which no score knows of. */
  practise(lesson: LessonContent, exerciseId: string, answer: Answer): MarkedAnswer;
  /** Where one stopped in a recording on this device, in seconds; 0 at its beginning. */
  recallPlace(assetId: string): Promise<number>;
  rememberPlace(assetId: string, seconds: number): Promise<void>;
  /** Merged from this device's events and those pulled back. */
  listProgress(unitId: string | null): Promise<LessonProgressItem[]>;
}
