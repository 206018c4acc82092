import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { check } from '../check.ts';
import { runSchedule } from '../run.ts';
import type { Schedule } from '../schedule.ts';

// What `npm test` simulates, up to the first broken promise: the kept schedules, then 200 generated ones. Prints it as JSON.
console.log(JSON.stringify(await firstBroken()));

async function firstBroken(): Promise<{ schedules: number; broken: string | null }> {
  const kept = join(import.meta.dirname, '../kept');
  let schedules = 0;
  for (const name of readdirSync(kept)) {
    schedules += 1;
    const { broken } = await runSchedule(JSON.parse(readFileSync(join(kept, name), 'utf8')) as Schedule);
    if (broken !== null) return { schedules, broken };
  }
  const { schedules: generated, failure } = await check({ seed: 1, count: 200, shrinks: false });
  return { schedules: schedules + generated, broken: failure?.outcome.broken ?? null };
}
