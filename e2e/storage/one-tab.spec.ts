import type { Page } from '@playwright/test';
import type { Platform } from '../../mobile/modules/infrastructure/models.ts';
import { expect, goto, openPlatform, test } from './stage.ts';

const leaseState = (page: Page): Promise<string> => page.evaluate(() => storage.tabLease.state);

test('[OB-7] a second tab waits, takes over, and the first one holds nothing any more', async ({ open, site }) => {
  const browser = await open();
  const first = browser.page;
  await openPlatform(first);
  await first.evaluate(async () => {
    const database = await window.platform.databases.open('shared');
    await database.run('CREATE TABLE t (word TEXT)');
    await database.run('INSERT INTO t VALUES (?)', ['first']);
    Object.assign(window, { database });
  });
  const second = await browser.newPage();
  await goto(second, site);
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

test('[OB-7] hands over also while its page is busy', async ({ open, site }) => {
  const browser = await open();
  const first = browser.page;
  await openPlatform(first);
  const second = await browser.newPage();
  await goto(second, site);
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

test('[OB-7] takes over also from a tab whose storage is stuck in a statement without end', async ({ open, site }) => {
  const browser = await open();
  const first = browser.page;
  await openPlatform(first);
  await first.evaluate(async () => {
    const database = await window.platform.databases.open('shared');
    await database.run('CREATE TABLE t (word TEXT)');
    await database.run('INSERT INTO t VALUES (?)', ['before']);
    const stuck = database.all('WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n');
    Object.assign(window, { outcome: stuck.catch((error: Error) => error.name) });
  });
  const second = await browser.newPage();
  await goto(second, site);
  const opening = openPlatform(second);
  await expect.poll(() => leaseState(second)).toBe('elsewhere');
  const asked = Date.now();
  await second.evaluate(() => storage.tabLease.takeOver());
  await opening;
  expect(Date.now() - asked).toBeLessThan(4_000);
  expect(await wordsIn(second)).toEqual(['before']);
  expect(await leaseState(first)).toBe('elsewhere');
  expect(await first.evaluate(() => (window as never as { outcome: Promise<string> }).outcome)).toBe('OpenElsewhereError');
});

test('[OB-7] a tab that was closed leaves the way free by itself', async ({ open, site }) => {
  const browser = await open();
  const first = browser.page;
  await openPlatform(first);
  const second = await browser.newPage();
  await goto(second, site);
  const opening = openPlatform(second);
  await expect.poll(() => leaseState(second)).toBe('elsewhere');
  await first.close();
  await opening;
  expect(await leaseState(second)).toBe('here');
});

test('[OB-7] a tab that crashes hands on within two seconds, with all that it had committed', async ({ open, site }) => {
  const browser = await open();
  const first = browser.page;
  await openPlatform(first);
  await first.evaluate(async () => {
    const database = await window.platform.databases.open('shared');
    await database.run('CREATE TABLE t (word TEXT)');
    await database.run('INSERT INTO t VALUES (?)', ['committed']);
    void database.transaction(async (tx) => {
      await tx.run('INSERT INTO t VALUES (?)', ['in the middle']);
      await new Promise(() => undefined);
    });
  });
  const second = await browser.newPage();
  await goto(second, site);
  const opening = openPlatform(second);
  await expect.poll(() => leaseState(second)).toBe('elsewhere');
  const crashed = first.waitForEvent('crash');
  void first.goto('chrome://crash').catch(() => undefined);
  await crashed;
  const crashedAt = Date.now();
  await opening;
  const passedMs = Date.now() - crashedAt;
  test.info().annotations.push({ type: 'measured', description: `handed on after ${passedMs} ms` });
  expect(passedMs).toBeLessThan(2_000);
  expect(await wordsIn(second)).toEqual(['committed']);
});

test('[OB-7] of three tabs one at a time has the storage, whichever is closed', async ({ open, site }) => {
  const browser = await open();
  const pages = [browser.page, await browser.newPage(), await browser.newPage()];
  const openings: Promise<void>[] = [];
  for (const page of pages) {
    await goto(page, site);
    openings.push(openPlatform(page));
    await expect.poll(() => leaseState(page)).not.toBe('opening');
  }
  expect(await Promise.all(pages.map(leaseState))).toEqual(['here', 'elsewhere', 'elsewhere']);
  for (const [index, page] of pages.entries()) {
    await openings[index];
    const rest = await Promise.all(pages.slice(index).map(leaseState));
    expect(rest).toEqual(['here', ...rest.slice(1).map(() => 'elsewhere')]);
    await page.close();
  }
});

function wordsIn(page: Page): Promise<unknown[]> {
  return page.evaluate(async () => {
    const database = await window.platform.databases.open('shared');
    return (await database.all('SELECT word FROM t')).map(({ word }) => word);
  });
}
