import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './bootstrap.mjs';
import { findChromium } from './chromium.mjs';
import { run, throwIfStopped, Trouble } from './processes.mjs';
import { say, withProgress } from './progress.mjs';
import { programPath, readReport, reportOf, REPORTS } from './steps.mjs';

/** @typedef {import('./steps.mjs').Step} Step */
/** @typedef {{ passed: number, failed: number, skipped: number }} Count */

/**
 * Runs the steps one after the other; a failing one does not hide the others. The last line counts what passed and what failed.
 * @param {Step[]} steps
 * @param {import('./bootstrap.mjs').Tools} tools
 * @returns {Promise<number>} the exit code
 */
export async function runSteps(steps, tools) {
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
}

/**
 * @param {Step} step
 * @param {import('./bootstrap.mjs').Tools} tools
 * @param {string} label
 * @returns {Promise<Count>}
 */
async function runStep(step, tools, label) {
  rmSync(reportOf(step.name), { force: true });
  let said = '';
  let ok = false;
  let lastLine = '';
  const onLine = (/** @type {string} */ line) => {
    if (line.trim() !== '') lastLine = line.trim().slice(0, 160);
  };
  const work = async () => {
    const result = await runCommands(step, tools, onLine);
    said = result.said;
    return result.ok;
  };
  try {
    ok = await withProgress(label, work, () => (step.showsLines === true ? lastLine : ''));
  } catch (error) {
    if (!(error instanceof Trouble)) throw error;
    said = error.message;
  }
  writeFileSync(join(REPORTS, `${step.name.replaceAll(' ', '-')}.log`), said);
  const count = countOf(step, ok);
  for (const line of said.split('\n')) if (step.tells?.test(line)) say(`    ${line.trim()}`);
  if (count.failed > 0) say(`${tail(said, 120)}\nFAILED: ${step.name}`);
  else if (step.report) say(`    ${count.passed} passed${count.skipped > 0 ? `, ${count.skipped} skipped` : ''}`);
  return count;
}

/**
 * @param {Step} step
 * @param {import('./bootstrap.mjs').Tools} tools
 * @param {(line: string) => void} onLine
 */
async function runCommands(step, { node, env }, onLine) {
  const deadline = Date.now() + (step.minutes ?? 10) * 60_000;
  const extra =
    step.group === 'browser' ? { CHROMIUM_PATH: findChromium(), PLAYWRIGHT_JSON_OUTPUT_FILE: reportOf(step.name) } : {};
  let said = '';
  let ok = true;
  for (const [program = '', ...args] of step.commands) {
    const { code, output } = await run(node, [programPath(program), ...args], {
      cwd: join(ROOT, step.cwd ?? '.'),
      env: { ...env, ...extra, ...step.env, CI: '1', FORCE_COLOR: '0', NO_COLOR: '1' },
      onLine,
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

/** Without the line that Playwright prints for each test: what failed is told between them. @param {string} text @param {number} lines */
function tail(text, lines) {
  const all = text
    .trimEnd()
    .split('\n')
    .filter((line) => !/^\[\d+\/\d+\] /.test(line));
  return all.length > lines ? [`… ${all.length - lines} lines before`, ...all.slice(-lines)].join('\n') : all.join('\n');
}
