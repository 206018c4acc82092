import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { check } from './check.ts';
import { runSchedule } from './run.ts';
import type { Schedule } from './schedule.ts';

const KEPT = join(import.meta.dirname, 'kept');
const kept = readdirSync(KEPT).filter((name) => name.endsWith('.json'));
const readKept = (name: string): Schedule => JSON.parse(readFileSync(join(KEPT, name), 'utf8')) as Schedule;
const MINUTE_MS = 60_000;

describe('simulated phones', () => {
  it.each(kept)('what once broke a promise keeps it now: %s', async (name) => {
    const { broken, story } = await runSchedule(readKept(name));
    expect(broken, story.join('\n')).toBeNull();
  });

  it(
    '[OB-1] [OB-2] [OB-3] [OB-5] [OB-7] [OB-9] [OC-4] [DL-1] [DL-2] [DL-6] [DL-9] [DL-11] [DL-12] [SY-2] [SY-4] [SY-6] [SY-7] [SV-1] [SV-2] [SV-3] [AU-1] [AU-2] [CT-11] [LS-1] [LS-6] keep every promise in 200 schedules',
    async () => {
      const { schedules, counts, failure } = await check({ seed: 1, count: 200 });
      expect(failure?.outcome.broken ?? null, failure?.outcome.story.join('\n')).toBeNull();
      expect(schedules).toBe(200);
      // A run in which nobody did anything shows nothing.
      expect(counts.answers).toBeGreaterThan(1_000);
      expect(counts.lives).toBeGreaterThan(600);
      expect(counts.requests).toBeGreaterThan(10_000);
    },
    5 * MINUTE_MS,
  );

  it(
    'do the same again when told the same story',
    async () => {
      const hashes = async (): Promise<string[]> => {
        const all: string[] = [];
        for (const name of kept) all.push((await runSchedule(readKept(name))).logHash);
        return all;
      };
      expect(await hashes()).toEqual(await hashes());
    },
    2 * MINUTE_MS,
  );

  it(
    '[CT-9] [OC-4] pull a catalogue of 20,000 units with less than 100 MB of heap',
    () => {
      const script = join(import.meta.dirname, 'big-catalogue.ts');
      const { stdout, stderr } = spawnSync(process.execPath, ['--max-old-space-size=100', script], { encoding: 'utf8' });
      expect(stderr).not.toContain('heap');
      const told = JSON.parse(stdout) as { units: number; peakBytes: number; lastError: string | null };
      expect(told).toMatchObject({ units: 20_000, lastError: null });
      expect(told.peakBytes).toBeLessThan(100 * 1024 * 1024);
    },
    2 * MINUTE_MS,
  );
});
