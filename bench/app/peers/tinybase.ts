import './production.ts';
import Database from 'better-sqlite3';
import path from 'node:path';
import { createIndexes, createStore, type Row } from 'tinybase';
import { createBetterSqlite3Persister, type Persister } from 'tinybase/persisters/persister-better-sqlite3';
import type { BenchEvent, Contestant, ListRow, OpenOptions, Store } from '../contestant.ts';
import { getJson, postInBatches, toListRow } from './client.ts';
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
  let ignored: unknown = null;
  const onError = (error: unknown): void => void (ignored = error);
  /** `save` alone swallows what goes wrong, and the rows are not there after a restart. */
  async function save(persister: Persister): Promise<void> {
    ignored = null;
    await persister.save();
    if (ignored !== null) throw ignored as Error;
  }
  const content = createStore();
  const contentPersister = createBetterSqlite3Persister(content, database, 'content', undefined, onError);
  const outbox = createStore();
  const outboxPersister = createBetterSqlite3Persister(outbox, database, 'outbox', undefined, onError);
  const indexes = createIndexes(content);
  await contentPersister.load();
  await outboxPersister.load();
  indexes.setIndexDefinition('lessons_by_unit', 'lessons', 'unit_id', 'position');
  indexes.setIndexDefinition('assets_by_unit', 'assets', 'unit_id');
  const list = (limit?: number): ListRow[] =>
    content
      .getSortedRowIds('units', 'position', false, 0, limit)
      .map((id) => toListRow({ id, ...content.getRow('units', id) } as ListRow));

  return {
    async sync() {
      let hasChanged = false;
      for (let hasMore = true; hasMore; ) {
        const seq = Number(content.getValue('seq') ?? 0);
        const page = await getJson<Page>(`${serverUrl}/pull?after=${seq}`);
        ({ hasMore } = page);
        if (page.seq === seq) break;
        content.transaction(() => {
          for (const table of TABLES) for (const { id, ...row } of page[table]) content.setRow(table, id, row);
          content.setValue('seq', page.seq);
        });
        hasChanged = true;
      }
      if (hasChanged) await save(contentPersister);
    },
    listFirst: async (limit) => list(limit),
    listAll: async () => list(),
    async readUnit(id) {
      return {
        head: toListRow({ id, ...content.getRow('units', id) } as ListRow),
        lessons: indexes.getSliceRowIds('lessons_by_unit', id).map((lessonId) => ({
          id: lessonId,
          payload: JSON.parse(String(content.getCell('lessons', lessonId, 'payload'))) as unknown,
        })),
        assets: indexes
          .getSliceRowIds('assets_by_unit', id)
          .map((assetId) => ({ id: assetId, ...content.getRow('assets', assetId) })),
      };
    },
    async enqueue(event) {
      outbox.setRow('events', event.event_id, { event: JSON.stringify(event) });
      await save(outboxPersister);
    },
    async drain(batchSize) {
      const events = Object.values(outbox.getTable('events')).map(({ event }) => JSON.parse(String(event)) as BenchEvent);
      for (let start = 0; start < events.length; start += batchSize) {
        const batch = events.slice(start, start + batchSize);
        await postInBatches(eventsUrl, batch, batchSize);
        outbox.transaction(() => batch.forEach(({ event_id }) => outbox.delRow('events', event_id)));
        await save(outboxPersister);
      }
    },
    async counts() {
      return {
        units: content.getRowCount('units'),
        lessons: content.getRowCount('lessons'),
        assets: content.getRowCount('assets'),
        waitingEvents: outbox.getRowCount('events'),
      };
    },
    async close() {
      await contentPersister.destroy();
      await outboxPersister.destroy();
      database.close();
    },
  };
}
