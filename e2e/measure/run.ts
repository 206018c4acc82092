/**
 * `npm run measure:app`: how fast the app feels in Chromium with a large catalogue on the device, against the real server. Writes
 * docs/benchmarks/app.md. `-- --rounds 3 --units 500 --dry` for a look that is written nowhere; `--server` and a URL for one that was
 * filled before.
 */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { firstLoadSizes } from '../../mobile/scripts/budgets.ts';
import { newPerson, signUpFromNode } from '../lib/api.ts';
import { openBareChromium } from '../lib/bare-chromium.ts';
import { openBrowser, PHONE_SIZE, type Browser } from '../lib/browser.ts';
import { startHaversack } from '../lib/haversack.ts';
import { signIn, untilShellIsKept } from '../lib/learner.ts';
import { publishCatalogue, titleOf } from './catalogue.ts';
import { heapMegabytes, installProbe, probe, scrollList, slowDown, threadMs, type Noted } from './probe.ts';
import { toMarkdown, type Felt, type FeltStart, type Round, type Start, type Usage } from './report.ts';

const ROOT = path.join(import.meta.dirname, '../..');
const SCROLL_SECONDS = 4;
/** Also the late work of a start belongs to it: syncing, pictures. */
const SETTLED_MS = 3_000;
/** By then a browser has started itself. */
const BROWSER_RUNS_AFTER_MS = 2_000;

interface Site {
  url: string;
  stop(): Promise<void>;
}

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    units: { type: 'string', default: '2000' },
    dry: { type: 'boolean', default: false },
    server: { type: 'string' },
  },
});
const units = Number(options.units);
const say = (line: string): boolean => process.stdout.write(`${line}\n`);

const site: Site = options.server === undefined ? await startFilled() : { url: options.server, stop: () => Promise.resolve() };
const browser = await openBrowser({ viewport: PHONE_SIZE });
try {
  say('Bringing them to the device …');
  const version = await fillDevice(browser);
  await browser.leave();
  // Playwright's Chromium has other settings, and V8 keeps no code from it: the first starts make it anew.
  for (let start = 0; start < 3; start += 1) await startUnwatched(browser, { slower: 1, settledMs: BROWSER_RUNS_AFTER_MS });
  const felt: Felt[] = [];
  for (let round = 1; round <= Number(options.rounds); round += 1) {
    felt.push(await measureFelt(browser));
    say(`Starts of round ${round} of ${options.rounds}: ${JSON.stringify(felt.at(-1))}`);
  }
  const rounds: Round[] = [];
  for (let round = 1; round <= Number(options.rounds); round += 1) {
    say(`Round ${round} of ${options.rounds} …`);
    rounds.push(await measureRound(browser));
    say(JSON.stringify(rounds.at(-1)));
  }
  const text = toMarkdown({ units, version, felt, rounds, sizes: firstLoadSizes(path.join(ROOT, 'build/web')) });
  if (options.dry) say(text);
  else writeFileSync(path.join(ROOT, 'docs/benchmarks/app.md'), text);
} finally {
  await browser.close();
  await site.stop();
}

async function startFilled(): Promise<Site> {
  say('Starting Haversack …');
  const haversack = await startHaversack();
  await publishCatalogue(haversack, units, (done) => say(`Publishing ${units} units … ${done}`));
  return haversack;
}

/** Signs up, and waits until the whole catalogue and the shell are there. Returns the browser's version. */
async function fillDevice({ page, context }: Browser): Promise<string> {
  const person = newPerson();
  await signUpFromNode(site.url, person);
  await page.goto(site.url);
  await signIn(page, person);
  await page.getByRole('heading', { name: 'Units', exact: true }).waitFor({ timeout: 240_000 });
  await page.getByRole('searchbox', { name: 'Search units' }).fill(titleOf(units - 1));
  await page.getByRole('heading', { name: titleOf(units - 1), exact: true }).waitFor({ timeout: 240_000 });
  await untilShellIsKept(page);
  return context.browser()?.version() ?? 'unknown';
}

async function measureFelt(of: Browser): Promise<Felt> {
  return {
    slowed: await startUnwatched(of, { slower: 4, settledMs: BROWSER_RUNS_AFTER_MS }),
    unslowed: await startUnwatched(of, { slower: 1, settledMs: BROWSER_RUNS_AFTER_MS }),
    slowedCold: await startUnwatched(of, { slower: 4, settledMs: 0 }),
    unslowedCold: await startUnwatched(of, { slower: 1, settledMs: 0 }),
  };
}

async function measureRound(of: Browser): Promise<Round> {
  const online = await start(of, { slower: 4 });
  const usage = await useApp(of, 4);
  const offline = await start(of, { slower: 4, offline: true });
  const unslowed = await start(of, { slower: 1 });
  return { online, offline, unslowed, usage, usageUnslowed: await useApp(of, 1) };
}

/** In a new browser process that has been running for `settledMs`, with nobody who listens to what the page does. */
async function startUnwatched({ profile }: Browser, how: { slower: number; settledMs: number }): Promise<FeltStart> {
  const browser = await openBareChromium(profile, PHONE_SIZE);
  try {
    await browser.send('Page.enable');
    await browser.send('Page.addScriptToEvaluateOnNewDocument', { source: `(${probe.toString()})()` });
    await setTimeout(how.settledMs);
    await browser.send('Emulation.setCPUThrottlingRate', { rate: how.slower });
    await browser.send('Page.navigate', { url: site.url });
    // Asking before would be work for the page's thread.
    await setTimeout(SETTLED_MS * how.slower);
    const { result } = await browser.send('Runtime.evaluate', { expression: 'JSON.stringify(noted)' });
    const { listAt, firstPaintAt } = JSON.parse((result as { value: string }).value) as Noted;
    if (listAt === 0) throw new Error('no card was painted');
    return { listAt, firstPaintAt };
  } finally {
    await browser.close();
  }
}

/** Opens the browser anew over the same profile, and the app in it. */
async function start(of: Browser, how: { slower: number; offline?: boolean }): Promise<Start> {
  const page = await of.restart({ offline: how.offline ?? false });
  const session = await page.context().newCDPSession(page);
  // From here on it counts.
  await session.send('Performance.enable');
  await slowDown(session, how.slower);
  await installProbe(page);
  await page.goto(site.url, { waitUntil: 'commit' });
  await page.waitForFunction(() => globalThis.noted.listAt > 0, null, { timeout: 240_000 });
  const threadToListMs = await threadMs(session);
  await page.waitForTimeout(SETTLED_MS);
  const { listAt, firstPaintAt, largestPaintAt, layoutShift, blockingMs } = await noted(of);
  return { listAt, firstPaintAt, largestPaintAt, layoutShift, blockingMs, threadToListMs, heapMb: await heapMegabytes(session) };
}

async function useApp(of: Browser, slower: number): Promise<Usage> {
  const { page } = of;
  const session = await page.context().newCDPSession(page);
  await slowDown(session, slower);
  const scroll = await scrollList(page, session, SCROLL_SECONDS);
  await scrollToTop(of);
  const search = page.getByRole('searchbox', { name: 'Search units' });
  await search.click();
  const typeMs = await slowest(of, () => page.keyboard.type('bees 0', { delay: 200 }));
  await slowest(of, () => page.keyboard.press('Control+A').then(() => page.keyboard.press('Delete')));
  const filterMs = await slowest(of, async () => {
    await page.getByRole('tab', { name: 'My units' }).click();
    await page.waitForTimeout(300);
    await page.getByRole('tab', { name: 'All units' }).click();
  });
  const openMs = await slowest(of, () =>
    page
      .getByRole('link')
      .filter({ has: page.getByRole('heading', { level: 2 }) })
      .first()
      .click(),
  );
  await page.getByRole('button', { name: 'Download unit' }).waitFor();
  const backMs = await slowest(of, () => page.getByRole('button', { name: 'Back' }).click());
  return { scroll, typeMs, filterMs, openMs, backMs, layoutShift: (await noted(of)).layoutShift };
}

async function scrollToTop({ page }: Browser): Promise<void> {
  await page.evaluate(() => {
    for (const element of document.querySelectorAll('[role=main] *')) element.scrollTop = 0;
  });
  await page.waitForTimeout(1_000);
}

/** The longest interaction of `act`, from the input to the next paint. */
async function slowest(of: Browser, act: () => Promise<void>): Promise<number> {
  await of.page.evaluate(() => void (globalThis.noted.interactionMs = 0));
  await act();
  await of.page.waitForTimeout(1_000);
  return (await noted(of)).interactionMs;
}

function noted({ page }: Browser): Promise<Noted> {
  return page.evaluate(() => globalThis.noted);
}
