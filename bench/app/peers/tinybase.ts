import './production.ts';
import Database from 'better-sqlite3';
import path from 'node:path';
import { createIndexes, createStore, type Row, type Store as TinyStore } from 'tinybase';
import { createBetterSqlite3Persister } from 'tinybase/persisters/persister-better-sqlite3';
import type { BenchEvent, Contestant, ListRow, OpenOptions, Store } from '../contestant.ts';
import { getJson, postEvents, toListRow } from './client.ts';
import { installedVersion } from './installed.ts';

const contestant: Contestant = {
  name: 'tinybase',
  version: installedVersion('tinybase'),
  durability: 'SQLite WAL, synchronous=NORMAL',
  notes:
    'all in memory, saved as one JSON text by its better-sqlite3 persister, its default; a table for each of its tables saves nothing from ' +
    '2,000 units on (too many SQL variables); it has no protocol over HTTP, so pages are fetched and put by `setRow`',
  leftOut: { 'W1/20000': 'its one JSON text would be longer than a string of V8 may be (512 MiB)' },
  open,
};
export default contestant;

interface Page {
  units: (Row & { id: string })[];
  lessons: (Row & { id: string })[];
  assets: (Row & { id: string })[];
  seq: number;
  hasMore: boolean;
}
const TABLES = ['units', 'lessons', 'assets'] as const;

async function open({ folder, serverUrl, eventsUrl }: OpenOptions): Promise<Store> {
  const database = new Database(path.join(folder, 'store.db'));
  database.pragma('journal_mode = WAL');
  const content = await openContent(database, serverUrl);
  const outbox = await openOutbox(database, eventsUrl);
  return {
    ...content,
    ...outbox,
    counts: async () => ({ ...content.counts(), waitingEvents: outbox.waitingEvents() }),
    async close() {
      await content.close();
      await outbox.close();
      database.close();
    },
  };
}

async function openContent(database: Database, serverUrl: string) {
  const store = createStore();
  const file = await openFile(store, database, 'content');
  const indexes = createIndexes(store);
  indexes.setIndexDefinition('lessons_by_unit', 'lessons', 'unit_id', 'position');
  indexes.setIndexDefinition('assets_by_unit', 'assets', 'unit_id');
  const readHead = (id: string): ListRow => toListRow({ id, ...store.getRow('units', id) } as ListRow);
  const list = (limit?: number): ListRow[] => store.getSortedRowIds('units', 'position', false, 0, limit).map(readHead);

  return {
    async sync(): Promise<void> {
      let hasChanged = false;
      for (let hasMore = true; hasMore; ) {
        const seq = Number(store.getValue('seq') ?? 0);
        const page = await getJson<Page>(`${serverUrl}/pull?after=${seq}`);
        ({ hasMore } = page);
        if (page.seq === seq) break;
        store.transaction(() => {
          for (const table of TABLES) for (const { id, ...row } of page[table]) store.setRow(table, id, row);
          store.setValue('seq', page.seq);
        });
        hasChanged = true;
      }
      if (hasChanged) await file.save();
    },
    listFirst: async (limit: number) => list(limit),
    listAll: async () => list(),
    readUnit: async (id: string) => ({
      head: readHead(id),
      lessons: indexes.getSliceRowIds('lessons_by_unit', id).map((lessonId) => ({
        id: lessonId,
        payload: JSON.parse(String(store.getCell('lessons', lessonId, 'payload'))) as unknown,
      })),
      assets: indexes
        .getSliceRowIds('assets_by_unit', id)
        .map((assetId) => ({ id: assetId, ...store.getRow('assets', assetId) })),
    }),
    counts: () => ({
      units: store.getRowCount('units'),
      lessons: store.getRowCount('lessons'),
      assets: store.getRowCount('assets'),
    }),
    close: file.close,
  };
}

/** A store of its own: saving writes the whole of it. */
async function openOutbox(database: Database, eventsUrl: string) {
  const store = createStore();
  const file = await openFile(store, database, 'outbox');
  return {
    async enqueue(event: BenchEvent): Promise<void> {
      store.setRow('events', event.event_id, { event: JSON.stringify(event) });
      await file.save();
    },
    async drain(batchSize: number): Promise<void> {
      const events = Object.values(store.getTable('events')).map(({ event }) => JSON.parse(String(event)) as BenchEvent);
      for (let start = 0; start < events.length; start += batchSize) {
        const batch = events.slice(start, start + batchSize);
        await postEvents(eventsUrl, batch);
        store.transaction(() => batch.forEach(({ event_id }) => store.delRow('events', event_id)));
        await file.save();
      }
    },
    waitingEvents: () => store.getRowCount('events'),
    close: file.close,
  };
}

/** `save` alone swallows what goes wrong, and the rows are not there after a restart. */
async function openFile(store: TinyStore, database: Database, table: string) {
  let ignored: unknown = null;
  const persister = createBetterSqlite3Persister(store, database, table, undefined, (error) => void (ignored = error));
  await persister.load();
  return {
    async save(): Promise<void> {
      ignored = null;
      await persister.save();
      if (ignored !== null) throw ignored as Error;
    },
    close: async () => void (await persister.destroy()),
  };
}
