import type { Clock, Database, PersonalData } from '../infrastructure/public.ts';
import type { ObjectService } from '../object_store/public.ts';
import { type AnswerKeys, createAnswerKeys } from './answer-keys.ts';
import { createDocuments } from './documents.ts';
import { createFeed } from './feed.ts';
import { createHeads } from './heads.ts';
import { createContentData } from './personal-data.ts';
import { createPublisher } from './publish.ts';
import { createContentRepo } from './repo.ts';
import { registerContentRoutes } from './routes.ts';
import { type ContentService, createContentService } from './service.ts';
import { createVersions } from './versions.ts';

export type { AnswerKeys } from './answer-keys.ts';
export type { AnswerKey } from './models.ts';
export { findReferredObjects } from './publish-repo.ts';
export type { ContentService } from './service.ts';
export { registerContentRoutes };

export function createContent(deps: {
  database: Database;
  objects: ObjectService;
  clock: Clock;
  feedId: string;
  tombstoneRetentionDays: number;
}): { service: ContentService; answerKeys: AnswerKeys; personalData: PersonalData } {
  const repo = createContentRepo(deps.database);
  const parts = { ...deps, repo, documents: createDocuments(repo, deps.objects), heads: createHeads() };
  const service = createContentService({
    ...parts,
    feed: createFeed(parts),
    publisher: createPublisher(deps.database, deps.objects),
    versions: createVersions(deps.database, deps.objects),
  });
  return { service, answerKeys: createAnswerKeys(repo), personalData: createContentData(parts) };
}
