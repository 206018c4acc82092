export type {
  DeliveryState,
  GivenAnswer,
  LearningSessionService,
  LessonProgressItem,
  LessonResults,
  LessonSession,
} from './models.ts';
export { AnswerNotTakenError, createLearningSessionService, type LearningSessionDeps } from './service.ts';
