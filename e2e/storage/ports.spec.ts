import { readFileSync } from 'node:fs';
import { DATABASE_CONTRACT } from '../../mobile/test/contracts/database-contract.ts';
import { FILE_STORE_CONTRACT } from '../../mobile/test/contracts/file-store-contract.ts';
import { openBrowser, type Browser } from '../lib/browser.ts';
import { expect, goto, openPlatform, test } from './stage.ts';

test.describe('the contract of the ports, in a real browser', () => {
  test.describe.configure({ mode: 'serial' });
  let shared: Browser;
  test.beforeAll(async ({ site }) => {
    shared = await openBrowser();
    await goto(shared.page, site);
    await openPlatform(shared.page);
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

test('[DL-10] give addresses that a picture of the page can open under the Content-Security-Policy', async ({ open }) => {
  const browser = await open();
  const { page } = browser;
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

test('[IN-3] tell each change of the network once, and nothing after unsubscribing', async ({ open }) => {
  const browser = await open();
  const { page } = browser;
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
  await expect.poll(() => page.evaluate(() => window.platform.connectivity.current())).toEqual({ isOnline: false, kind: 'none' });
  await browser.context.setOffline(false);
  await expect
    .poll(() => page.evaluate(() => (window as never as { heard: string[] }).heard))
    .toEqual(['first false', 'second false', 'second true']);
});

test('[SE-5] keep marks over a restart, and no token', async ({ open, site }) => {
  const browser = await open();
  let { page } = browser;
  await openPlatform(page);
  await page.evaluate(() => window.platform.secureStore.set('theme', 'dark'));
  page = await browser.restart();
  await goto(page, site);
  await openPlatform(page);
  const marks = await page.evaluate(async () => {
    const { secureStore } = window.platform;
    const kept = await secureStore.get('theme');
    await secureStore.remove('theme');
    return [kept, await secureStore.get('theme')];
  });
  expect(marks).toEqual(['dark', null]);
});

test('[OB-6] hand a file over as a download, under the Content-Security-Policy', async ({ open }) => {
  const { page } = await open();
  await openPlatform(page);
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.evaluate(() => window.platform.fileExport.offer('haversack-unsent-2026.json', '{"format":"ä"}\n')),
  ]);
  expect(download.suggestedFilename()).toBe('haversack-unsent-2026.json');
  expect(readFileSync(await download.path(), 'utf8')).toBe('{"format":"ä"}\n');
});

test('say on an insecure origin that nothing can be kept there', async ({ open, site }) => {
  const { page } = await open({ flags: ['--host-resolver-rules=MAP school.test 127.0.0.1'] });
  await page.goto(`http://school.test:${site.port}/`);
  const fault = await page.evaluate(() => storage.createPlatform().catch((error: { fault?: string }) => error.fault));
  expect(fault).toBe('insecure_origin');
});
