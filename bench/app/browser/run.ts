import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { openBrowser, type Browser } from '../../../e2e/lib/browser.ts';
import type { Measurement } from '../contestant.ts';
import { buildPages, gzippedBytes } from './build.ts';
import { BROWSER_ENTRIES, type BrowserEntry } from './contestants.ts';
import type { PageFigure, PageTask } from './page.ts';
import { startSite, type Site } from './site.ts';

// W8: `node bench/app/browser/run.ts --rounds 5 [--quick] [--only dexie,haversack]`. The last line on stdout is one array of figures.
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
  },
});
const ROUNDS = values.quick ? 1 : Number(values.rounds);
const SIZES = values.quick ? [200] : [200, 2_000];
const EVENTS = values.quick ? 200 : 1_000;
const UNITS_READ = 25;
const only = values.only?.split(',') ?? null;

const say = (line: string): void => void process.stderr.write(`${line}\n`);

async function main(): Promise<Measurement[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'haversack-bench-pages-'));
  try {
    await buildPages(folder);
    const site = await startSite(folder);
    const entries = BROWSER_ENTRIES.filter(({ name }) => only === null || only.includes(name));
    const measurements = entries.flatMap((entry) => measureBundle(entry, folder));
    for (let round = 1; round <= ROUNDS; round += 1) {
      for (const units of SIZES) {
        const ids = await site.show(units);
        // Nobody is always first, nor always behind the same one.
        const inTurn = [...entries.slice(round % entries.length), ...entries.slice(0, round % entries.length)];
        for (const entry of inTurn) measurements.push(...(await measureEntry(entry, site, { units, round, ids })));
      }
    }
    await site.close();
    return measurements;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function measureBundle({ name, loads }: BrowserEntry, folder: string): Measurement[] {
  const isWasm = (file: string): boolean => file.endsWith('.wasm');
  const files = [`${name}.js`, ...loads];
  const of = (metric: string, found: string[]): Measurement => ({
    workload: 'W8',
    contestant: name,
    metric,
    units: 0,
    round: 1,
    unit: 'bytes',
    value: gzippedBytes(folder, found),
  });
  return [
    of(
      'bundle',
      files.filter((file) => !isWasm(file)),
    ),
    of('bundle-wasm', files.filter(isWasm)),
  ];
}

interface Turn {
  units: number;
  round: number;
  ids: string[];
}

/** A profile of its own, on disk; the browser is closed and started again between writing and reading. */
async function measureEntry(entry: BrowserEntry, { origin }: Site, { units, round, ids }: Turn): Promise<Measurement[]> {
  const stride = Math.max(1, Math.floor(units / UNITS_READ));
  const unitIds = ids.filter((_, at) => at % stride === 0).slice(0, UNITS_READ);
  const task: PageTask = { serverUrl: `${origin}/${entry.side}`, units, unitIds, events: EVENTS };
  const measurements: Measurement[] = [];
  const at = { workload: 'W8', contestant: entry.name, units, round } as const;
  const browser = await openBrowser();
  try {
    const steps = units === SIZES[0] ? (['firstSync', 'reopen', 'write'] as const) : (['firstSync', 'reopen'] as const);
    for (const [index, step] of steps.entries()) {
      if (index > 0) await browser.restart();
      const figures = await runStep(browser, `${origin}/${entry.name}.html`, step, task);
      measurements.push(...figures.map((figure) => ({ ...at, ...figure, units: step === 'write' ? 0 : units })));
    }
  } catch (error) {
    measurements.push({ ...at, metric: 'failed', unit: 'count', value: 0, error: String(error).slice(0, 300) });
  } finally {
    await browser.close();
  }
  for (const { metric, value, p99, error } of measurements)
    say(
      `round ${round}, ${units} units: ${entry.name} ${metric} ${error ?? value.toFixed(2)}${p99 === undefined ? '' : ` (p99 ${p99.toFixed(2)})`}`,
    );
  return measurements;
}

type Step = 'firstSync' | 'reopen' | 'write';
declare const bench: Record<Step, (task: PageTask) => Promise<PageFigure[]>>;

async function runStep({ page }: Browser, url: string, step: Step, task: PageTask): Promise<PageFigure[]> {
  page.on('pageerror', (error) => say(String(error)));
  await page.goto(url);
  await page.waitForFunction(() => 'bench' in globalThis);
  return page.evaluate(([name, given]) => bench[name](given), [step, task] as const);
}

process.stdout.write(`${JSON.stringify(await main())}\n`);
