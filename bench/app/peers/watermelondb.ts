import './production.ts';
import { appSchema, Database, Model, Q, tableSchema, type TableColumn } from '@nozbe/watermelondb';
import sqlite from '@nozbe/watermelondb/adapters/sqlite/index.js';
import { synchronize, type PulledChanges } from '@nozbe/watermelondb/sync/index.js';
import logger from '@nozbe/watermelondb/utils/common/logger/index.js';
import path from 'node:path';
import type { BenchEvent, Contestant, ListRow, OpenOptions, Store } from '../contestant.ts';
import { getJson, postInBatches } from './client.ts';
import { installedVersion } from './installed.ts';

const contestant: Contestant = {
  name: 'watermelondb',
  version: installedVersion('@nozbe/watermelondb'),
  durability: 'SQLite WAL, synchronous=NORMAL',
  notes:
    'better-sqlite3; `synchronize()` once a page of 100 units, payloads as text; WAL as its adapters for phones set it (its Node adapter ' +
    'would leave the slower DELETE journal); lists by `unsafeFetchRaw()`; a created record is its own outbox row',
  open,
};
export default contestant;

const text = (name: string): TableColumn => ({ name, type: 'string' });
const number = (name: string): TableColumn => ({ name, type: 'number' });
const SCHEMA = appSchema({
  version: 1,
  tables: [
    tableSchema({
      name: 'units',
      columns: [
        { ...number('position'), isIndexed: true },
        ...['title', 'description', 'learner_level', 'updated_at'].map(text),
        ...['schema_version', 'unit_version'].map(number),
      ],
    }),
    tableSchema({
      name: 'lessons',
      columns: [{ ...text('unit_id'), isIndexed: true }, ...['title', 'updated_at', 'payload'].map(text), number('position')],
    }),
    tableSchema({
      name: 'assets',
      columns: [
        { ...text('unit_id'), isIndexed: true },
        ...['type', 'content_type', 'checksum', 'url'].map(text),
        number('size_bytes'),
      ],
    }),
    tableSchema({ name: 'events', columns: [text('event')] }),
  ],
});
class Unit extends Model {
  static override table = 'units';
}
class Lesson extends Model {
  static override table = 'lessons';
}
class Asset extends Model {
  static override table = 'assets';
}
class Event extends Model {
  static override table = 'events';
}

interface HeadRow extends Omit<ListRow, 'version'> {
  unit_version: number;
}

async function open({ folder, serverUrl, eventsUrl }: OpenOptions): Promise<Store> {
  logger.default.silence();
  const adapter = new sqlite.default({ dbName: path.join(folder, 'store.db'), schema: SCHEMA });
  const database = new Database({ adapter, modelClasses: [Unit, Lesson, Asset, Event] });
  await database.get('units').query(Q.unsafeSqlQuery('PRAGMA journal_mode = WAL')).unsafeFetchRaw();
  const rows = async <Row>(table: string, ...clauses: Q.Clause[]): Promise<Row[]> =>
    (await database
      .get(table)
      .query(...clauses)
      .unsafeFetchRaw()) as Row[];

  return {
    async sync(onFirstTitles) {
      for (let hasMore = true; hasMore; onFirstTitles?.()) {
        await synchronize({
          database,
          async pullChanges({ lastPulledAt }) {
            const page = await getJson<PulledChanges & { has_more: boolean }>(`${serverUrl}/pull?after=${lastPulledAt ?? 0}`);
            hasMore = page.has_more;
            return page;
          },
        });
      }
    },
    listFirst: async (limit) => (await rows<HeadRow>('units', Q.sortBy('position'), Q.take(limit))).map(toListRow),
    listAll: async () => (await rows<HeadRow>('units', Q.sortBy('position'))).map(toListRow),
    async readUnit(id) {
      const head = await rows<HeadRow>('units', Q.where('id', id));
      const lessons = await rows<{ id: string; payload: string }>('lessons', Q.where('unit_id', id), Q.sortBy('position'));
      return {
        head: toListRow(head[0]!),
        lessons: lessons.map((lesson) => ({ id: lesson.id, payload: JSON.parse(lesson.payload) as unknown })),
        assets: await rows<{ id: string }>('assets', Q.where('unit_id', id)),
      };
    },
    enqueue: (event) =>
      database.write(async () => {
        await database.get('events').create((record) => {
          record._raw.id = event.event_id;
          record._setRaw('event', JSON.stringify(event));
        });
      }),
    drain: (batchSize) =>
      synchronize({
        database,
        pullChanges: async ({ lastPulledAt }) => ({ changes: {}, timestamp: lastPulledAt ?? 1 }),
        async pushChanges({ changes }) {
          const events = changes['events']?.created ?? [];
          await postInBatches(
            eventsUrl,
            events.map((raw) => JSON.parse(raw['event'] as string) as BenchEvent),
            batchSize,
          );
        },
      }),
    async counts() {
      const count = (table: string, ...clauses: Q.Clause[]): Promise<number> =>
        database
          .get(table)
          .query(...clauses)
          .fetchCount();
      return {
        units: await count('units'),
        lessons: await count('lessons'),
        assets: await count('assets'),
        waitingEvents: await count('events', Q.where('_status', 'created')),
      };
    },
    // It has no close; the process ends after this, and every transaction is committed.
    close: async () => undefined,
  };
}

function toListRow({ id, title, description, learner_level, unit_version, position }: HeadRow): ListRow {
  return { id, title, description, learner_level, version: unit_version, position };
}
