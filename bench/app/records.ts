import { execFileSync } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { cpus, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';
import type { Measurement, WorkloadId } from './contestant.ts';
import type { Described } from './describe.ts';

export const BENCHMARKS = join(import.meta.dirname, '../../docs/benchmarks');
const FOLDER = join(BENCHMARKS, 'records');

/** All of one workload's figures, as one run left them. */
export interface WorkloadRecord {
  workload: WorkloadId;
  command: string;
  commit: string;
  date: string;
  machine: string;
  node: string;
  /** Load average over the last 15 minutes, when the run ended. */
  load: number;
  contestants: Described[];
  measurements: Measurement[];
}

/** A workload that was not measured now keeps its record, which says where it comes from. */
export async function writeRecords(
  workloads: readonly WorkloadId[],
  measurements: readonly Measurement[],
  contestants: Described[],
): Promise<void> {
  await mkdir(FOLDER, { recursive: true });
  const facts = {
    command: ['npm run bench', ...(process.argv.length > 2 ? ['--', ...process.argv.slice(2)] : [])].join(' '),
    commit: execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim(),
    date: new Date().toISOString().slice(0, 10),
    machine: `${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB`,
    node: process.version,
    load: round(loadavg()[2] ?? 0),
  };
  for (const workload of workloads) {
    const own = measurements.filter((measurement) => measurement.workload === workload);
    if (own.length === 0) continue;
    const head = JSON.stringify({ workload, ...facts, contestants }, null, 1).slice(0, -2);
    const lines = own.map(
      (measurement) =>
        `  ${JSON.stringify(measurement, (_, value: unknown) => (typeof value === 'number' ? round(value) : value))}`,
    );
    await writeFile(join(FOLDER, `${workload}.json`), `${head},\n "measurements": [\n${lines.join(',\n')}\n ]\n}\n`);
  }
}

export async function readRecords(): Promise<WorkloadRecord[]> {
  const names = await readdir(FOLDER).catch(() => []);
  const files = names.filter((name) => name.endsWith('.json')).sort();
  return Promise.all(files.map(async (name) => JSON.parse(await readFile(join(FOLDER, name), 'utf8')) as WorkloadRecord));
}

/** Four digits say more than the measurement does. */
const round = (value: number): number => (Number.isInteger(value) ? value : Number(value.toPrecision(4)));
