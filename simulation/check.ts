import fc from 'fast-check';
import { type Outcome, runSchedule } from './run.ts';
import { type Schedule, schedules } from './schedule.ts';
import type { SimServer } from './world/server.ts';

/** What came of a number of schedules. */
export interface Report {
  schedules: number;
  counts: Outcome['counts'];
  /** The smallest schedule that breaks a promise, and its story; null when all held. */
  failure: { schedule: Schedule; outcome: Outcome } | null;
}

export interface CheckOptions {
  seed: number;
  count: number;
  newServer?: () => Promise<SimServer>;
}

/** Generates schedules from a seed, runs each, and makes the first that fails as small as it can be. */
export async function check({ seed, count, newServer }: CheckOptions): Promise<Report> {
  const counts: Outcome['counts'] = { answers: 0, requests: 0, lives: 0 };
  const run = async (schedule: Schedule): Promise<Outcome> => runSchedule(schedule, await newServer?.());
  const property = fc.asyncProperty(schedules, async (schedule) => {
    const outcome = await run(schedule);
    counts.answers += outcome.counts.answers;
    counts.requests += outcome.counts.requests;
    counts.lives += outcome.counts.lives;
    return outcome.broken === null;
  });
  const { numRuns, failed, counterexample } = await fc.check(property, { seed, numRuns: count });
  const schedule = counterexample?.[0];
  return { schedules: numRuns, counts, failure: failed && schedule ? { schedule, outcome: await run(schedule) } : null };
}
