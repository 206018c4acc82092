import type { IncomingHttpHeaders } from 'node:http';
import { API_BASE_PATH, Closed } from '@haversack/contract';
import type pg from 'pg';
import type { Logger as Pino } from 'pino';
import Type from 'typebox';
import packageJson from './package.json' with { type: 'json' };
import { createContent, createPullShortcut, findReferredObjects, registerContentRoutes } from './modules/content/public.ts';
import {
  type App,
  type Clock,
  type Config,
  createDatabase,
  createDrain,
  createHttp,
  createKeyedWritesData,
  createListenerOpener,
  type Drain,
  type Ids,
  loadInstallation,
  type Metrics,
  type Person,
  type PersonalData,
  registerApiDescription,
  registerApiDocs,
  registerHealth,
  registerNotFound,
  registerWebApp,
  watchRoutes,
} from './modules/infrastructure/public.ts';
import { createLearningSessions, registerLearningSessionRoutes } from './modules/learning_session/public.ts';
import {
  type Collector,
  createCollector,
  createObjectService,
  type ObjectStore,
  registerObjectRoutes,
} from './modules/object_store/public.ts';
import { createUsers, registerAuthentication, registerUserRoutes, tokenOf, type UserService } from './modules/user/public.ts';

export interface AppDeps {
  config: Config;
  /** Connected to a database that is migrated. */
  pool: pg.Pool;
  objectStore: ObjectStore;
  clock: Clock;
  ids: Ids;
  logger: Pino;
  drain?: Drain;
  /** Left out: nothing is measured. */
  metrics?: Metrics | null;
}

export interface ServerApp {
  http: App;
  users: UserService;
  /** Everything that says something of a person, module by module (rule US-4). */
  personalData: readonly PersonalData[];
  collector: Collector;
}

/** The whole server, put together; not listening yet. Closing it leaves the pool open. */
export async function createApp(deps: AppDeps): Promise<ServerApp> {
  const { config, pool, objectStore, clock, ids, logger, drain = createDrain(), metrics = null } = deps;
  const database = createDatabase(pool);
  const { feedId, signingKey, accountsSecret } = await loadInstallation(database);
  const objects = createObjectService({ store: objectStore, database, signingKey, clock });
  const {
    service: content,
    answerKeys,
    personalData: contentData,
    close: closeContent,
  } = createContent({
    database,
    openListener: createListenerOpener(pool),
    logger,
    objects,
    clock,
    feedId,
    tombstoneRetentionDays: config.tombstoneRetentionDays,
  });
  const { service: learningSessions, personalData: learningData } = createLearningSessions({ database, answerKeys, feedId });
  const { service: users, personalData } = createUsers({
    pool,
    database,
    secret: accountsSecret,
    ids,
    clock,
    logger,
    signUpsPerHourPerAddress: config.signUpsPerHourPerAddress,
    onSignUp: content.registerLearner,
    personalData: [createKeyedWritesData(database), contentData, learningData],
  });

  const objectsOrigin = objectStore.direct?.origin ?? null;
  const shortcut = createPullShortcut({ feed: content, feedId, ...readerOf(users) });
  const http = await createHttp({ config, clock, ids, logger, feedId, drain, metrics, objectsOrigin, shortcut });
  http.addHook('onClose', closeContent);
  await registerApiDescription(http, packageJson.version);
  const routes = watchRoutes(http);
  refuseUnknownQueries(http);
  await http.register(
    async (api: App) => {
      registerAuthentication(api, users);
      registerHealth(api, { database, checkObjectStore: () => objectStore.check(), version: packageJson.version, drain });
      registerUserRoutes(api, users);
      registerContentRoutes(api, content);
      registerLearningSessionRoutes(api, learningSessions);
      await api.register(async (scope: App) => registerObjectRoutes(scope, objects, objectStore));
    },
    { prefix: API_BASE_PATH },
  );
  await registerApiDocs(http);
  registerNotFound(http, routes, await registerWebApp(http, config.webDir));
  await http.ready();
  const { objectGraceMs: graceMs } = config;
  const collector = createCollector({ store: objectStore, database, findReferred: findReferredObjects, clock, graceMs });
  return { http, users, personalData, collector };
}

/** Who asks by a request that no framework has read. */
const readerOf = (users: UserService) => ({
  recognise(headers: IncomingHttpHeaders): Person | null {
    const token = tokenOf(headers);
    return token === null ? null : users.recognise(token);
  },
  async authenticate(headers: IncomingHttpHeaders): Promise<Person | null> {
    const token = tokenOf(headers);
    return token === null ? null : users.authenticate(token);
  },
});

/** A route that names no query takes none: a misspelt parameter is told, not passed over. */
function refuseUnknownQueries(http: App): void {
  const none = Type.Object({}, Closed);
  http.addHook('onRoute', (route) => {
    if (route.url.startsWith(`${API_BASE_PATH}/`)) route.schema = { querystring: none, ...route.schema };
  });
}
