import { check } from '../check.ts';

// Runs as many schedules as the short run does, over the client with the planted fault; says how many it took to notice.
const [seed = '1', count = '200'] = process.argv.slice(2);
const { failure, schedules } = await check({ seed: Number(seed), count: Number(count), shrinks: false });
console.log(JSON.stringify({ schedules, broken: failure?.outcome.broken ?? null }));
