import type { Unit } from '@haversack/contract';
import { id, makeUnit } from '../../test/factories.ts';
import { settle } from '../../test/hand-clock.ts';
import { createLearner, type Learner, lessonOf, playLesson, query } from '../../test/learner.ts';
import { createServerModel, type ServerModel } from '../../test/server-model.ts';

const SYNC = '/content/units/sync';

async function begin(...numbers: number[]): Promise<{ server: ServerModel; ana: Learner }> {
  const server = createServerModel();
  for (const number of numbers) server.publish(makeUnit(number));
  const ana = await createLearner(server);
  await ana.person().offlineCache.syncNow();
  return { server, ana };
}
const sync = (ana: Learner): Promise<void> => ana.person().offlineCache.syncNow();
async function titles(ana: Learner): Promise<string[]> {
  const list = await ana.person().content.listUnits('all');
  return list.kind === 'units' ? list.units.map(({ title }) => title) : [];
}

describe('pulling the catalogue', () => {
  it('[OC-3] keeps what the document asks for in its tables', async () => {
    const { ana } = await begin(1);
    const columnsOf = async (table: string): Promise<unknown[]> =>
      (await query(ana, 'SELECT name FROM pragma_table_info(?)', [table])).map(({ name }) => name);
    const expected: Record<string, string[]> = {
      units: [
        'id',
        'title',
        'description',
        'learner_level',
        'is_global',
        'updated_at',
        'schema_version',
        'download_status',
        'downloaded_at',
        'synced_at',
      ],
      lessons: ['payload', 'unit_id', 'updated_at', 'schema_version'],
      assets: ['id', 'unit_id', 'type', 'url', 'object_id', 'checksum', 'updated_at', 'local_path', 'status', 'downloaded_at'],
      outbox: [
        'id',
        'endpoint',
        'method',
        'payload',
        'headers',
        'idempotency_key',
        'attempts',
        'last_error',
        'created_at',
        'updated_at',
      ],
      metadata: ['key', 'value'],
    };
    for (const [table, columns] of Object.entries(expected))
      expect(await columnsOf(table)).toEqual(expect.arrayContaining(columns));
    await ana.app.close();
  });

  it('[SY-3] remembers schema version, cursor, feed, pull times and result, and shows them after a restart', async () => {
    const { ana } = await begin(1);
    const rows = await query(ana, 'SELECT key, value FROM metadata');
    const metadata = Object.fromEntries(rows.map(({ key, value }) => [String(key), String(value)]));
    expect(metadata).toMatchObject({
      sqlite_schema_version: '5',
      feed_id: 'feed-1',
      'last_pull:units': String(ana.clock.now()),
      'last_pull:events': String(ana.clock.now()),
      'schema:oldest_supported_unit': '1',
    });
    expect(metadata['cursor:units']).toMatch(/^2026-11-24T.*Z$/);
    ana.network.isDown = true;
    const again = await ana.restart();
    const { lastSuccessAt, lastError } = again.person().offlineCache.syncStatus();
    expect([lastSuccessAt, lastError]).toEqual([again.clock.now(), null]);
    await again.app.close();
  });

  it('[OC-4] a page and its cursor are there together or not at all', async () => {
    const { server, ana } = await begin(1, 2, 3, 4);
    for (const number of [5, 6, 7, 8]) server.publish(makeUnit(number, { title: `Unit ${number} ${'x'.repeat(280)}` }));
    server.pageLimit = 2;
    const before = await query(ana, "SELECT value FROM metadata WHERE key = 'cursor:units'");
    const pages = await query(ana, 'PRAGMA page_count');
    ana.disk.maxPageCount = pages[0]?.['page_count'] as number;
    await sync(ana);
    const count = (await query(ana, 'SELECT COUNT(*) AS count FROM units'))[0]?.['count'] as number;
    const after = await query(ana, "SELECT value FROM metadata WHERE key = 'cursor:units'");
    if (count === 4) expect(after).toEqual(before);
    else expect(after).not.toEqual(before);
    ana.disk.maxPageCount = null;
    await sync(ana);
    expect(await titles(ana)).toHaveLength(8);
    expect(ana.person().offlineCache.syncStatus().lastError).toBeNull();
    await ana.app.close();
  });

  it('[OC-4] a cut in the middle goes on from the last page', async () => {
    const server = createServerModel();
    server.pageLimit = 2;
    for (const number of [1, 2, 3, 4, 5]) server.publish(makeUnit(number));
    const ana = await createLearner(server, {
      script: (network) => network.next(/since=/, { kind: 'cut' }),
    });
    await settle();
    expect(await titles(ana)).toHaveLength(2);
    await sync(ana);
    expect(await titles(ana)).toHaveLength(5);
    expect(ana.network.log.filter(({ url }) => url.includes(SYNC) && !url.includes('since=')).length).toBe(1);
    await ana.app.close();
  });

  it('[OC-4] sets a bad unit aside, applies the rest, and lets it in once it is well', async () => {
    const server = createServerModel();
    for (const number of [1, 2, 3]) server.publish(makeUnit(number));
    server.distort = (unit) => (unit.id === id(1, 2) ? { ...unit, title: 7 } : unit);
    const send = server.send.bind(server);
    server.send = async (request) =>
      request.url.endsWith(id(1, 2)) ? { status: 500, headers: {}, body: new Uint8Array() } : send(request);
    const ana = await createLearner(server);
    await sync(ana);
    expect(await titles(ana)).toEqual(['Unit 1', 'Unit 3']);
    expect(ana.warnings.join()).toContain('set aside');
    expect(await query(ana, "SELECT value FROM metadata WHERE key = 'digest_repairs'")).toEqual([]);
    server.send = send;
    await sync(ana);
    expect(await titles(ana)).toEqual(['Unit 1', 'Unit 2', 'Unit 3']);
    await ana.app.close();
  });

  it('[SY-4] a tombstone takes unit, lessons, rows and files; unsent work stays and is sent', async () => {
    const { server, ana } = await begin(1, 2);
    await ana.person().offlineCache.requestUnitDownload(id(1, 1));
    await ana.clock.advance(1_000);
    expect(await ana.platform.files.list(`person-${ana.person().user.id}`)).toHaveLength(3);
    const lesson = await lessonOf(ana.person(), id(1, 1), id(2, 10));
    ana.network.isDown = true;
    await playLesson(ana.person(), lesson);
    server.remove(id(1, 1));
    ana.network.isDown = false;
    await sync(ana);
    expect(await titles(ana)).toEqual(['Unit 2']);
    for (const table of ['lessons', 'downloads']) expect(await query(ana, `SELECT * FROM ${table}`)).toEqual([]);
    expect(await query(ana, 'SELECT DISTINCT unit_id FROM assets')).toEqual([{ unit_id: id(1, 2) }]);
    expect(await ana.platform.files.list(`person-${ana.person().user.id}`)).toEqual([]);
    expect(server.eventsOf('ana@example.org')).toHaveLength(4);
    await ana.app.close();
  });

  it('[SY-4] a lesson that is deleted goes from a unit that is kept', async () => {
    const { server, ana } = await begin(1);
    await lessonOf(ana.person(), id(1, 1), id(2, 10));
    server.publish(makeUnit(1, { lessonCount: 1 }));
    await sync(ana);
    expect(await query(ana, 'SELECT id FROM lessons')).toEqual([{ id: id(2, 10) }]);
    await ana.app.close();
  });

  it('[SY-4] created and deleted between two pulls never shows, deleted and created again does', async () => {
    const { server, ana } = await begin(1);
    server.publish(makeUnit(2));
    server.remove(id(1, 2));
    server.remove(id(1, 1));
    server.publish(makeUnit(1, { title: 'Anew' }));
    await sync(ana);
    expect(await titles(ana)).toEqual(['Anew']);
    await ana.app.close();
  });

  it.each(['a forgotten cursor', 'another feed'])('%s: pulls anew without a moment of an empty screen', async (cause) => {
    const { server, ana } = await begin(1, 2, 3);
    server.remove(id(1, 2));
    if (cause === 'another feed') {
      server.pageLimit = 1;
      server.restore(0);
    } else server.forgetCursors();
    const seen: number[] = [];
    ana.person().offlineCache.subscribe(() => void titles(ana).then((all) => seen.push(all.length)));
    await sync(ana);
    await settle();
    expect(await titles(ana)).toEqual(['Unit 1', 'Unit 3']);
    expect(Math.min(...seen)).toBeGreaterThan(0);
    await ana.app.close();
  });

  it('[SY-7] notices a row that is wrong, or missing, and mends it by itself; unsent work is untouched', async () => {
    const { ana } = await begin(1, 2, 3);
    await lessonOf(ana.person(), id(1, 1), id(2, 10));
    const database = await ana.platform.databases.open(`person-${ana.person().user.id}`);
    await database.run('DELETE FROM units WHERE id = ?', [id(1, 3)]);
    await database.run('UPDATE units SET version = 9 WHERE id = ?', [id(1, 2)]);
    await database.run(
      "INSERT INTO unit_stubs (id, version, reason, is_tried, pull_generation) VALUES (?, 1, 'malformed', 1, 0)",
      [id(1, 8)],
    );
    await database.close();
    await sync(ana);
    expect(await titles(ana)).toEqual(['Unit 1', 'Unit 2', 'Unit 3']);
    expect(ana.person().offlineCache.syncStatus().lastError).toBe('repaired');
    expect(await query(ana, "SELECT value FROM metadata WHERE key = 'digest_repairs'")).toEqual([{ value: '1' }]);
    await sync(ana);
    expect(ana.person().offlineCache.syncStatus().lastError).toBeNull();
    expect(await query(ana, "SELECT value FROM metadata WHERE key = 'digest_repairs'")).toEqual([{ value: '1' }]);
    await ana.app.close();
  });

  it('[SY-7] does not pull for ever when the server cannot be agreed with', async () => {
    const { server, ana } = await begin(1);
    server.isDigestWrong = true;
    const before = ana.network.countOf(SYNC);
    await sync(ana);
    expect(ana.network.countOf(SYNC) - before).toBe(3);
    expect(ana.person().offlineCache.syncStatus().lastError).toBe('server_trouble');
    expect(await titles(ana)).toEqual(['Unit 1']);
    await ana.app.close();
  });
});

describe('schema versions', () => {
  const old = { oldest: 1, newest: 1 };
  const updated = { oldest: 2, newest: 2 };

  it('[SV-1] [SV-3] an app that plays no old schema any more purges on start; "download again" stays, and unsent work', async () => {
    const server = createServerModel();
    server.publish(makeUnit(1));
    server.publish(makeUnit(2));
    const ana = await createLearner(server, { compose: { schemas: old } });
    await sync(ana);
    await ana.person().offlineCache.requestUnitDownload(id(1, 1));
    await ana.clock.advance(1_000);
    ana.network.isDown = true;
    await playLesson(ana.person(), await lessonOf(ana.person(), id(1, 1), id(2, 10)));
    const again = await ana.restart({ schemas: updated });
    expect(await again.person().content.listUnits('all')).toMatchObject({
      units: [
        { title: 'Unit 1', download: { status: 'download_again' } },
        { title: 'Unit 2', download: { status: 'download_again' } },
      ],
    });
    for (const table of ['units', 'lessons', 'assets']) expect(await query(again, `SELECT * FROM ${table}`)).toEqual([]);
    expect(await again.platform.files.list(`person-${again.person().user.id}`)).toEqual([]);
    expect(again.person().offlineCache.syncStatus().outstanding).toBe(4);

    again.network.isDown = false;
    server.publish(makeUnit(2, { schemaVersion: 2 }));
    server.publish({ ...makeUnit(1), unit: withSchema(makeUnit(1).unit, 2) });
    await sync(again);
    expect(server.eventsOf('ana@example.org')).toHaveLength(4);
    expect(await titles(again)).toContain('Unit 1');
    expect(again.person().offlineCache.syncStatus().lastError).toBeNull();
    expect(await query(again, "SELECT value FROM metadata WHERE key = 'digest_repairs'")).toEqual([]);
    await again.app.close();
  });

  it('[SV-2] [SV-3] a unit that is too new is kept out, and comes in after the update without a full pull', async () => {
    const server = createServerModel();
    server.publish(makeUnit(1));
    server.publish({ ...makeUnit(2), unit: withSchema(makeUnit(2).unit, 2) });
    const ana = await createLearner(server, { compose: { schemas: old } });
    await sync(ana);
    expect(await ana.person().content.listUnits('all')).toMatchObject({ unitsForNewerApps: 1, units: [{ title: 'Unit 1' }] });
    expect(ana.person().offlineCache.syncStatus().lastError).toBeNull();
    const again = await ana.restart({ schemas: { oldest: 1, newest: 2 } });
    await sync(again);
    expect(await again.person().content.listUnits('all')).toMatchObject({
      unitsForNewerApps: 0,
      units: [{ title: 'Unit 1' }, { title: 'Unit 2' }],
    });
    const withoutCursor = again.network.log.filter(({ url }) => url.includes(SYNC) && !url.includes('since='));
    expect(withoutCursor).toHaveLength(1);
    await again.app.close();
  });
});

function withSchema(unit: Unit, schemaVersion: number): Unit {
  return {
    ...unit,
    schema_version: schemaVersion,
    lessons: unit.lessons.map((lesson) => ({ ...lesson, schema_version: schemaVersion })),
  };
}
