import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { measureBrowser } from './browser.ts';
import type { Measurement, WorkloadId } from './contestant.ts';
import { measureDownloads } from './downloads/run.ts';
import { type Chain, type Options, type Participant, planChains } from './plan.ts';
import { describe, type Entry, runTask, startServer } from './processes.ts';
import { measureRealDrain } from './real-server/run.ts';
import { readRecords, writeRecords } from './records.ts';
import { writeReport } from './report.ts';

// `npm run bench`: what Haversack's client costs beside the limit of the machine and beside what people would use instead, in one run.
// docs/benchmarks/README.md is its result. `-- --only W3,W4`: these alone; `--quick`: few units, one round, nothing written.
const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '5' },
    /** Names, with commas between; the others' records stay as they are only if nothing is written, so nothing is. */
    contestants: { type: 'string' },
    /** Makes the report anew from the records that are there. */
    report: { type: 'boolean', default: false },
  },
});
const only = values.only?.split(',') ?? null;
const options: Options = {
  quick: values.quick,
  rounds: values.quick ? 1 : Number(values.rounds),
  isWanted: (workload) => only === null || only.includes(workload),
};
const isKept = !values.quick && values.contestants === undefined;
const WORKLOADS: readonly WorkloadId[] = ['W1', 'W2', 'W3', 'W4', 'W5', 'W6', 'W8'];
const HERE = import.meta.dirname;

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const beganAt = Date.now();
const elapsed = (): string => {
  const seconds = Math.round((Date.now() - beganAt) / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
};

async function main(): Promise<void> {
  if (values.report) return writeReport(await readRecords());
  const { participants, failures } = await gather();
  const measurements: Measurement[] = [...failures];
  if (options.isWanted('W6')) measurements.push(...(await measureDownloads(options, note)));
  if (options.isWanted('W5')) measurements.push(...(await measureRealDrain(options, note)));
  const chains = planChains(participants, options);
  for (const [index, chain] of chains.entries()) {
    const percent = Math.round((index / chains.length) * 100);
    say(
      `${elapsed()} ${percent} % · round ${chain.round} · ${chain.participant.name} · ${chain.units.toLocaleString('en')} units`,
    );
    measurements.push(...(await runChain(chain)));
  }
  if (options.isWanted('W8')) measurements.push(...(await measureBrowser(options, say)));
  if (!isKept) return say('Nothing is written: a part of the contestants, or a quick look, says nothing of the goals.');
  const measured = WORKLOADS.filter((workload) => options.isWanted(workload));
  await writeRecords(
    measured,
    measurements,
    participants.map(({ described }) => described),
  );
  await writeReport(await readRecords());
  say(`${elapsed()} docs/benchmarks/README.md is written`);
}

function note(figure: Measurement): void {
  const p99 = figure.p99 === undefined ? '' : ` (p99 ${figure.p99.toFixed(2)})`;
  const rss = figure.peakRssMb === undefined ? '' : `, ${Math.round(figure.peakRssMb)} MB`;
  say(
    `  ${figure.workload} ${figure.contestant} ${figure.metric}: ${figure.error ?? `${figure.value.toFixed(2)} ${figure.unit}${p99}${rss}`}`,
  );
}

/** Our own, and whoever stands in `peers/`. One that cannot even be loaded is said with its error. */
async function gather(): Promise<{ participants: Participant[]; failures: Measurement[] }> {
  const wanted = values.contestants?.split(',') ?? null;
  const entries = ['contestants', 'peers'].flatMap((folder) => entriesOf(join(HERE, folder)));
  const participants: Participant[] = [];
  const failures: Measurement[] = [];
  for (const entry of entries) {
    if (wanted !== null && !wanted.includes(entry.name)) continue;
    try {
      participants.push({ ...entry, described: await describe(entry) });
    } catch (error) {
      failures.push(failed({ workload: 'W1', contestant: entry.name, units: 0, round: 1 }, error));
    }
  }
  failures.forEach(note);
  return { participants, failures };
}

function entriesOf(folder: string): Entry[] {
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((name) => name.endsWith('.server.ts'));
  return names.map((serverName) => {
    const name = serverName.slice(0, -'.server.ts'.length);
    return { name, file: join(folder, `${name}.ts`), serverFile: join(folder, serverName) };
  });
}

async function runChain({ participant, round, units, steps }: Chain): Promise<Measurement[]> {
  const measurements: Measurement[] = [];
  const folder = await mkdtemp(join(tmpdir(), 'haversack-bench-'));
  const { name: contestant, described } = participant;
  try {
    const server = await startServer(participant, units);
    try {
      for (const { workload, ...step } of steps) {
        const at = { workload, contestant, units: workload < 'W4' ? units : 0, round };
        const place = workload < 'W4' ? folder : await mkdtemp(join(folder, 'store-'));
        const task = { ...step, file: participant.file, folder: place, origin: server.origin, units, quick: options.quick };
        const figures = await runTask(task, described.execArgv ?? []).catch((error: unknown) => [failed(at, error)]);
        const found = figures.map((figure): Measurement => ({ ...at, ...figure }));
        found.forEach(note);
        if (options.isWanted(workload)) measurements.push(...found);
        // Nothing can be read where the first sync failed.
        if (step.kind === 'first-sync' && found.some(({ error }) => error !== undefined)) break;
      }
    } finally {
      await server.stop();
    }
  } catch (error) {
    measurements.push(failed({ workload: steps[0]?.workload ?? 'W1', contestant, units, round }, error));
    measurements.slice(-1).forEach(note);
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
  return measurements;
}

function failed(at: Pick<Measurement, 'workload' | 'contestant' | 'units' | 'round'>, error: unknown): Measurement {
  const text = error instanceof Error ? error.message : String(error);
  return { ...at, metric: 'failed', unit: 'count', value: 0, error: text.slice(0, 300) };
}

await main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
