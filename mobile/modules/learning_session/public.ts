import type { Answer } from '@haversack/contract';
import type { LessonContent } from '../content/public.ts';
import type { GivenAnswer, LessonProgressItem, LessonResults, LessonSession } from './models.ts';

export type { DeliveryState, GivenAnswer, LessonProgressItem, LessonResults, LessonSession } from './models.ts';

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
  /** Merged from this device's events and those pulled back. */
  listProgress(unitId: string | null): Promise<LessonProgressItem[]>;
}
