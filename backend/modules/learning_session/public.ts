import type { AnswerKeys } from '../content/public.ts';
import type { Database, PersonalData } from '../infrastructure/public.ts';
import { createLearningData } from './personal-data.ts';
import { createProgressRepo } from './progress-repo.ts';
import { createProgressBook } from './progress.ts';
import { createRebuild, type ProgressRebuild } from './rebuild.ts';
import { createEventRepo } from './repo.ts';
import { registerLearningSessionRoutes } from './routes.ts';
import { createLearningSessionService, type LearningSessionService } from './service.ts';

export type { LearningSessionService } from './service.ts';
export type { ProgressRebuild } from './rebuild.ts';
export { registerLearningSessionRoutes };

export function createLearningSessions(deps: { database: Database; answerKeys: AnswerKeys; feedId: string }): {
  service: LearningSessionService;
  personalData: PersonalData;
} {
  const repo = createEventRepo(deps.database);
  const progress = createProgressBook({ ...deps, events: repo, repo: createProgressRepo(deps.database) });
  const service = createLearningSessionService({ ...deps, repo, progress });
  return { service, personalData: createLearningData(deps.database, service) };
}

/** For the operator's command: everybody's progress, made from their events anew. */
export function createProgressRebuild(database: Database): ProgressRebuild {
  return createRebuild({ database, events: createEventRepo(database), repo: createProgressRepo(database) });
}
