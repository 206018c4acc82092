import type { AnswerKeys } from '../content/public.ts';
import type { Database } from '../infrastructure/public.ts';
import { createProgressRepo } from './progress-repo.ts';
import { createEventRepo } from './repo.ts';
import { registerLearningSessionRoutes } from './routes.ts';
import { createLearningSessionService, type LearningSessionService } from './service.ts';

export type { LearningSessionService } from './service.ts';
export { registerLearningSessionRoutes };

export function createLearningSessions(deps: {
  database: Database;
  answerKeys: AnswerKeys;
  feedId: string;
}): LearningSessionService {
  return createLearningSessionService({
    ...deps,
    repo: createEventRepo(deps.database),
    progress: createProgressRepo(deps.database),
  });
}
