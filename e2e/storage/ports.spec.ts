import { readFileSync } from 'node:fs';
import { CLOCK_CONTRACT } from '../../mobile/test/contracts/clock-contract.ts';
import { CONNECTIVITY_CONTRACT } from '../../mobile/test/contracts/connectivity-contract.ts';
import { DATABASE_CONTRACT } from '../../mobile/test/contracts/database-contract.ts';
import { FILE_STORE_CONTRACT } from '../../mobile/test/contracts/file-store-contract.ts';
import { HTTP_CONTRACT } from '../../mobile/test/contracts/http-contract.ts';
import { IDS_CONTRACT } from '../../mobile/test/contracts/ids-contract.ts';
import { LIFECYCLE_CONTRACT } from '../../mobile/test/contracts/lifecycle-contract.ts';
import { SECURE_STORE_CONTRACT } from '../../mobile/test/contracts/secure-store-contract.ts';
import { openBrowser, type Browser } from '../lib/browser.ts';
import { openPlainBrowser } from '../lib/plain-browser.ts';
import { expect, goto, openPlatform, test } from './stage.ts';

/** What the pages of these tests may ask of the test. */
declare function setOnline(isOnline: boolean): Promise<void>;
declare function bringToFront(isInFront: boolean): Promise<void>;

test.describe('the contract of the ports, in a real browser', () => {
  test.describe.configure({ mode: 'serial' });
  let shared: Browser;
  test.beforeAll(async ({ site }) => {
    shared = await openBrowser();
    await shared.page.exposeFunction('setOnline', (isOnline: boolean) => shared.context.setOffline(!isOnline));
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
  for (const [index, { name }] of SECURE_STORE_CONTRACT.entries()) {
    test(`secure store: ${name}`, () =>
      shared.page.evaluate(async (at) => {
        await storage.runSecureStoreCase(storage.createSecureStore, storage.SECURE_STORE_CONTRACT[at]!);
      }, index));
  }
  for (const [index, { name }] of HTTP_CONTRACT.entries()) {
    test(`http: ${name}`, () => shared.page.evaluate((at) => storage.HTTP_CONTRACT[at]!.run(window.platform.http), index));
  }
  for (const [index, { name }] of CLOCK_CONTRACT.entries()) {
    test(`clock: ${name}`, () =>
      shared.page.evaluate((at) => {
        const { clock } = window.platform;
        return storage.CLOCK_CONTRACT[at]!.run({ clock, pass: (ms) => clock.sleep(ms) });
      }, index));
  }
  for (const [index, { name }] of IDS_CONTRACT.entries()) {
    test(`ids: ${name}`, () =>
      shared.page.evaluate((at) => storage.IDS_CONTRACT[at]!.run({ ids: window.platform.ids, now: () => Date.now() }), index));
  }
  for (const [index, { name }] of CONNECTIVITY_CONTRACT.entries()) {
    test(`connectivity: ${name}`, () =>
      shared.page.evaluate(async (at) => {
        const { connectivity } = window.platform;
        await storage.runConnectivityCase({ connectivity, setOnline }, storage.CONNECTIVITY_CONTRACT[at]!);
      }, index));
  }
  test('http: [OB-5] takes a network that is not there for offline', async () => {
    await shared.context.setOffline(true);
    await shared.page.evaluate(() => storage.expectOffline(window.platform.http, '/http-contract/echo/1'));
    await shared.context.setOffline(false);
  });
});

test.describe('the contract of the lifecycle, with a tab that is put away and fetched back', () => {
  let plain: Awaited<ReturnType<typeof openPlainBrowser>>;
  test.beforeEach(async () => {
    plain = await openPlainBrowser();
  });
  test.afterEach(() => plain.close());

  for (const [index, { name }] of LIFECYCLE_CONTRACT.entries()) {
    test(name, async ({ site }) => {
      const { context } = plain;
      const page = context.pages()[0] ?? (await context.newPage());
      const other = await context.newPage();
      await page.exposeFunction('bringToFront', (isInFront: boolean) => (isInFront ? page : other).bringToFront());
      await page.bringToFront();
      await goto(page, site);
      await openPlatform(page);
      await page.evaluate(async (at) => {
        const turn = async (isInFront: boolean): Promise<void> => {
          const hasHeard = new Promise((resolve) => document.addEventListener('visibilitychange', resolve, { once: true }));
          await bringToFront(isInFront);
          await hasHeard;
          await new Promise((resolve) => setTimeout(resolve, 20));
        };
        const { lifecycle } = window.platform;
        const device = { lifecycle, toBackground: () => turn(false), toForeground: () => turn(true) };
        await storage.LIFECYCLE_CONTRACT[at]!.run(device);
      }, index);
    });
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
