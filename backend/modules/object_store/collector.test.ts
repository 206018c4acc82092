import { randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Caller, startTestServer, type TestServer } from '../../test/app.ts';
import { makeUnit, publish, sha256Hex, uploadAssets, withPicture } from '../../test/factories.ts';
import { findReferredObjects } from '../content/public.ts';
import { createDatabase } from '../infrastructure/public.ts';
import { createCollector } from './collector.ts';

const HOUR_MS = 60 * 60_000;
let server: TestServer;
let second: TestServer;
let publisher: Caller;

beforeAll(async () => {
  server = await startTestServer({ objectGraceMs: 24 * 3_600_000 });
  second = await server.startNode();
  publisher = await server.signUp('publisher');
  await uploadAssets(publisher);
  // The sound of every unit here: referred to from the beginning.
  await publish(publisher, makeUnit({ withAssets: true }));
});
afterAll(async () => {
  await second.close();
  await server.close();
});

/** An object that was uploaded long ago, and that nothing refers to. */
async function makeOld(): Promise<{ bytes: Buffer; id: string }> {
  const bytes = randomBytes(100);
  await publisher.put(`/objects/${sha256Hex(bytes)}`, bytes);
  server.clock.offsetMs += 25 * HOUR_MS;
  second.clock.offsetMs = server.clock.offsetMs;
  return { bytes, id: sha256Hex(bytes) };
}
const isThere = async (id: string): Promise<boolean> => (await server.objectStore.stat(id)) !== null;

describe('collecting while others publish', () => {
  it('[OS-5] keeps an old object that a publication under way will refer to', async () => {
    const { bytes, id } = await makeOld();
    const unit = withPicture(makeUnit({ withAssets: true }), bytes);
    const writer = await server.pool.connect();
    await writer.query('begin; select 1 from feed for update');
    const publishing = publisher.put(`/content/units/${unit.id}`, unit);
    // Its premises are checked; it waits for its turn to write.
    await expect.poll(async () => (await waitingForLocks()) > 0).toBe(true);
    await second.collector.collect();
    await writer.query('commit');
    writer.release();
    expect((await publishing).status).toBe(201);
    expect(await isThere(id)).toBe(true);
  });

  it('[OS-5] an upload of what is being deleted waits, and brings the bytes anew', async () => {
    const { bytes, id } = await makeOld();
    let begun = false;
    let goOn = (): void => undefined;
    const held = new Promise<void>((resolve) => (goOn = resolve));
    const store = {
      ...server.objectStore,
      remove: async (objectId: string): Promise<void> => {
        begun ||= objectId === id;
        await held;
        await server.objectStore.remove(objectId);
      },
    };
    const database = createDatabase(second.pool);
    const slow = createCollector({
      store,
      database,
      findReferred: findReferredObjects,
      clock: server.clock,
      graceMs: 24 * HOUR_MS,
    });
    const collecting = slow.collect();
    await expect.poll(() => begun).toBe(true);
    const uploading = publisher.put(`/objects/${id}`, bytes);
    await sleep(100);
    goOn();
    expect((await collecting).deleted).toBeGreaterThan(0);
    expect((await uploading).status).toBe(201);
    expect(await isThere(id)).toBe(true);
  });

  it('[OS-5] whatever meets, what is published has its bytes', async () => {
    for (let round = 0; round < 25; round += 1) {
      const { bytes, id } = await makeOld();
      const unit = withPicture(makeUnit({ withAssets: true }), bytes);
      const later = async <T>(work: () => Promise<T>): Promise<T> => sleep(Math.floor(Math.random() * 12)).then(work);
      const [answer] = await Promise.all([
        later(() => publisher.put<{ code: string }>(`/content/units/${unit.id}`, unit)),
        later(() => server.collector.collect()),
        later(() => second.collector.collect()),
        round % 2 === 0 ? later(() => publisher.put(`/objects/${id}`, bytes)) : null,
      ]);
      expect([201, 422]).toContain(answer.status);
      if (answer.status === 201) expect(await isThere(id)).toBe(true);
    }
  });

  it('[OS-5] is done by one node in its turn', async () => {
    const turns = async (): Promise<number> => {
      const both = await Promise.all([server, second, server].map((node) => node.collector.collectIfDue(24 * HOUR_MS)));
      return both.filter((collected) => collected !== null).length;
    };
    expect([await turns(), await turns()]).toEqual([1, 0]);
    server.clock.offsetMs += 24 * HOUR_MS;
    second.clock.offsetMs = server.clock.offsetMs;
    expect([await turns(), await turns()]).toEqual([1, 0]);
  });
});

it('[OS-5] units of before the table of references are in it as if they had been published since', async () => {
  const unit = makeUnit({ withAssets: true });
  const pictures = [randomBytes(30), randomBytes(31)];
  for (const bytes of pictures) {
    await publisher.put(`/objects/${sha256Hex(bytes)}`, bytes);
    await publish(publisher, withPicture(unit, bytes));
  }
  const read = async () =>
    (await server.pool.query<{ unit_id: string }>('select object_id, unit_id from unit_objects order by 1, 2')).rows;
  const noted = await read();
  const ofUnit = noted.filter((row) => row.unit_id === unit.id);
  expect(ofUnit).toHaveLength(3);
  const folder = join(import.meta.dirname, '../../migrations');
  const name = (await readdir(folder)).find((file) => file.endsWith('objects_in_use.sql')) ?? '';
  const [backfill = ''] =
    /insert into unit_objects \(object_id, unit_id\)\nselect[^;]+;/.exec(await readFile(join(folder, name), 'utf8')) ?? [];
  await server.pool.query('delete from unit_objects');
  await server.pool.query(backfill);
  expect(await read()).toEqual(noted);
});

async function waitingForLocks(): Promise<number> {
  const { rows } = await second.pool.query<{ count: string }>(
    `select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
  );
  return Number(rows[0]?.count);
}
