import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { prepareTools, ROOT } from './lib/bootstrap.mjs';
import { findChromium } from './lib/chromium.mjs';
import { run, runMain, throwIfStopped, Trouble } from './lib/processes.mjs';
import { say, withProgress } from './lib/progress.mjs';
import { programPath, readReport, reportOf, REPORTS, STEPS } from './lib/steps.mjs';

/** @typedef {import('./lib/steps.mjs').Step} Step */
/** @typedef {{ passed: number, failed: number, skipped: number }} Count */

// `npm test`: every check and every suite; `npm test -- checks`, `npm test -- lint types`: some of them, by group or name.
// A failing step does not hide the others: all run, then the last line counts what passed and what failed.
await runMain(async () => {
  const steps = chosenSteps(process.argv.slice(2));
  const tools = await prepareTools();
  mkdirSync(REPORTS, { recursive: true });
  /** @type {Count} */
  const total = { passed: 0, failed: 0, skipped: 0 };
  /** @type {string[]} */
  const failures = [];
  for (const [index, step] of steps.entries()) {
    throwIfStopped();
    const count = await runStep(step, tools, `[${index + 1}/${steps.length}] ${step.name}`);
    total.passed += count.passed;
    total.failed += count.failed;
    total.skipped += count.skipped;
    if (count.failed > 0) failures.push(step.name);
  }
  if (failures.length > 0) say(`\nFailed: ${failures.join(', ')}. What they said is above and in build/reports/.`);
  if (total.skipped > 0) say(`${total.skipped} skipped`);
  say(`${total.passed} passed, ${total.failed} failed`);
  return failures.length > 0 ? 1 : 0;
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

/**
 * @param {Step} step
 * @param {import('./lib/bootstrap.mjs').Tools} tools
 * @param {string} label
 * @returns {Promise<Count>}
 */
async function runStep(step, tools, label) {
  rmSync(reportOf(step.name), { force: true });
  let said = '';
  let ok = false;
  try {
    ok = await withProgress(label, async () => {
      const result = await runCommands(step, tools);
      said = result.said;
      return result.ok;
    });
  } catch (error) {
    if (!(error instanceof Trouble)) throw error;
    said = error.message;
  }
  writeFileSync(join(REPORTS, `${step.name.replaceAll(' ', '-')}.log`), said);
  const count = countOf(step, ok);
  if (count.failed > 0) say(`${tail(said, 120)}\nFAILED: ${step.name}`);
  else if (step.report) say(`    ${count.passed} passed${count.skipped > 0 ? `, ${count.skipped} skipped` : ''}`);
  return count;
}

/**
 * @param {Step} step
 * @param {import('./lib/bootstrap.mjs').Tools} tools
 */
async function runCommands(step, { node, env }) {
  const deadline = Date.now() + (step.minutes ?? 10) * 60_000;
  const extra =
    step.group === 'browser' ? { CHROMIUM_PATH: findChromium(), PLAYWRIGHT_JSON_OUTPUT_FILE: reportOf(step.name) } : {};
  let said = '';
  let ok = true;
  for (const [program = '', ...args] of step.commands) {
    const { code, output } = await run(node, [programPath(program), ...args], {
      cwd: join(ROOT, step.cwd ?? '.'),
      env: { ...env, ...extra, CI: '1', FORCE_COLOR: '0', NO_COLOR: '1' },
      timeoutMs: deadline - Date.now(),
    });
    said += output;
    ok &&= code === 0;
    if (Date.now() >= deadline)
      throw new Trouble(`${said}\nBroken off: ${step.name} took more than ${step.minutes ?? 10} minutes.`);
  }
  return { ok, said };
}

/** A suite counts its tests; a check, or a suite that broke before it could count, counts as one. @param {Step} step @param {boolean} ok @returns {Count} */
function countOf(step, ok) {
  const told = readReport(step) ?? { passed: 0, failed: 0, skipped: 0 };
  if (!step.report) return ok ? { ...told, passed: 1 } : { ...told, failed: 1 };
  if (ok && told.passed === 0) return { ...told, failed: 1 };
  return ok ? told : { ...told, failed: Math.max(told.failed, 1) };
}

/** @param {string} text @param {number} lines */
function tail(text, lines) {
  const all = text.trimEnd().split('\n');
  return all.length > lines ? [`… ${all.length - lines} lines before`, ...all.slice(-lines)].join('\n') : all.join('\n');
}
