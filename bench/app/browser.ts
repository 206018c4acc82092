import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Measurement } from './contestant.ts';
import type { Options } from './plan.ts';

const PROGRAM = join(import.meta.dirname, 'browser/run.ts');

/** W8 in a real browser: a program of its own, whose last line is its figures. */
export async function measureBrowser({ rounds, quick }: Options, say: (line: string) => void): Promise<Measurement[]> {
  if (!existsSync(PROGRAM)) return [];
  const args = [PROGRAM, '--rounds', String(rounds), ...(quick ? ['--quick'] : [])];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let last = '';
  for await (const line of createInterface(child.stdout)) {
    last = line;
    if (!line.startsWith('[')) say(`  ${line}`);
  }
  try {
    return JSON.parse(last) as Measurement[];
  } catch {
    const at = { workload: 'W8', contestant: 'browser', metric: 'failed', units: 0, round: 1 } as const;
    return [{ ...at, unit: 'count', value: 0, error: `the browser’s part ended without figures: ${last.slice(0, 200)}` }];
  }
}
