import { randomBytes, randomUUID } from 'node:crypto';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EventsPage, UnitSyncResponse } from '@haversack/contract';
import type pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { type Caller, startServerOn, startTestServer, type TestServer } from '../../test/app.ts';
import { createFrom, dropDatabase } from '../../test/database.ts';
import {
  expectStatus,
  itemsOf,
  makeEvent,
  makeUnit,
  PICTURE,
  publish,
  Replica,
  sha256Hex,
  uploadAssets,
} from '../../test/factories.ts';
import { killLaunched, launchProgram } from '../../test/processes.ts';
import { createPool, readMigrations, StartError } from '../infrastructure/public.ts';
import { createDiskStore } from '../object_store/public.ts';
import { backUp, findCopy, OBJECTS, restore } from './public.ts';

const ids = { uuid: randomUUID, randomBytes };
const MIGRATIONS = join(import.meta.dirname, '../../migrations');
let server: TestServer;
let publisher: Caller;
let learner: Caller;
let folder: string;
const databases: string[] = [];

beforeAll(async () => {
  server = await startTestServer();
  publisher = await server.signUp('publisher');
  learner = await server.signUp();
  folder = await mkdtemp(join(tmpdir(), 'haversack-backup-'));
  await uploadAssets(publisher);
});
afterEach(killLaunched);
afterAll(async () => {
  await server.close();
  for (const name of databases) await dropDatabase(inject('postgresUrl'), name);
  await rm(folder, { recursive: true });
});

async function copyTo(target: string) {
  await mkdir(join(folder, 'data'), { recursive: true });
  await writeFile(join(folder, 'data/publisher.json'), '{"email":"a@b.c","password":"made up"}');
  return backUp({
    pool: server.pool,
    objectStore: server.objectStore,
    copiedObjects: await createDiskStore(join(folder, target, OBJECTS), ids),
    folder: join(folder, target),
    dataDir: join(folder, 'data'),
    clock: server.clock,
    log: () => undefined,
  });
}

/** An empty database and data folder, and how to restore into them. */
async function emptyPlace() {
  const name = `b_${randomUUID().replaceAll('-', '')}`;
  const url = await createFrom(inject('postgresUrl'), name, 'template0');
  databases.push(name);
  const dataDir = join(folder, name);
  await mkdir(dataDir);
  const restoreFrom = async (given: string) => {
    const { copy, objects } = await findCopy(given);
    const pool = createPool(url, 2);
    try {
      const copiedObjects = await createDiskStore(objects, ids);
      const objectStore = await createDiskStore(join(dataDir, 'objects'), ids);
      const migrations = await readMigrations(MIGRATIONS);
      return await restore({ pool, objectStore, copiedObjects, copy, dataDir, migrations, log: () => undefined });
    } finally {
      await pool.end();
    }
  };
  return { url, dataDir, restoreFrom };
}

/** Every row of every table but what a restore is to change. */
async function contents(pool: pg.Pool): Promise<Record<string, string[]>> {
  const { rows: tables } = await pool.query<{ name: string }>(
    `select tablename as name from pg_tables where schemaname = 'public' and tablename not in ('schema_migrations', 'feed') order by 1`,
  );
  const found: Record<string, string[]> = {};
  for (const { name } of tables)
    found[name] = (await pool.query<{ row: string }>(`select t::text as row from ${name} t order by 1`)).rows.map(
      ({ row }) => row,
    );
  return found;
}

// They write and read whole databases, on machines that do other things beside.
describe('a copy', { timeout: 90_000 }, () => {
  it('[SE-8] [CT-11] that was made while the server served is the whole of one moment, and restored it is another feed', async () => {
    const awkward = await publish(publisher, makeUnit({ withAssets: true, title: 'Tab\tline\nfeed \\N "quoted" \u{1F4A7}' }));
    const removed = await publish(publisher, makeUnit());
    expectStatus(await publisher.delete(`/content/units/${removed.id}`), 204);
    expectStatus(await learner.put(`/content/my-units/${awkward.id}`), 204);
    const event = makeEvent({ unit_id: awkward.id });
    expectStatus(await learner.post('/learning_session/events', itemsOf(event)), 200);
    const page = expectStatus(await learner.get<UnitSyncResponse>('/content/units/sync'), 200);

    let copying = true;
    const others = (async () => {
      while (copying) await publish(publisher, makeUnit({ title: 'Meanwhile' }));
    })();
    const { path } = await copyTo('one');
    copying = false;
    await others;
    expect((await readdir(join(folder, 'one'))).filter((name) => name.endsWith('.partial'))).toEqual([]);

    const place = await emptyPlace();
    const manifest = await place.restoreFrom(join(folder, 'one'));
    expect(
      path.endsWith(manifest.created_at.slice(0, 10).concat('T', manifest.created_at.slice(11, 19).replaceAll(':', '-'), 'Z')),
    ).toBe(true);
    expect(await readFile(join(place.dataDir, 'publisher.json'), 'utf8')).toContain('made up');
    const restored = await startServerOn(place.url, place.dataDir);
    try {
      const bearer = { authorization: `Bearer ${learner.token}` };
      const events = expectStatus(await restored.anyone.get<EventsPage>('/learning_session/events', bearer), 200);
      expect(events.events.map(({ event_id }) => event_id)).toEqual([event.event_id]);
      const old = await restored.anyone.get(`/content/units/sync?since=${page.cursor}&feed_id=${page.feed_id}`, bearer);
      expect([old.status, old.body.code]).toEqual([410, 'cursor_expired']);
      const anew = expectStatus(await restored.anyone.get<UnitSyncResponse>('/content/units/sync?limit=500', bearer), 200);
      expect(anew.feed_id).not.toBe(page.feed_id);
      const back = anew.units.find(({ id }) => id === awkward.id);
      expect(back).toMatchObject({ title: awkward.title, in_my_units: true });
      const picture = await restored.anyone.get(back?.assets.find(({ type }) => type === 'image')?.url ?? '');
      expect(picture.raw).toEqual(PICTURE);
      // Another start is the same feed.
      const later = await restored.startNode();
      const again = expectStatus(await later.anyone.get<UnitSyncResponse>('/content/units/sync', bearer), 200);
      expect(again.feed_id).toBe(anew.feed_id);
      await later.close();
      // Units of before and after: a correct replica, whose digest is the server's.
      const replica = new Replica({ ...restored.anyone, get: (path) => restored.anyone.get(path, bearer) });
      await replica.pull();
      expect(expectStatus(await restored.anyone.get(`/content/units/digest?at=${replica.cursor}`, bearer), 200)).toEqual(
        replica.digest(),
      );
    } finally {
      await restored.close();
    }
  });

  it('[SE-8] of a server at rest is the same to the last row, and a further one brings new objects alone', async () => {
    await publish(publisher, makeUnit({ withAssets: true }));
    const first = await copyTo('two');
    server.clock.offsetMs += 5_000;
    const second = await copyTo('two');
    expect([first.newObjects, second.newObjects]).toEqual([2, 0]);
    const place = await emptyPlace();
    await place.restoreFrom(join(folder, 'two'));
    const pool = createPool(place.url, 2);
    expect(await contents(pool)).toEqual(await contents(server.pool));
    await pool.end();
  });

  it('[SE-8] that is damaged is refused in words, and nothing of it stays', async () => {
    const { path } = await copyTo('three');
    const file = join(path, 'events.copy.gz');
    const object = join(folder, 'three', OBJECTS, sha256Hex(PICTURE).slice(0, 2), sha256Hex(PICTURE));
    const damages: [string, () => Promise<unknown>][] = [
      ['events.copy.gz', async () => writeFile(file, (await readFile(file)).subarray(0, -9))],
      ['events.copy.gz', async () => cp(join(path, 'my_units.copy.gz'), file)],
      ['is missing', () => rm(object)],
      ['not what its name says', () => writeFile(object, 'other bytes')],
      ['manifest.json', () => writeFile(join(path, 'manifest.json'), '{}')],
    ];
    const kept = join(folder, 'kept');
    await cp(join(folder, 'three'), kept, { recursive: true });
    const place = await emptyPlace();
    for (const [words, damage] of damages) {
      await damage();
      const refused = place.restoreFrom(path);
      await expect(refused).rejects.toThrowError(StartError);
      await expect(refused).rejects.toThrow(words);
      await rm(join(folder, 'three'), { recursive: true });
      await cp(kept, join(folder, 'three'), { recursive: true });
      await rm(join(place.dataDir, 'objects'), { recursive: true });
    }
    // The same database takes a good one, once.
    await place.restoreFrom(path);
    await expect(place.restoreFrom(path)).rejects.toThrow('in use');
  });

  it('[SE-8] that is none, or from a newer Haversack, is told', async () => {
    await expect(findCopy(join(folder, 'nowhere'))).rejects.toThrow('holds no copy');
    const { path } = await copyTo('four');
    const manifest = join(path, 'manifest.json');
    await writeFile(manifest, (await readFile(manifest, 'utf8')).replace(/"schema": \d+/, '"schema": 9999'));
    const place = await emptyPlace();
    await expect(place.restoreFrom(path)).rejects.toThrow('newer Haversack');
  });

  it('[SE-8] without an object of a published unit is not made', async () => {
    const bytes = Buffer.from(randomUUID());
    const id = sha256Hex(bytes);
    expectStatus(await publisher.put(`/objects/${id}`, bytes), 201);
    const unit = makeUnit({ withAssets: true });
    const [asset] = unit.assets;
    if (asset !== undefined) Object.assign(asset, { object_id: id, checksum: `sha256:${id}`, size_bytes: bytes.length });
    await publish(publisher, unit);
    await rm(join(server.objectsFolder, id.slice(0, 2), id));
    await expect(copyTo('five')).rejects.toThrow(`Object ${id}`);
    expect(await readdir(join(folder, 'five'))).toEqual([OBJECTS]);
  });

  it('[SE-8] [CT-11] is not needed to tell that a database was set back in place: one command makes the feed another', async () => {
    const place = await emptyPlace();
    await place.restoreFrom(join(folder, 'two'));
    const pool = createPool(place.url, 1);
    const feedId = async () => (await pool.query<{ feed_id: string }>('select feed_id from feed')).rows[0]?.feed_id;
    const before = await feedId();
    const env = { DATABASE_URL: place.url, DATA_DIR: place.dataDir };
    const renewed = await launchProgram('restore.ts', ['--renew-feed'], env).ended;
    expect([renewed.code, await feedId()]).toEqual([0, expect.not.stringMatching(before ?? '')]);
    expect(renewed.said).toContain(await feedId());
    await pool.end();
    for (const program of ['backup.ts', 'restore.ts']) {
      const { code, said } = await launchProgram(program, [], env).ended;
      expect([code, said.trim().split('\n').length]).toEqual([1, 1]);
      expect(said).toContain('npm run');
    }
  });
});
