import { createRxDatabase, type RxCollection, type RxDocument, type RxJsonSchema, type RxStorage } from 'rxdb';
import { replicateRxCollection } from 'rxdb/plugins/replication';
import type { BenchAsset, BenchEvent, BenchLesson, ListRow, OpenOptions, Store } from '../contestant.ts';
import { getJson, postEvents, toListRow } from './client.ts';

const PAGE_UNITS = 100;

const id = { type: 'string', maxLength: 36 } as const;
const text = { type: 'string' } as const;
const integer = { type: 'integer', minimum: 0, maximum: 1_000_000, multipleOf: 1 } as const;

const SCHEMAS = {
  units: {
    version: 0,
    primaryKey: 'id',
    type: 'object',
    properties: {
      id,
      position: integer,
      title: text,
      description: text,
      learner_level: text,
      schema_version: integer,
      version: integer,
      updated_at: text,
    },
    required: ['position'],
    indexes: ['position'],
  },
  lessons: {
    version: 0,
    primaryKey: 'id',
    type: 'object',
    properties: { id, unit_id: id, title: text, position: integer, updated_at: text, payload: { type: 'object' } },
    required: ['unit_id'],
    indexes: ['unit_id'],
  },
  assets: {
    version: 0,
    primaryKey: 'id',
    type: 'object',
    properties: { id, unit_id: id, type: text, content_type: text, size_bytes: { type: 'integer' }, checksum: text, url: text },
    required: ['unit_id'],
    indexes: ['unit_id'],
  },
  events: { version: 0, primaryKey: 'event_id', type: 'object', properties: { event_id: id, event: { type: 'object' } } },
} satisfies Record<string, RxJsonSchema>;

interface EventDocument {
  event_id: string;
  event: BenchEvent;
}
interface Collections {
  units: RxCollection<ListRow>;
  lessons: RxCollection<BenchLesson>;
  assets: RxCollection<BenchAsset>;
  events: RxCollection<EventDocument>;
}

/** The same in memory (Node) and over IndexedDB (browser). */
export async function openRxdb(
  storage: RxStorage,
  { serverUrl, eventsUrl }: Pick<OpenOptions, 'serverUrl' | 'eventsUrl'>,
): Promise<Store> {
  const database = await createRxDatabase<Collections>({ name: 'store', storage, multiInstance: false });
  const { units, lessons, assets, events } = await database.addCollections({
    units: { schema: SCHEMAS.units },
    lessons: { schema: SCHEMAS.lessons },
    assets: { schema: SCHEMAS.assets },
    events: { schema: SCHEMAS.events },
  });
  const plain = <T>(documents: readonly RxDocument<T>[]): T[] => documents.map((document) => document.toJSON());

  const replicate = <T>(collection: RxCollection<T>, perUnit: number): Replication =>
    startPull(collection, `${serverUrl}/${collection.name}`, PAGE_UNITS * perUnit);
  let replications: Replication[] | null = null;
  const sent = new Set<string>();

  return {
    async sync() {
      // The first time replicates by starting; later ones are asked to look again, as on coming back online.
      if (replications) for (const replication of replications) replication.reSync();
      replications ??= [replicate(units, 1), replicate(lessons, 5), replicate(assets, 3)];
      await Promise.all(replications.map((replication) => replication.awaitInSync()));
    },
    listFirst: async (limit) => plain(await units.find({ sort: [{ position: 'asc' }], limit }).exec()).map(toListRow),
    listAll: async () => plain(await units.find({ sort: [{ position: 'asc' }] }).exec()).map(toListRow),
    async readUnit(unitId) {
      const selector = { unit_id: unitId };
      const head = await units.findOne(unitId).exec();
      return {
        head: toListRow(head!.toJSON()),
        lessons: plain(await lessons.find({ selector }).exec()).sort((one, other) => one.position - other.position),
        assets: plain(await assets.find({ selector }).exec()),
      };
    },
    async enqueue(event) {
      await events.insert({ event_id: event.event_id, event });
    },
    async drain(batchSize) {
      const replication = replicateRxCollection<EventDocument, unknown>({
        collection: events,
        replicationIdentifier: `push ${eventsUrl}`,
        live: false,
        push: {
          batchSize,
          async handler(rows) {
            const pushed = rows.map(({ newDocumentState }) => newDocumentState.event);
            await postEvents(eventsUrl, pushed);
            for (const { event_id } of pushed) sent.add(event_id);
            return [];
          },
        },
      });
      await replication.awaitInitialReplication();
    },
    async counts() {
      const waiting = plain(await events.find().exec()).filter(({ event_id }) => !sent.has(event_id));
      return {
        units: await units.count().exec(),
        lessons: await lessons.count().exec(),
        assets: await assets.count().exec(),
        waitingEvents: waiting.length,
      };
    },
    async close() {
      await database.close();
    },
  };
}

type Replication = ReturnType<typeof startPull>;

function startPull<T>(collection: RxCollection<T>, url: string, batchSize: number) {
  return replicateRxCollection<T, { seq: number }>({
    collection,
    replicationIdentifier: `pull ${url}`,
    pull: {
      batchSize,
      handler: (checkpoint) =>
        getJson<{ documents: (T & { _deleted: boolean })[]; checkpoint: { seq: number } }>(
          `${url}?after=${checkpoint?.seq ?? 0}`,
        ),
    },
  });
}
