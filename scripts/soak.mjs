import { parseArgs } from 'node:util';
import { prepareTools } from './lib/bootstrap.mjs';
import { startExternalPostgres } from './lib/external-postgres.mjs';
import { runMain, Trouble } from './lib/processes.mjs';
import { say } from './lib/progress.mjs';
import { runSteps } from './lib/run-steps.mjs';
import { vitest } from './lib/steps.mjs';

/** @typedef {import('./lib/steps.mjs').Step} Step */

const USAGE = `npm run soak: the long runs, one after the other; some hours.
  --only <names>      some of them, with commas between: see below
  --schedules <N>     of the simulation against the model (20000)
  --real <N>          of the simulation against the real server (500)
  --fuzz <N>          requests (100000)
  --seed <S>          of the simulation (1)`;

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    schedules: { type: 'string', default: '20000' },
    real: { type: 'string', default: '500' },
    fuzz: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
    help: { type: 'boolean', default: false },
  },
});

/** @param {string} name @param {Record<string, string>} env @param {string[]} filter @returns {Step} */
const backend = (name, env, ...filter) => ({
  ...vitest(name, 'backend', '--project', 'integration', ...filter),
  group: 'soak',
  minutes: 180,
  showsLines: true,
  env,
});

/** @param {string} name @param {string[]} args @returns {Step} */
const simulation = (name, ...args) => ({
  name,
  group: 'soak',
  minutes: 12 * 60,
  showsLines: true,
  commands: [['simulation/simulate.ts', '--seed', values.seed, ...args]],
});

// What the words promise is in docs/operations/running.md. Last line as of `npm test`: N passed, N failed.
await runMain(async () => {
  if (values.help) {
    say(
      `${USAGE}\nThe runs: ${stepsWith('')
        .map(({ name }) => name)
        .join(', ')}`,
    );
    return 0;
  }
  const names = chosenNames();
  const tools = await prepareTools();
  if (!names.includes('external')) return await runSteps(chosen(names, ''), tools);
  const external = await startExternalPostgres(tools);
  say(`External: ${external.what}`);
  try {
    return await runSteps(chosen(names, external.url), tools);
  } finally {
    await external.stop();
  }
});

/** @param {string} externalUrl @returns {Step[]} */
function stepsWith(externalUrl) {
  return [
    // With the tests that are skipped in `npm test` for their length: objects of 1 GB, exports of 200,000 events.
    backend('long', { SOAK: '1' }),
    backend('nodes', { HAVERSACK_TEST_NODES: '2' }),
    backend('external', { HAVERSACK_TEST_DATABASE_URL: externalUrl, HAVERSACK_TEST_NODES: '2' }),
    backend('fuzz', { FUZZ_REQUESTS: values.fuzz }, 'fuzz'),
    simulation('simulation', '--schedules', values.schedules),
    simulation('real', '--schedules', values.real, '--server', 'real'),
  ];
}

function chosenNames() {
  const all = stepsWith('').map(({ name }) => name);
  const names = values.only?.split(',').map((name) => name.trim()) ?? all;
  const unknown = names.find((name) => !all.includes(name));
  if (unknown !== undefined) throw new Trouble(`There is no long run "${unknown}". There are: ${all.join(', ')}.`);
  return names;
}

/** @param {string[]} names @param {string} externalUrl */
function chosen(names, externalUrl) {
  return stepsWith(externalUrl).filter(({ name }) => names.includes(name));
}
