import type { Platform } from '../../../../mobile/modules/infrastructure/models.ts';
import { createPlatform } from '../../../../mobile/modules/infrastructure/platform/index.web.ts';
import { createApiClient, SQLiteDatabaseProvider } from '../../../../mobile/modules/infrastructure/public.ts';
import { createOfflineCache, MIGRATIONS, type OfflineCache } from '../../../../mobile/modules/offline_cache/public.ts';
import type { ListRow } from '../../contestant.ts';
import { expose } from '../page.ts';

const PERSON = '00000000-0000-4000-8000-0000000000aa';
let platform: Platform | null = null;

/** The client as it ships: the first sync of a phone, which brings every unit as a line. */
expose({
  mirrorsHeadsAlone: true,
  async start() {
    platform = await createPlatform();
  },
  async open() {
    if (!platform) throw new Error('not started');
    const database = await new SQLiteDatabaseProvider(platform.databases, MIGRATIONS).open(`person-${PERSON}`);
    const { http } = platform;
    const cache = await createOfflineCache({
      // The bench says when something is sent; by itself nothing is.
      platform: { ...platform, clock: { ...platform.clock, schedule: () => () => undefined } },
      database,
      area: `person-${PERSON}`,
      personId: PERSON,
      schemas: { oldest: 1, newest: 1 },
      createApi: (onOutcome) => createApiClient({ http, identity: () => ({ token: 'token', personId: PERSON }), onOutcome }),
    });
    const count = async (table: string): Promise<number> =>
      (await database.get<{ count: number }>(`SELECT count(*) AS count FROM ${table}`))?.count ?? 0;
    return {
      async sync() {
        await cache.syncNow();
        const { lastError } = cache.syncStatus();
        if (lastError !== null) throw new Error(`the sync ended with ${lastError}`);
      },
      listFirst: async (limit) => (await cache.listUnits({ scope: 'all', first: limit })).map(toRow),
      listAll: async () => (await cache.listUnits({ scope: 'all' })).map(toRow),
      readUnit: () => Promise.reject(new Error('lessons are not here')),
      enqueue: ({ device_id: _device, device_seq: _seq, ...event }) =>
        cache.write(['progress'], async (tx) => void (await cache.recordEvent(tx, event, 10))),
      counts: async () => ({ units: await count('units'), lessons: 0, assets: 0, waitingEvents: await count('outbox') }),
      close: async () => void (await cache.close()),
    };
  },
});

const toRow = (unit: Awaited<ReturnType<OfflineCache['listUnits']>>[number]): ListRow => ({
  id: unit.id,
  title: unit.title,
  description: unit.description,
  learner_level: unit.learnerLevel,
  version: unit.version,
  position: Number.parseInt(unit.title, 10),
});
