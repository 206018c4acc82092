import type { User } from '@haversack/contract';
import { type ContentService, createContentService } from './modules/content/public.ts';
import {
  createApiClient,
  createChanges,
  type Database,
  NEWEST_SUPPORTED_UNIT_SCHEMA,
  OLDEST_SUPPORTED_UNIT_SCHEMA,
  type Platform,
  SQLiteDatabaseProvider,
} from './modules/infrastructure/public.ts';
import { createLearningSessionService, type LearningSessionService } from './modules/learning_session/public.ts';
import {
  bringBackUnsentWork,
  countOutbox,
  createOfflineCache,
  MIGRATIONS,
  type OfflineCache,
  type OfflineCacheScreensApi,
  readUnsentWork,
} from './modules/offline_cache/public.ts';
import {
  createSealedParcels,
  createUserService,
  type Identity,
  type PersonalThings,
  type SealKey,
  type UserService,
} from './modules/user/public.ts';

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
      ...persons,
      async enter(user, sealKey) {
        const shut = await persons.enter(user, sealKey);
        changes.notify('person');
        return shut;
      },
      dismiss() {
        persons.dismiss();
        changes.notify('person');
      },
    },
  });
  return {
    user,
    person: () => persons.current(),
    subscribe: (listener) => changes.subscribe(listener),
    close: () => persons.close(),
  };
}

interface OpenPerson extends PersonScope {
  offlineCache: OfflineCache;
  /** Parcels of sealed work that could not be put back. */
  shutParcels: number;
}

/** `<area>` of the file store and name of the database; ids are UUIDs, so both are plain. */
const placeOf = (userId: string): string => `person-${userId.toLowerCase()}`;

interface Persons extends PersonalThings {
  current(): PersonScope | null;
  close(): Promise<void>;
}

function createPersons(platform: Platform, identity: Identity, options: ComposeOptions): Persons {
  const provider = new SQLiteDatabaseProvider(platform.databases, MIGRATIONS);
  const parcels = createSealedParcels(platform);
  let open: OpenPerson | null = null;
  /** Outlives `open` while a sign-out has not become final, so that no screen goes before its time. */
  let shown: PersonScope | null = null;

  let leaving: Promise<number> | null = null;

  /** What was told to close is of no more use, also where closing fails; a second try counts on the disk. */
  function leave(): Promise<number> {
    leaving ??= (open?.offlineCache.close() ?? Promise.resolve(0)).finally(() => {
      open = null;
      leaving = null;
    });
    return leaving;
  }

  async function withDatabase<T>(userId: string, work: (database: Database) => Promise<T>): Promise<T> {
    const database = await provider.open(placeOf(userId));
    try {
      return await work(database);
    } finally {
      await database.close();
    }
  }

  return {
    current: () => shown,
    async enter(user, sealKey) {
      // The same person signs in again because a token had died: everything stays as it is, and sending goes on (rule AU-3).
      if (open?.user.id === user.id) {
        open = { ...open, user };
        shown = open;
        void open.offlineCache.syncNow();
        return open.shutParcels;
      }
      await leave();
      if (shown?.user.id !== user.id) shown = null;
      const database = await provider.open(placeOf(user.id));
      // Before anything is read or sent, so that the old work stands first in the line.
      const shutParcels = await parcels.takeBack(user.id, sealKey, (id, work) => bringBackUnsentWork(database, id, work));
      const entered = { ...(await openPerson({ platform, identity, options }, user, database)), shutParcels };
      shown = open = entered;
      entered.offlineCache.start();
      return shutParcels;
    },
    async sendUnsent() {
      const leaving = open;
      if (!leaving) return 0;
      await leaving.offlineCache.syncNow();
      // Two taps on "Sign out": the other one may have left meanwhile.
      const { outstanding, refused } = leaving.offlineCache.syncStatus();
      return outstanding + refused;
    },
    async leave(userId) {
      if (open?.user.id === userId) return leave();
      // Nothing is open after a sign-out that failed; what is unsent is counted on the disk.
      const { waiting, refused } = await withDatabase(userId, countOutbox);
      return waiting + refused;
    },
    async seal(userId: string, key: SealKey) {
      await parcels.put(userId, key, await withDatabase(userId, readUnsentWork));
    },
    dismiss() {
      shown = null;
    },
    async purge(userId) {
      await provider.remove(placeOf(userId));
      await platform.files.removeArea(placeOf(userId));
    },
    hasSealed: () => parcels.isAny(),
    async close() {
      await leave();
      shown = null;
    },
  };
}

interface PersonDeps {
  platform: Platform;
  identity: Identity;
  options: ComposeOptions;
}

async function openPerson(
  { platform, identity, options }: PersonDeps,
  user: User,
  database: Database,
): Promise<Omit<OpenPerson, 'shutParcels'>> {
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
  const content = createContentService({ store: offlineCache, ids });
  await content.readAhead();
  return {
    user,
    offlineCache,
    content,
    learningSession: createLearningSessionService({ store: offlineCache, clock, ids }),
  };
}
