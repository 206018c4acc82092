import type { Database, Platform } from '../../../../mobile/modules/infrastructure/models.ts';
import { createPlatform } from '../../../../mobile/modules/infrastructure/platform/index.web.ts';
import type { ListRow, Store } from '../../contestant.ts';
import { expose } from '../page.ts';
import { eachPage, eventRows, rowsOf, SCHEMA, SQL } from '../tables.ts';

let platform: Platform | null = null;

/** The app's own database (storage worker, transactions that take turns, every statement a message) at the job of the plain one. */
expose({
  async start() {
    platform = await createPlatform();
  },
  async open(serverUrl) {
    if (!platform) throw new Error('not started');
    const database = await platform.databases.open('bench');
    const isMade = await database.get("SELECT 1 AS found FROM sqlite_master WHERE name = 'state'");
    if (!isMade) for (const statement of SCHEMA) await database.run(statement);
    return storeOver(database, serverUrl);
  },
});

function storeOver(database: Database, serverUrl: string): Omit<Store, 'drain'> {
  const list = (limit: number): Promise<ListRow[]> => database.all<ListRow & Record<string, string | number>>(SQL.list, [limit]);
  return {
    async sync() {
      const state = await database.get<{ value: string }>(SQL.readState, ['seq']);
      await eachPage(serverUrl, Number(state?.value ?? 0), (page) => {
        const rows = rowsOf(page.units);
        return database.transaction(async (tx) => {
          await tx.runMany(SQL.putUnit, rows.units);
          await tx.runMany(SQL.putLesson, rows.lessons);
          await tx.runMany(SQL.putAsset, rows.assets);
          await tx.run(SQL.putState, ['seq', String(page.seq)]);
        });
      });
    },
    listFirst: list,
    listAll: () => list(-1),
    async readUnit(id) {
      const head = await database.get<ListRow & Record<string, string | number>>(SQL.readHead, [id]);
      const lessons = await database.all<{ id: string; payload: string }>(SQL.readLessons, [id]);
      return {
        head: head!,
        lessons: lessons.map((lesson) => ({ id: lesson.id, payload: JSON.parse(lesson.payload) as unknown })),
        assets: await database.all<{ id: string }>(SQL.readAssets, [id]),
      };
    },
    async enqueue(event) {
      const rows = eventRows(event);
      await database.transaction(async (tx) => {
        await tx.run(SQL.putEvent, rows.event);
        await tx.run(SQL.putOutbox, rows.outbox);
      });
    },
    async counts() {
      const counts = await database.get<Awaited<ReturnType<Store['counts']>>>(SQL.count);
      return counts!;
    },
    close: () => database.close(),
  };
}
