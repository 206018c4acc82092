import { chromium, type BrowserContext } from '@playwright/test';
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CHROMIUM_FLAGS, chromiumPath } from './chromium.ts';

/**
 * Chromium as nobody watches it: Playwright tells every page it starts that it is in front, always, so no page of its own ever hears
 * that it was put away.
 */
export async function openPlainBrowser(): Promise<{ context: BrowserContext; close(): Promise<void> }> {
  const profile = mkdtempSync(path.join(tmpdir(), 'haversack-plain-'));
  const own = ['--headless=new', '--remote-debugging-port=0', `--user-data-dir=${profile}`, 'about:blank'];
  const program = spawn(chromiumPath(), [...CHROMIUM_FLAGS, ...own], { stdio: ['ignore', 'ignore', 'pipe'] });
  const browser = await chromium.connectOverCDP(await addressOf(program), { noDefaults: true });
  const [context] = browser.contexts();
  if (!context) throw new Error('Chromium opened no window');
  return {
    context,
    async close() {
      const ended = new Promise((resolve) => program.once('exit', resolve));
      await browser.close();
      program.kill();
      await ended;
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

function addressOf(program: ChildProcess): Promise<string> {
  let said = '';
  return new Promise((resolve, reject) => {
    program.once('exit', () => reject(new Error(`Chromium ended: ${said}`)));
    program.stderr?.on('data', (text) => {
      said += String(text);
      const address = /DevTools listening on (ws:\S+)/.exec(said)?.[1];
      if (address !== undefined) resolve(address);
    });
  });
}
