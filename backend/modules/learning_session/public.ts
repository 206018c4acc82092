import type { AnswerKeys } from '../content/public.ts';
import type { Database, PersonalData } from '../infrastructure/public.ts';
import { createLearningData } from './personal-data.ts';
import { createEventRepo } from './repo.ts';
import { registerLearningSessionRoutes } from './routes.ts';
import { createLearningSessionService, type LearningSessionService } from './service.ts';

export type { LearningSessionService } from './service.ts';
export { registerLearningSessionRoutes };

export function createLearningSessions(deps: { database: Database; answerKeys: AnswerKeys; feedId: string }): {
  service: LearningSessionService;
  personalData: PersonalData;
} {
  const service = createLearningSessionService({ ...deps, repo: createEventRepo(deps.database) });
  return { service, personalData: createLearningData(deps.database, service) };
}
