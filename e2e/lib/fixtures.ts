import { expect, test as base, type TestInfo } from '@playwright/test';
import { rmSync } from 'node:fs';
import { openBrowser, type Browser, type BrowserOptions } from './browser.ts';
import { startHaversack, type Haversack } from './haversack.ts';
import { makeLargeUnit } from './large-unit.ts';

interface EachTest {
  /** A browser of its own for each test, over a profile on disk. What a page says that it should not fails the test (rule SE-4). */
  browserOf: (options?: BrowserOptions) => Promise<Browser>;
}
interface EachWorker {
  haversack: Haversack;
  /** Published beside the units that ship; known by its title. */
  largeUnit: string;
}

export const test = base.extend<EachTest, EachWorker>({
  haversack: [
    // Playwright reads the names of what a fixture uses from this pattern; ours use none.
    async ({}, use) => {
      const haversack = await startHaversack();
      await use(haversack);
      await haversack.stop();
    },
    { scope: 'worker', timeout: 330_000 },
  ],
  largeUnit: [
    async ({ haversack }, use) => {
      const { folder, title } = makeLargeUnit();
      await haversack.publish(folder).finally(() => rmSync(folder, { recursive: true, force: true }));
      await use(title);
    },
    { scope: 'worker' },
  ],
  browserOf: async ({}, use, testInfo) => {
    const opened: Browser[] = [];
    await use(async (options) => {
      const browser = await openBrowser(options);
      opened.push(browser);
      return browser;
    });
    if (testInfo.status !== testInfo.expectedStatus) await keepPictures(opened, testInfo);
    for (const browser of opened) await browser.close();
    expect(opened.flatMap(({ complaints }) => complaints)).toEqual([]);
  },
});
export { expect };

/** What every page showed when the test failed, beside Playwright's own report. */
async function keepPictures(browsers: readonly Browser[], testInfo: TestInfo): Promise<void> {
  const pages = browsers.flatMap(({ context }) => context.pages());
  for (const [index, page] of pages.entries()) {
    // A page that has crashed shows nothing.
    await page.screenshot({ path: testInfo.outputPath(`page-${index + 1}.png`), timeout: 5_000 }).catch(() => undefined);
  }
}
