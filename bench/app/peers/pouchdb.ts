import './production.ts';
import path from 'node:path';
import PouchDB from 'pouchdb';
import type { BenchEvent, Contestant, ListRow, OpenOptions, Store } from '../contestant.ts';
import { installedVersion } from './installed.ts';
import { type ContentDocument, contentId, type HeadDocument } from './pouchdb-documents.ts';

/** `replicate`'s default, said because the pages of the others are as large. */
const REPLICATION_BATCH = 100;

const contestant: Contestant = {
  name: 'pouchdb',
  version: installedVersion('pouchdb'),
  durability: 'LevelDB, no sync',
  notes:
    'from express-pouchdb over memory; two documents a unit (head; lessons and assets); events replicated from a database of their own',
  open,
};
export default contestant;

const ALL_HEADS = { include_docs: true, startkey: 'head:', endkey: 'head:\uffff' } as const;

async function open({ folder, serverUrl }: OpenOptions): Promise<Store> {
  const units = new PouchDB<HeadDocument | ContentDocument>(path.join(folder, 'units'), { auto_compaction: true });
  const events = new PouchDB<BenchEvent>(path.join(folder, 'events'));
  const list = async (options: { limit?: number }): Promise<ListRow[]> =>
    (await units.allDocs({ ...ALL_HEADS, ...options })).rows.map(({ doc }) => toListRow(doc as HeadDocument));
  let sentThrough: string | number = 0;

  return {
    async sync() {
      await units.replicate.from(`${serverUrl}/units`, { batch_size: REPLICATION_BATCH });
    },
    listFirst: (limit) => list({ limit }),
    listAll: () => list({}),
    async readUnit(id) {
      const content = (await units.get(contentId(id))) as ContentDocument;
      return {
        head: toListRow((await units.get(content.head_id)) as HeadDocument),
        lessons: content.lessons,
        assets: content.assets,
      };
    },
    async enqueue(event) {
      await events.put({ _id: event.event_id, ...event });
    },
    async drain(batchSize) {
      const { last_seq } = await events.replicate.to(`${serverUrl}/events`, { batch_size: batchSize });
      sentThrough = last_seq;
    },
    async counts() {
      const { rows } = await units.allDocs({ include_docs: true, startkey: 'content:', endkey: 'content:\uffff' });
      const contents = rows.map(({ doc }) => doc as ContentDocument);
      return {
        units: (await list({})).length,
        lessons: contents.reduce((sum, { lessons }) => sum + lessons.length, 0),
        assets: contents.reduce((sum, { assets }) => sum + assets.length, 0),
        waitingEvents: (await events.changes({ since: sentThrough })).results.length,
      };
    },
    async close() {
      await units.close();
      await events.close();
    },
  };
}

function toListRow({ unit_id, title, description, learner_level, version, position }: HeadDocument): ListRow {
  return { id: unit_id, title, description, learner_level, version, position };
}
