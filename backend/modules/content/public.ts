import type { Clock, Database, Logger, OpenListener, PersonalData } from '../infrastructure/public.ts';
import type { ObjectService } from '../object_store/public.ts';
import { type AnswerKeys, createAnswerKeys } from './answer-keys.ts';
import { createDocuments } from './documents.ts';
import { createFeed } from './feed.ts';
import { createFeedWatch } from './feed-watch.ts';
import { createHeads } from './heads.ts';
import { createPages } from './pages.ts';
import { createContentData } from './personal-data.ts';
import { createPublisher } from './publish.ts';
import { createContentRepo } from './repo.ts';
import { registerContentRoutes } from './routes.ts';
import { type ContentService, createContentService } from './service.ts';
import { createVersions } from './versions.ts';

export type { AnswerKeys } from './answer-keys.ts';
export type { AnswerKey } from './models.ts';
export { findReferredObjects } from './publish-repo.ts';
export { createPullShortcut } from './pull-shortcut.ts';
export type { ContentService } from './service.ts';
export { registerContentRoutes };

export function createContent(deps: {
  database: Database;
  objects: ObjectService;
  clock: Clock;
  feedId: string;
  tombstoneRetentionDays: number;
  openListener: OpenListener;
  logger: Logger;
}): { service: ContentService; answerKeys: AnswerKeys; personalData: PersonalData; close(): Promise<void> } {
  const repo = createContentRepo(deps.database);
  const heads = createHeads();
  const watch = createFeedWatch({ ...deps, heads });
  const documents = createDocuments(repo, deps.objects);
  const parts = { ...deps, repo, documents, pages: createPages(documents, deps.objects), heads, watch };
  const service = createContentService({
    ...parts,
    feed: createFeed(parts),
    publisher: createPublisher(deps.database, deps.objects),
    versions: createVersions(deps.database, deps.objects),
  });
  return {
    service,
    answerKeys: createAnswerKeys(repo),
    personalData: createContentData(parts),
    close: () => watch.close(),
  };
}
