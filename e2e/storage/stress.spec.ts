import type { Platform } from '../../mobile/modules/infrastructure/models.ts';
import { expect, goto, openPlatform, test } from './stage.ts';

test('[IN-2] [OB-1] loses no acknowledged write when the whole browser is killed, and shows no half transaction', async ({
  open,
  site,
}) => {
  const browser = await open();
  let { page } = browser;
  let writtenBefore = 0;
  for (let kills = 0; kills < 3; kills += 1) {
    await openPlatform(page);
    void page.evaluate(writeUntilKilled).catch(() => undefined);
    await expect.poll(() => site.notes.length, { intervals: [20] }).toBeGreaterThan(writtenBefore + 40);
    await browser.kill();
    writtenBefore = site.notes.length;
    page = await browser.restart();
    await goto(page, site);
  }
  await openPlatform(page);
  const found = await page.evaluate(async () => {
    const database = await window.platform.databases.open('killed');
    const events = await database.all<{ id: string }>('SELECT id FROM event');
    const outbox = await database.all<{ id: string }>('SELECT id FROM outbox');
    const integrity = await database.get('PRAGMA integrity_check');
    return { events: events.map(({ id }) => id).sort(), outbox: outbox.map(({ id }) => id).sort(), integrity };
  });
  test.info().annotations.push({ type: 'measured', description: `3 kills, ${site.notes.length} acknowledged` });
  expect(found.integrity).toEqual({ integrity_check: 'ok' });
  expect(found.outbox).toEqual(found.events);
  const kept = new Set(found.events);
  expect(site.notes.filter((id) => !kept.has(id))).toEqual([]);
});

test('[DL-7] says that the disk is full, and goes on when there is room again', async ({ open, site }) => {
  const browser = await open();
  const { page } = browser;
  await openPlatform(page);
  const session = await browser.context.newCDPSession(page);
  const origin = `http://localhost:${site.port}`;
  await page.evaluate(async () => {
    const database = await window.platform.databases.open('full');
    await database.run('CREATE TABLE t (bytes BLOB)');
    await database.run('INSERT INTO t VALUES (?)', [new Uint8Array(10)]);
    await database.close();
  });
  const used = await page.evaluate(async () => (await navigator.storage.estimate()).usage ?? 0);
  await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: used + 4 * 1024 * 1024 });
  const refused = await page.evaluate(async () => {
    const { databases, files } = window.platform;
    const name = `${'d'.repeat(64)}.mp3.part`;
    const database = await databases.open('full');
    const chunk = new Uint8Array(256 * 1024);
    const nameOf = async (work: () => Promise<unknown>): Promise<string> => {
      for (let n = 0; n < 200; n += 1) {
        try {
          await work();
        } catch (error) {
          return (error as Error).name;
        }
      }
      return 'never full';
    };
    const sql = await nameOf(() =>
      database.transaction((tx) => tx.run('INSERT INTO t VALUES (?)', [chunk]).then(() => undefined)),
    );
    const before = (await database.get('SELECT count(*) AS n FROM t'))?.['n'];
    let size = 0;
    const file = await nameOf(async () => {
      await files.append('full', name, size, chunk);
      size += chunk.byteLength;
    });
    const fileSize = (await files.size('full', name)) ?? 0;
    Object.assign(window, { database });
    return { sql, file, isFileWhole: fileSize === size, isReadable: typeof before === 'number' };
  });
  expect(refused).toEqual({ sql: 'StorageFullError', file: 'StorageFullError', isFileWhole: true, isReadable: true });

  await session.send('Storage.overrideQuotaForOrigin', { origin });
  const after = await page.evaluate(async () => {
    const { database } = window as never as { database: Awaited<ReturnType<Platform['databases']['open']>> };
    const before = Number((await database.get('SELECT count(*) AS n FROM t'))?.['n']);
    await database.run('INSERT INTO t VALUES (?)', [new Uint8Array(256 * 1024)]);
    return {
      added: Number((await database.get('SELECT count(*) AS n FROM t'))?.['n']) - before,
      integrity: await database.get('PRAGMA integrity_check'),
    };
  });
  expect(after).toEqual({ added: 1, integrity: { integrity_check: 'ok' } });
});

/** Runs in the page: one event with its outbox row after the other; the site is told of each after it is committed. */
async function writeUntilKilled(): Promise<void> {
  const { databases, ids } = window.platform;
  const database = await databases.open('killed');
  await database.run('CREATE TABLE IF NOT EXISTS event (id TEXT PRIMARY KEY, body TEXT)');
  await database.run('CREATE TABLE IF NOT EXISTS outbox (id TEXT PRIMARY KEY, body TEXT)');
  for (;;) {
    const id = ids.uuid();
    await database.transaction(async (tx) => {
      await tx.run('INSERT INTO event VALUES (?, ?)', [id, 'x'.repeat(400)]);
      await tx.run('INSERT INTO outbox VALUES (?, ?)', [id, 'y'.repeat(600)]);
    });
    await fetch('/note', { method: 'POST', body: id });
  }
}
