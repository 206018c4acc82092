import { chromium, type BrowserContext, type Page } from '@playwright/test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CHROMIUM_FLAGS, chromiumPath } from './chromium.ts';
import { killAll, processesWith } from './processes.ts';

export const PHONE_SIZE = { width: 390, height: 844 };
export const DESKTOP_SIZE = { width: 1280, height: 800 };

/** Chromium with a profile on disk, as a learner has it: what it stored is there after it was closed, or killed. */
export interface Browser {
  readonly context: BrowserContext;
  /** The page that is used; `restart` puts a new one in its place. */
  readonly page: Page;
  /** What the pages have said that no page should: Content-Security-Policy violations and uncaught errors. */
  readonly complaints: string[];
  /** Folder of the profile, for another Chromium while this one is away. */
  readonly profile: string;
  newPage(): Promise<Page>;
  /** Ends every process of the browser at once, as a dead battery would. */
  kill(): Promise<void>;
  /** Closes the browser; `restart` opens it again. */
  leave(): Promise<void>;
  /** Closes the browser and opens it again over the same profile: nothing is left in memory. `offline`: the network stays cut. */
  restart(options?: { offline?: boolean }): Promise<Page>;
  close(): Promise<void>;
}

export interface BrowserOptions {
  viewport?: { width: number; height: number };
  colorScheme?: 'light' | 'dark';
  flags?: string[];
}

export async function openBrowser({
  viewport = PHONE_SIZE,
  colorScheme = 'light',
  flags = [],
}: BrowserOptions = {}): Promise<Browser> {
  const profile = mkdtempSync(path.join(tmpdir(), 'haversack-profile-'));
  const complaints: string[] = [];
  const launch = async (offline: boolean): Promise<BrowserContext> => {
    const context = await chromium.launchPersistentContext(profile, {
      executablePath: chromiumPath(),
      headless: true,
      args: [...CHROMIUM_FLAGS, ...flags],
      viewport,
      colorScheme,
      offline,
      reducedMotion: 'reduce',
    });
    context.on('console', (message) => {
      if (/Content[- ]Security[- ]Policy/i.test(message.text())) complaints.push(message.text());
    });
    context.on('weberror', (error) => complaints.push(`uncaught: ${error.error().message}`));
    return context;
  };

  let context = await launch(false);
  let page = context.pages()[0] ?? (await context.newPage());
  const reopen = async (offline: boolean): Promise<Page> => {
    context = await launch(offline);
    page = context.pages()[0] ?? (await context.newPage());
    return page;
  };

  return {
    get context() {
      return context;
    },
    get page() {
      return page;
    },
    complaints,
    profile,
    newPage: () => context.newPage(),
    async kill() {
      const closed = new Promise((resolve) => context.once('close', resolve));
      killAll(processesWith(`--user-data-dir=${profile}`));
      await closed;
    },
    leave: () => context.close(),
    async restart({ offline = false } = {}) {
      await context.close().catch(() => undefined);
      return reopen(offline);
    },
    async close() {
      await context.close().catch(() => undefined);
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
