import type { Answer, LessonStatus } from '@haversack/contract';

/** How far one answer has come: written here → handed over → confirmed with its echoed key (rule OB-2). */
export type DeliveryState = 'saved_on_device' | 'sent' | 'confirmed' | 'refused';

export interface GivenAnswer {
  exerciseId: string;
  answer: Answer;
  isCorrect: boolean;
  delivery: DeliveryState;
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
