import { randomFillSync } from 'node:crypto';
import { createClock } from '../../../mobile/modules/infrastructure/platform/clock.ts';
import { createHttp } from '../../../mobile/modules/infrastructure/platform/http.ts';
import { createIds } from '../../../mobile/modules/infrastructure/platform/ids.ts';
import type { Clock, Platform } from '../../../mobile/modules/infrastructure/models.ts';
import { createApiClient, type Database, SQLiteDatabaseProvider } from '../../../mobile/modules/infrastructure/public.ts';
import { createOfflineCache, MIGRATIONS, type OfflineCache } from '../../../mobile/modules/offline_cache/public.ts';
import { createTestDevice } from '../../../mobile/test/test-platform.ts';
import type { BenchEvent, Contestant, ListRow, OpenOptions, Store } from '../contestant.ts';

/** To servers that ask nobody who they are. */
const NOBODY = { id: '00000000-0000-4000-8000-0000000000aa', token: 'token' };
/** Units on their way at once where all are stored whole. */
const UNITS_AT_ONCE = 6;

/** The client as it ships, on its adapters for Node: the offline cache of one person, without the screens. */
export function makeHaversack(name: string, { storesUnitsWhole }: { storesUnitsWhole: boolean }): Contestant {
  return {
    name,
    version: `node:sqlite ${process.versions['sqlite'] ?? ''}`,
    durability: 'SQLite WAL, synchronous=FULL',
    notes: storesUnitsWhole ? 'every unit whole, as if each were opened once' : 'every unit as a line with its lessons’ titles',
    mirrorsHeadsAlone: !storesUnitsWhole,
    open: (options) => openHaversack(options, storesUnitsWhole),
  };
}

async function openHaversack({ folder, serverUrl }: OpenOptions, storesUnitsWhole: boolean): Promise<Store> {
  // The bench says when something is sent; by itself nothing is.
  const clock = { ...createClock(), schedule: () => () => undefined };
  return storeOver({ ...(await openCache({ folder, serverUrl, clock })), storesUnitsWhole });
}

export interface CacheOptions {
  folder: string;
  serverUrl: string;
  clock: Clock;
  person?: { id: string; token: string };
}

/** Real SQLite with the phone's settings, real files, a real clock and real chance. */
export async function openCache(options: CacheOptions) {
  const { folder, serverUrl, clock, person = NOBODY } = options;
  const http = createHttp({ fetch: (url, init) => fetch(url, init), baseUrl: serverUrl });
  const device = createTestDevice({ http, folder, kind: 'node' });
  const platform: Platform = {
    ...device.platform,
    clock,
    ids: createIds((bytes) => void randomFillSync(bytes)),
  };
  const database = await new SQLiteDatabaseProvider(platform.databases, MIGRATIONS).open(`person-${person.id}`);
  const cache = await createOfflineCache({
    platform,
    database,
    area: `person-${person.id}`,
    personId: person.id,
    schemas: { oldest: 1, newest: 1 },
    createApi: (onOutcome) =>
      createApiClient({ http, identity: () => ({ token: person.token, personId: person.id }), onOutcome }),
  });
  return { cache, database, foreground: device.foreground };
}

interface Opened {
  cache: OfflineCache;
  database: Database;
  foreground: () => void;
  storesUnitsWhole: boolean;
}

export function storeOver({ cache, database, foreground, storesUnitsWhole }: Opened): Store {
  return {
    async sync(onFirstTitles) {
      const unsubscribe = cache.subscribe((topics) => {
        if (topics.includes('units')) onFirstTitles?.();
      });
      await (cache.syncStatus().lastSuccessAt === null ? syncNow(cache) : comeBack(cache, foreground));
      unsubscribe();
      if (storesUnitsWhole) await fetchUnits(cache, database);
    },
    listFirst: async (limit) => (await cache.listUnits({ scope: 'all', first: limit })).map(toRow),
    listAll: async () => (await cache.listUnits({ scope: 'all' })).map(toRow),
    async readUnit(id) {
      const unit = await cache.readUnit(id);
      if (unit === null) throw new Error(`unit ${id} is not here`);
      const lessons = await Promise.all(unit.lessons.map((head) => cache.readLesson(id, head.id)));
      const assets = await database.all<{ id: string }>('SELECT id FROM assets WHERE unit_id = ? AND unit_version = ?', [
        id,
        unit.version,
      ]);
      const read = lessons.map((lesson) => ({ id: lesson?.id ?? '', payload: lesson?.payload }));
      return { head: toRow(unit), lessons: read, assets };
    },
    enqueue: (event) => cache.write(['progress'], async (tx) => void (await cache.recordEvent(tx, toNewEvent(event), 10))),
    async drain(batchSize) {
      // What a phone does whose link was too slow for more (rule OB-9).
      await database.run(`INSERT OR REPLACE INTO metadata (key, value) VALUES ('push:batch_limit', ?)`, [batchSize]);
      await syncNow(cache);
    },
    async counts() {
      const count = async (from: string): Promise<number> =>
        (await database.get<{ n: number }>(`SELECT COUNT(*) AS n FROM ${from}`))?.n ?? 0;
      return {
        units: await count('units'),
        lessons: await count('lessons'),
        assets: await count('assets'),
        waitingEvents: await count('outbox'),
      };
    },
    close: async () => void (await cache.close()),
  };
}

async function syncNow(cache: OfflineCache): Promise<void> {
  await cache.syncNow();
  const { lastError } = cache.syncStatus();
  if (lastError !== null) throw new Error(`the sync ended with ${lastError}`);
}

/** The everyday sync: the app comes to the foreground, and what this sets off ends. */
async function comeBack(cache: OfflineCache, foreground: () => void): Promise<void> {
  const ended = new Promise<void>((resolve) => {
    let hasBegun = false;
    const unsubscribe = cache.subscribe(() => {
      const { isRunning } = cache.syncStatus();
      if (hasBegun && !isRunning) {
        unsubscribe();
        resolve();
      }
      hasBegun ||= isRunning;
    });
  });
  foreground();
  await ended;
  const { lastError } = cache.syncStatus();
  if (lastError !== null) throw new Error(`the sync ended with ${lastError}`);
}

async function fetchUnits(cache: OfflineCache, database: Database): Promise<void> {
  const waiting = await database.all<{ id: string }>('SELECT id FROM units WHERE stored_version IS NOT version');
  const fetchNext = async (): Promise<void> => {
    for (let unit = waiting.pop(); unit; unit = waiting.pop()) {
      const { kind } = await cache.fetchUnit(unit.id);
      if (kind !== 'stored') throw new Error(`a unit came to ${kind}`);
    }
  };
  await Promise.all(Array.from({ length: UNITS_AT_ONCE }, fetchNext));
}

const toRow = (unit: Awaited<ReturnType<OfflineCache['listUnits']>>[number]): ListRow => ({
  id: unit.id,
  title: unit.title,
  description: unit.description,
  learner_level: unit.learnerLevel,
  version: unit.version,
  // Titles begin with it, and lists are by title.
  position: Number.parseInt(unit.title, 10),
});

/** Device and number are the cache's own to give. */
function toNewEvent({ device_id: _device, device_seq: _seq, ...event }: BenchEvent) {
  return event;
}
