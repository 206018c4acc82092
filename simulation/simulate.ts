import { type ChildProcess, fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Report } from './check.ts';
import { runSchedule } from './run.ts';
import type { Schedule } from './schedule.ts';

const USAGE = `npm run simulate -- --schedules N --seed S [--server model|real] [--workers W]
npm run simulate -- --replay FILE     tells the story of one kept schedule`;

export const KEPT = join(import.meta.dirname, 'kept');
/** Schedules that a worker is asked for at once. */
const CHUNK = 50;

interface Totals {
  schedules: number;
  answers: number;
  requests: number;
  lives: number;
  failures: number;
}

const { values } = parseArgs({
  options: {
    schedules: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
    server: { type: 'string', default: 'model' },
    workers: { type: 'string', default: String(availableParallelism()) },
    replay: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) console.log(USAGE);
else if (values.replay !== undefined) await replay(values.replay);
else await simulate(wholeNumber('schedules'), wholeNumber('seed'), Math.max(1, wholeNumber('workers')));

function wholeNumber(name: 'schedules' | 'seed' | 'workers'): number {
  const value = Number(values[name]);
  if (Number.isSafeInteger(value) && value >= 0) return value;
  console.error(`--${name} takes a whole number, not "${values[name]}".\n${USAGE}`);
  process.exit(2);
}

async function replay(file: string): Promise<void> {
  const { broken, story } = await runSchedule(JSON.parse(readFileSync(file, 'utf8')) as Schedule);
  console.log(story.join('\n'));
  if (broken === null) console.log('All promises held.');
  process.exitCode = broken === null ? 0 : 1;
}

/** The same numbers give the same schedules, however many workers there are. */
async function simulate(count: number, seed: number, workerCount: number): Promise<void> {
  const beganAt = performance.now();
  const totals: Totals = { schedules: 0, answers: 0, requests: 0, lives: 0, failures: 0 };
  let given = 0;
  const nextChunk = (): { seed: number; count: number } | null => {
    if (given >= count || totals.failures >= 5) return null;
    const chunk = { seed: chunkSeed(seed, given / CHUNK), count: Math.min(CHUNK, count - given) };
    given += chunk.count;
    return chunk;
  };
  const bar = setInterval(() => show(totals, count, beganAt), process.stdout.isTTY ? 500 : 30_000);
  await Promise.all(Array.from({ length: workerCount }, () => workOff(nextChunk, (report) => add(totals, report))));
  clearInterval(bar);
  show(totals, count, beganAt);
  console.log(
    `\n${totals.failures === 0 ? 'All promises held.' : `${totals.failures} schedules broke a promise; their stories are above.`}`,
  );
  process.exitCode = totals.failures === 0 && totals.schedules >= count ? 0 : 1;
}

/** One process, asked again and again until nothing is left. */
function workOff(nextChunk: () => { seed: number; count: number } | null, onReport: (report: Report) => void): Promise<void> {
  const worker: ChildProcess = fork(join(import.meta.dirname, 'simulate-worker.ts'), [values.server]);
  return new Promise((resolve, reject) => {
    worker.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`a worker ended with ${String(code)}`))));
    worker.on('message', ({ report, fault }: { report?: Report; fault?: string }) => {
      if (fault !== undefined) return void reject(new Error(fault));
      if (report) onReport(report);
      const chunk = nextChunk();
      if (chunk) worker.send(chunk);
      else worker.disconnect();
    });
  });
}

function chunkSeed(seed: number, chunk: number): number {
  return createHash('sha256').update(`${seed}/${chunk}`).digest().readInt32BE(0);
}

function add(totals: Totals, { schedules, counts, failure }: Report): void {
  totals.schedules += schedules;
  totals.answers += counts.answers;
  totals.requests += counts.requests;
  totals.lives += counts.lives;
  if (!failure) return;
  totals.failures += 1;
  mkdirSync(KEPT, { recursive: true });
  const text = `${JSON.stringify(failure.schedule, null, 1)}\n`;
  const file = join(KEPT, `${createHash('sha256').update(text).digest('hex').slice(0, 12)}.json`);
  writeFileSync(file, text);
  console.log(`\n${failure.outcome.story.join('\n')}\nKept as ${file}; again: npm run simulate -- --replay ${file}`);
}

function show({ schedules, answers, requests, lives, failures }: Totals, count: number, beganAt: number): void {
  const seconds = (performance.now() - beganAt) / 1_000;
  const done = count === 0 ? 1 : schedules / count;
  const filled = Math.round(done * 30);
  const line =
    `[${'#'.repeat(filled)}${'.'.repeat(30 - filled)}] ${schedules} of ${count} schedules, ${Math.round(seconds)} s, ` +
    `${Math.round(schedules / Math.max(seconds, 0.001))} a second; ${answers} answers, ${requests} requests, ${lives} lives, ${failures} failures`;
  process.stdout.write(process.stdout.isTTY ? `\r${line}` : `${line}\n`);
}
