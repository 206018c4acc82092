export type {
  DeliveryState,
  GivenAnswer,
  LearningSessionService,
  LessonProgressItem,
  LessonResults,
  LessonSession,
  MarkedAnswer,
} from './models.ts';
export { AnswerNotTakenError, createLearningSessionService, type LearningSessionDeps } from './service.ts';
