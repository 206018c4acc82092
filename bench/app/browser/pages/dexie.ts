import Dexie, { type Table } from 'dexie';
import type { BenchAsset, BenchEvent, BenchLesson, ListRow } from '../../contestant.ts';
import { headOf, toListRow } from '../../peers/client.ts';
import { expose } from '../page.ts';
import { eachPage } from '../tables.ts';

interface Tables {
  units: Table<ListRow, string>;
  lessons: Table<BenchLesson, string>;
  assets: Table<BenchAsset, string>;
  events: Table<BenchEvent, string>;
  outbox: Table<{ idempotency_key: string; event: BenchEvent }, number>;
  state: Table<{ key: string; value: number }, string>;
}

/** `bulkPut` in one transaction a page, as its documentation advises; no sync of its own without its paid service. */
expose({
  start: async () => undefined,
  async open(serverUrl) {
    const database = new Dexie('bench') as Dexie & Tables;
    database.version(1).stores({
      units: 'id, position',
      lessons: 'id, unit_id',
      assets: 'id, unit_id',
      events: 'event_id',
      outbox: '++seq',
      state: 'key',
    });
    await database.open();
    const { units, lessons, assets, events, outbox, state } = database;
    return {
      async sync() {
        const known = await state.get('seq');
        await eachPage(serverUrl, known?.value ?? 0, (page) =>
          database.transaction('rw', [units, lessons, assets, state], async () => {
            await Promise.all([
              units.bulkPut(page.units.map(headOf)),
              lessons.bulkPut(page.units.flatMap((unit) => unit.lessons)),
              assets.bulkPut(page.units.flatMap((unit) => unit.assets)),
              state.put({ key: 'seq', value: page.seq }),
            ]);
          }),
        );
      },
      listFirst: async (limit) => (await units.orderBy('position').limit(limit).toArray()).map(toListRow),
      listAll: async () => (await units.orderBy('position').toArray()).map(toListRow),
      async readUnit(id) {
        const [head, itsLessons, itsAssets] = await Promise.all([
          units.get(id),
          lessons.where('unit_id').equals(id).sortBy('position'),
          assets.where('unit_id').equals(id).toArray(),
        ]);
        return { head: toListRow(head!), lessons: itsLessons, assets: itsAssets };
      },
      enqueue: (event) =>
        database.transaction('rw', [events, outbox], async () => {
          await Promise.all([events.add(event), outbox.add({ idempotency_key: event.event_id, event })]);
        }),
      counts: async () => ({
        units: await units.count(),
        lessons: await lessons.count(),
        assets: await assets.count(),
        waitingEvents: await outbox.count(),
      }),
      close: async () => database.close(),
    };
  },
});
