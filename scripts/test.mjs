import { prepareTools } from './lib/bootstrap.mjs';
import { runMain, Trouble } from './lib/processes.mjs';
import { runSteps } from './lib/run-steps.mjs';
import { STEPS } from './lib/steps.mjs';

// `npm test`: every check and every suite; `npm test -- checks`, `npm test -- lint types`: some of them, by group or name.
// A failing step does not hide the others: all run, then the last line counts what passed and what failed.
await runMain(async () => {
  const steps = chosenSteps(process.argv.slice(2));
  return await runSteps(steps, await prepareTools());
});

/** @param {string[]} names */
function chosenSteps(names) {
  const unknown = names.find((name) => !STEPS.some((step) => step.name === name || step.group === name));
  if (unknown)
    throw new Trouble(
      `There is no step "${unknown}". Steps: ${STEPS.map(({ name }) => name).join(', ')}. Groups: checks, tests, builds, browser.`,
    );
  return names.length === 0 ? STEPS : STEPS.filter(({ name, group }) => names.includes(name) || names.includes(group));
}
