import { expect, test, type Page } from '@playwright/test';
import path from 'node:path';
import { DATABASE_CONTRACT } from '../../mobile/test/contracts/database-contract.ts';
import { FILE_STORE_CONTRACT } from '../../mobile/test/contracts/file-store-contract.ts';
import { openBrowser, type Browser, type BrowserOptions } from '../lib/browser.ts';
import { startSite, type Site } from '../lib/site.ts';
import type { Platform } from '../../mobile/modules/infrastructure/models.ts';
import type { StoragePage } from './page.ts';

declare const storage: StoragePage;
declare global {
  interface Window {
    platform: Platform;
  }
}

let site: Site;
let browser: Browser;
test.beforeAll(async () => {
  site = await startSite(path.join(import.meta.dirname, 'page.ts'));
});
test.afterAll(() => site.close());
test.afterEach(() => expect(browser.complaints).toEqual([]));

async function openPage(options: BrowserOptions = {}): Promise<Page> {
  browser = await openBrowser(options);
  await goto(browser.page);
  return browser.page;
}
const goto = (page: Page): Promise<unknown> => page.goto(`http://localhost:${site.port}/`);
const openPlatform = (page: Page): Promise<void> =>
  page.evaluate(async () => {
    window.platform = await storage.createPlatform();
  });
const leaseState = (page: Page): Promise<string> => page.evaluate(() => storage.tabLease.state);

test.describe('the contract of the ports, in a real browser', () => {
  test.describe.configure({ mode: 'serial' });
  let shared: Browser;
  test.beforeAll(async () => {
    shared = await openBrowser();
    await goto(shared.page);
    await openPlatform(shared.page);
  });
  test.beforeEach(() => {
    browser = shared;
  });
  test.afterAll(() => shared.close());

  for (const [index, { name }] of DATABASE_CONTRACT.entries()) {
    test(`databases: ${name}`, () =>
      shared.page.evaluate(async (at) => {
        await storage.runDatabaseCase(window.platform.databases, storage.DATABASE_CONTRACT[at]!);
      }, index));
  }
  for (const [index, { name }] of FILE_STORE_CONTRACT.entries()) {
    test(`files: ${name}`, () =>
      shared.page.evaluate(async (at) => {
        await storage.runFileStoreCase(window.platform.files, storage.FILE_STORE_CONTRACT[at]!);
      }, index));
  }
});

test.describe('the ports in a real browser', () => {
  test.afterEach(() => browser.close());
  test('[DL-10] give addresses that a picture and a player of the page can open, of the right type', async () => {
    const page = await openPage();
    await openPlatform(page);
    const width = await page.evaluate(async () => {
      const { files } = window.platform;
      const name = `${'c'.repeat(64)}.png`;
      const png = atob('iVBORw0KGgoAAAANSUhEUgAAAAMAAAABCAIAAACUgoPjAAAADUlEQVR4nGP4DwUMcBYAdeYL9bVVyZcAAAAASUVORK5CYII=');
      await files.append(
        'pictures',
        name,
        0,
        Uint8Array.from(png, (character) => character.charCodeAt(0)),
      );
      const { uri, release } = await files.localUri('pictures', name, 'image/png');
      const picture = new Image();
      picture.src = uri;
      await picture.decode();
      release();
      return picture.naturalWidth;
    });
    expect(width).toBe(3);
  });

  test('[IN-3] tell each change of the network once, and nothing after unsubscribing', async () => {
    const page = await openPage();
    await openPlatform(page);
    await page.evaluate(() => {
      const heard: string[] = [];
      Object.assign(window, { heard });
      const { connectivity } = window.platform;
      const stop = connectivity.subscribe(({ isOnline }) => heard.push(`first ${isOnline}`));
      connectivity.subscribe(({ isOnline }) => {
        heard.push(`second ${isOnline}`);
        stop();
      });
    });
    await browser.context.setOffline(true);
    await expect
      .poll(() => page.evaluate(() => window.platform.connectivity.current()))
      .toEqual({ isOnline: false, kind: 'none' });
    await browser.context.setOffline(false);
    await expect
      .poll(() => page.evaluate(() => (window as never as { heard: string[] }).heard))
      .toEqual(['first false', 'second false', 'second true']);
  });

  test('[SE-5] keep marks over a restart, and no token', async () => {
    let page = await openPage();
    await openPlatform(page);
    await page.evaluate(() => window.platform.secureStore.set('theme', 'dark'));
    page = await browser.restart();
    await goto(page);
    await openPlatform(page);
    const marks = await page.evaluate(async () => {
      const { secureStore } = window.platform;
      const kept = await secureStore.get('theme');
      await secureStore.remove('theme');
      return [kept, await secureStore.get('theme')];
    });
    expect(marks).toEqual(['dark', null]);
  });

  test('say on an insecure origin that nothing can be kept there', async () => {
    browser = await openBrowser({ flags: ['--host-resolver-rules=MAP school.test 127.0.0.1'] });
    await browser.page.goto(`http://school.test:${site.port}/`);
    const fault = await browser.page.evaluate(() => storage.createPlatform().catch((error: { fault?: string }) => error.fault));
    expect(fault).toBe('insecure_origin');
  });
});

test.describe('storage under stress', () => {
  test.afterEach(() => browser.close());
  test('[IN-2] [OB-1] loses no acknowledged write when the whole browser is killed, and shows no half transaction', async () => {
    let page = await openPage();
    let writtenBefore = 0;
    for (let kills = 0; kills < 3; kills += 1) {
      await openPlatform(page);
      void page.evaluate(writeUntilKilled).catch(() => undefined);
      await expect.poll(() => site.notes.length, { intervals: [20] }).toBeGreaterThan(writtenBefore + 40);
      await browser.kill();
      writtenBefore = site.notes.length;
      page = await browser.restart();
      await goto(page);
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

  test('[DL-7] says that the disk is full, and goes on when there is room again', async () => {
    const page = await openPage();
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
});

test.describe('one tab at a time', () => {
  test.afterEach(() => browser.close());
  test('[OB-7] a second tab waits, takes over, and the first one holds nothing any more', async () => {
    const first = await openPage();
    await openPlatform(first);
    await first.evaluate(async () => {
      const database = await window.platform.databases.open('shared');
      await database.run('CREATE TABLE t (word TEXT)');
      await database.run('INSERT INTO t VALUES (?)', ['first']);
      Object.assign(window, { database });
    });
    const second = await browser.newPage();
    await goto(second);
    const opening = openPlatform(second);
    await expect.poll(() => leaseState(second)).toBe('elsewhere');
    expect(await leaseState(first)).toBe('here');

    await second.evaluate(() => storage.tabLease.takeOver());
    await opening;
    expect(await leaseState(second)).toBe('here');
    await expect.poll(() => leaseState(first)).toBe('elsewhere');
    expect(await wordsIn(second)).toEqual(['first']);
    const refused = await first.evaluate(async () => {
      const { database } = window as never as { database: Awaited<ReturnType<Platform['databases']['open']>> };
      const nameOf = (work: Promise<unknown>): Promise<string> =>
        work.then(
          () => 'answered',
          (error: Error) => error.name,
        );
      return [
        await nameOf(database.run('INSERT INTO t VALUES (?)', ['late'])),
        await nameOf(window.platform.http.send({ method: 'GET', url: '/', timeoutMs: 5_000 })),
      ];
    });
    expect(refused).toEqual(['OpenElsewhereError', 'TransportError']);

    const reloaded = first.waitForNavigation();
    await first.evaluate(() => storage.tabLease.takeOver());
    await reloaded;
    await openPlatform(first);
    expect(await leaseState(first)).toBe('here');
    await expect.poll(() => leaseState(second)).toBe('elsewhere');
  });

  test('[OB-7] hands over also while its page is busy, and lets a transaction end first', async () => {
    const first = await openPage();
    await openPlatform(first);
    const second = await browser.newPage();
    await goto(second);
    await first.evaluate(async () => {
      const database = await window.platform.databases.open('shared');
      await database.run('CREATE TABLE t (word TEXT)');
      await database.run('INSERT INTO t VALUES (?)', ['before']);
      setTimeout(() => {
        const until = performance.now() + 4_000;
        while (performance.now() < until);
      }, 50);
    });
    const opening = openPlatform(second);
    await expect.poll(() => leaseState(second)).toBe('elsewhere');
    const asked = Date.now();
    await second.evaluate(() => storage.tabLease.takeOver());
    await opening;
    expect(Date.now() - asked).toBeLessThan(2_500);
    expect(await wordsIn(second)).toEqual(['before']);
  });

  test('[OB-7] a tab that was closed leaves the way free by itself', async () => {
    const first = await openPage();
    await openPlatform(first);
    const second = await browser.newPage();
    await goto(second);
    const opening = openPlatform(second);
    await expect.poll(() => leaseState(second)).toBe('elsewhere');
    await first.close();
    await opening;
    expect(await leaseState(second)).toBe('here');
  });
});

test.describe('the shell', () => {
  test.afterEach(() => browser.close());
  test('[UI-3] a new version waits, nothing in progress is lost, until the person agrees', async () => {
    const page = await openPage();
    const isWaiting = (): Promise<boolean> => page.evaluate(() => storage.appUpdate.isWaiting);
    await openPlatform(page);
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    await page.reload();
    await openPlatform(page);
    await page.evaluate(() => navigator.serviceWorker.ready.then((registration) => registration.update()).then(() => undefined));
    expect(await isWaiting()).toBe(false);

    site.release('2');
    await page.evaluate(() => {
      Object.assign(window, { answerInProgress: 'half a word' });
      return navigator.serviceWorker.ready.then((registration) => registration.update()).then(() => undefined);
    });
    await expect.poll(isWaiting).toBe(true);
    expect(await page.evaluate(() => (window as never as { answerInProgress: string }).answerInProgress)).toBe('half a word');

    const reloaded = page.waitForEvent('load');
    await page.evaluate(() => storage.appUpdate.apply());
    await reloaded;
    await openPlatform(page);
    expect(await isWaiting()).toBe(false);
  });
});

function wordsIn(page: Page): Promise<unknown[]> {
  return page.evaluate(async () => {
    const database = await window.platform.databases.open('shared');
    return (await database.all('SELECT word FROM t')).map(({ word }) => word);
  });
}

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
