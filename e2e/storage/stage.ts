import { expect, test as base, type Page } from '@playwright/test';
import path from 'node:path';
import type { Platform } from '../../mobile/modules/infrastructure/models.ts';
import { openBrowser, type Browser, type BrowserOptions } from '../lib/browser.ts';
import { startSite, type Site } from '../lib/site.ts';
import type { StoragePage } from './page.ts';

declare global {
  const storage: StoragePage;
  interface Window {
    platform: Platform;
  }
}

/** One site for all tests; a browser for each, whose pages must not complain. */
export const test = base.extend<{ open: (options?: BrowserOptions) => Promise<Browser> }, { site: Site }>({
  site: [
    async ({}, use) => {
      const site = await startSite(path.join(import.meta.dirname, 'page.ts'));
      await use(site);
      await site.close();
    },
    { scope: 'worker' },
  ],
  open: async ({ site }, use) => {
    const opened: Browser[] = [];
    await use(async (options) => {
      const browser = await openBrowser(options);
      opened.push(browser);
      await goto(browser.page, site);
      return browser;
    });
    for (const browser of opened) await browser.close();
    expect(opened.flatMap(({ complaints }) => complaints)).toEqual([]);
  },
});
export { expect };

export async function goto(page: Page, { port }: Site): Promise<void> {
  await page.goto(`http://localhost:${port}/`);
}

export function openPlatform(page: Page): Promise<void> {
  return page.evaluate(async () => {
    window.platform = await storage.createPlatform();
  });
}
