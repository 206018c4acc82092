import './production.ts';
import { column, Schema, Table, type PowerSyncBackendConnector } from '@powersync/common';
import { PowerSyncDatabase } from '@powersync/node';
import type { BenchEvent, Contestant, ListRow, OpenOptions, Store } from '../contestant.ts';
import { postEvents } from './client.ts';
import { installedVersion } from './installed.ts';

const contestant: Contestant = {
  name: 'powersync',
  version: installedVersion('@powersync/node'),
  durability: 'SQLite WAL, synchronous=NORMAL',
  notes:
    'the real client against an ideal mock of its service (BSON stream, answered from memory); views over JSON rows, its default; one reader ' +
    'thread instead of 5, which opens faster; each sync is a connect; events in an insert-only table',
  open,
};
export default contestant;

const { text, integer } = column;
const SCHEMA = new Schema({
  units: new Table(
    {
      position: integer,
      title: text,
      description: text,
      learner_level: text,
      schema_version: integer,
      version: integer,
      updated_at: text,
    },
    { indexes: { by_position: ['position'] } },
  ),
  lessons: new Table(
    { unit_id: text, title: text, position: integer, updated_at: text, payload: text },
    { indexes: { by_unit: ['unit_id'] } },
  ),
  assets: new Table(
    { unit_id: text, type: text, content_type: text, size_bytes: integer, checksum: text, url: text },
    { indexes: { by_unit: ['unit_id'] } },
  ),
  events: new Table({ event: text }, { insertOnly: true }),
});
const LIST = 'SELECT id, title, description, learner_level, version, position FROM units';

async function open({ folder, serverUrl, eventsUrl }: OpenOptions): Promise<Store> {
  const database = new PowerSyncDatabase({
    schema: SCHEMA,
    database: { dbFilename: 'store.db', dbLocation: folder, readWorkerCount: 1 },
    logger: { log: () => undefined },
  });
  await database.waitForReady();

  return {
    async sync() {
      const isSynced = whenDownloaded(database);
      await database.connect(connector(serverUrl, async () => undefined));
      await isSynced;
      await database.disconnect();
    },
    listFirst: (limit) => database.getAll<ListRow>(`${LIST} ORDER BY position LIMIT ?`, [limit]),
    listAll: () => database.getAll<ListRow>(`${LIST} ORDER BY position`),
    async readUnit(id) {
      const lessons = await database.getAll<{ id: string; payload: string }>(
        'SELECT id, payload FROM lessons WHERE unit_id = ? ORDER BY position',
        [id],
      );
      return {
        head: await database.get<ListRow>(`${LIST} WHERE id = ?`, [id]),
        lessons: lessons.map((lesson) => ({ id: lesson.id, payload: JSON.parse(lesson.payload) as unknown })),
        assets: await database.getAll<{ id: string }>('SELECT * FROM assets WHERE unit_id = ?', [id]),
      };
    },
    async enqueue(event) {
      await database.execute('INSERT INTO events (id, event) VALUES (?, ?)', [event.event_id, JSON.stringify(event)]);
    },
    async drain(batchSize) {
      const isDrained = Promise.withResolvers<void>();
      await database.connect(
        connector(serverUrl, async () => {
          // To the end in one call, as its documentation shows it: between two calls the client waits on purpose.
          for (let batch = await database.getCrudBatch(batchSize); batch; batch = await database.getCrudBatch(batchSize)) {
            await postEvents(
              eventsUrl,
              batch.crud.map(({ opData }) => JSON.parse(String(opData?.['event'])) as BenchEvent),
            );
            await batch.complete();
          }
          isDrained.resolve();
        }),
      );
      await isDrained.promise;
      await database.disconnect();
    },
    async counts() {
      const count = async (table: string): Promise<number> =>
        (await database.get<{ count: number }>(`SELECT count(*) AS count FROM ${table}`)).count;
      return {
        units: await count('units'),
        lessons: await count('lessons'),
        assets: await count('assets'),
        waitingEvents: (await database.getUploadQueueStats()).count,
      };
    },
    close: () => database.close(),
  };
}

const connector = (endpoint: string, uploadData: () => Promise<void>): PowerSyncBackendConnector => ({
  fetchCredentials: async () => ({ endpoint, token: 'bench' }),
  uploadData,
});

/** Its time of the last sync counts whole seconds; the end of a download is seen at once. */
function whenDownloaded(database: PowerSyncDatabase): Promise<void> {
  return new Promise((resolve, reject) => {
    let wasDownloading = false;
    const stop = database.registerListener({
      statusChanged({ downloading, downloadError }) {
        if (!downloading && wasDownloading) {
          stop();
          if (downloadError) reject(downloadError);
          else resolve();
        }
        wasDownloading ||= downloading;
      },
    });
  });
}
