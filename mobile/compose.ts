import type { User } from '@haversack/contract';
import { type ContentService, createContentService } from './modules/content/public.ts';
import {
  createApiClient,
  createChanges,
  NEWEST_SUPPORTED_UNIT_SCHEMA,
  OLDEST_SUPPORTED_UNIT_SCHEMA,
  type Platform,
  SQLiteDatabaseProvider,
} from './modules/infrastructure/public.ts';
import { createLearningSessionService, type LearningSessionService } from './modules/learning_session/public.ts';
import {
  createOfflineCache,
  MIGRATIONS,
  type OfflineCache,
  type OfflineCacheScreensApi,
} from './modules/offline_cache/public.ts';
import { createUserService, type Identity, type UserService } from './modules/user/public.ts';

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

/** Oldest and newest `schema_version` that this app plays; other numbers are for tests of an app that was updated. */
export interface ComposeOptions {
  schemas?: { oldest: number; newest: number };
}

/**
 * The composition root: the whole client minus its skin, over the ports it is given. Runs on a phone, in a browser and in plain Node.
 * Errors: `DatabaseTooNewError` when the signed-in person's database was written by a newer app.
 */
export async function composeApp(platform: Platform, options: ComposeOptions = {}): Promise<HaversackApp> {
  const identity: Identity = { token: null, personId: null };
  const changes = createChanges<'person'>();
  const persons = createPersons(platform, identity, options);
  const user = await createUserService({
    platform,
    identity,
    api: createApiClient({ http: platform.http, identity: () => ({ token: identity.token, personId: null }) }),
    things: {
      async enter(entering) {
        await persons.enter(entering);
        changes.notify('person');
      },
      sendUnsent: () => persons.sendUnsent(),
      async leave() {
        const unsent = await persons.leave();
        changes.notify('person');
        return unsent;
      },
      purge: (userId) => persons.purge(userId),
    },
  });
  return {
    user,
    person: () => persons.current(),
    subscribe: (listener) => changes.subscribe(listener),
    close: async () => void (await persons.leave()),
  };
}

interface OpenPerson extends PersonScope {
  offlineCache: OfflineCache;
}

/** `<area>` of the file store and name of the database; ids are UUIDs, so both are plain. */
const placeOf = (userId: string): string => `person-${userId.toLowerCase()}`;

function createPersons(platform: Platform, identity: Identity, options: ComposeOptions) {
  const provider = new SQLiteDatabaseProvider(platform.databases, MIGRATIONS);
  let open: OpenPerson | null = null;

  async function leave(): Promise<number> {
    const leaving = open;
    open = null;
    return (await leaving?.offlineCache.close()) ?? 0;
  }

  async function openPerson(user: User): Promise<OpenPerson> {
    const database = await provider.open(placeOf(user.id));
    const offlineCache = await createOfflineCache({
      platform,
      database,
      area: placeOf(user.id),
      personId: user.id,
      schemas: options.schemas ?? { oldest: OLDEST_SUPPORTED_UNIT_SCHEMA, newest: NEWEST_SUPPORTED_UNIT_SCHEMA },
      createApi: (onOutcome) =>
        createApiClient({
          http: platform.http,
          // The token is this person's or none: what another has signed in with never carries this queue (rule OC-5).
          identity: () => ({ token: identity.personId === user.id ? identity.token : null, personId: user.id }),
          onOutcome,
        }),
    }).catch(async (error: unknown) => {
      // Left open, it could not be opened by the next try.
      await database.close();
      throw error;
    });
    const { clock, ids } = platform;
    return {
      user,
      offlineCache,
      content: createContentService({ store: offlineCache, ids }),
      learningSession: createLearningSessionService({ store: offlineCache, clock, ids }),
    };
  }

  return {
    current: () => open,
    leave,
    async enter(user: User): Promise<void> {
      // The same person signs in again because a token had died: everything stays as it is, and sending goes on (rule AU-3).
      if (open?.user.id === user.id) {
        open = { ...open, user };
        void open.offlineCache.syncNow();
        return;
      }
      await leave();
      open = await openPerson(user);
      open.offlineCache.start();
    },
    async sendUnsent(): Promise<number> {
      const leaving = open;
      if (!leaving) return 0;
      await leaving.offlineCache.syncNow();
      // Two taps on "Sign out": the other one may have left meanwhile.
      const { outstanding, refused } = leaving.offlineCache.syncStatus();
      return outstanding + refused;
    },
    async purge(userId: string): Promise<void> {
      await provider.remove(placeOf(userId));
      await platform.files.removeArea(placeOf(userId));
    },
  };
}
