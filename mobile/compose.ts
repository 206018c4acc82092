import type { User } from '@haversack/contract';
import type { ContentService } from './modules/content/public.ts';
import type { Platform } from './modules/infrastructure/models.ts';
import type { LearningSessionService } from './modules/learning_session/public.ts';
import type { OfflineCacheScreensApi } from './modules/offline_cache/public.ts';
import type { UserService } from './modules/user/public.ts';

/** What one signed-in person has on this device: their own database and services over it (rule OC-5). */
export interface PersonScope {
  user: User;
  offlineCache: OfflineCacheScreensApi;
  content: ContentService;
  learningSession: LearningSessionService;
}

export interface HaversackApp {
  user: UserService;
  /** Null while nobody is signed in. */
  person(): PersonScope | null;
  /** Calls back when `person()` has changed; the result unsubscribes. */
  subscribe(listener: () => void): () => void;
  close(): Promise<void>;
}

/** The composition root: the whole client minus its skin, over the ports it is given. Runs on a phone, in a browser and in plain Node. */
export async function composeApp(_platform: Platform): Promise<HaversackApp> {
  throw new Error('composeApp is being built');
}
