import { expect, test as base } from '@playwright/test';
import { openBrowser, type Browser, type BrowserOptions } from './browser.ts';
import { startHaversack, type Haversack } from './haversack.ts';

interface EachTest {
  /** A browser of its own for each test, over a profile on disk. What a page says that it should not fails the test (rule SE-4). */
  browserOf: (options?: BrowserOptions) => Promise<Browser>;
}
interface EachWorker {
  haversack: Haversack;
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
  browserOf: async ({}, use) => {
    const opened: Browser[] = [];
    await use(async (options) => {
      const browser = await openBrowser(options);
      opened.push(browser);
      return browser;
    });
    for (const browser of opened) await browser.close();
    expect(opened.flatMap(({ complaints }) => complaints)).toEqual([]);
  },
});
export { expect };
