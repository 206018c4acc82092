import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { ROOT } from './bootstrap.mjs';

/**
 * One thing that `npm test` checks. It passes when every command ends with 0; a suite also says how many tests it ran.
 * @typedef {{
 *   name: string,
 *   group: 'checks' | 'tests' | 'builds' | 'browser' | 'soak',
 *   commands: string[][],
 *   cwd?: string,
 *   report?: 'vitest' | 'jest' | 'playwright',
 *   minutes?: number,
 *   env?: Record<string, string>,
 *   showsLines?: boolean,
 *   tells?: RegExp,
 * }} Step `showsLines`: what it says is its progress; `tells`: lines that the report repeats
 */

export const REPORTS = join(ROOT, 'build', 'reports');
const WORKSPACES = ['contract', 'backend', 'mobile', 'publisher', 'e2e', 'simulation'];

const MODULES_ON_TWO_NODES = ['content', 'learning_session', 'object_store', 'user'].map((name) => `modules/${name}/`);

/** @type {Step[]} */
export const STEPS = [
  { name: 'format', group: 'checks', commands: [['prettier', '--check', '--log-level=warn', '.']] },
  { name: 'lint', group: 'checks', commands: [['eslint', '--max-warnings=0', '.']] },
  {
    name: 'types',
    group: 'checks',
    commands: [...WORKSPACES, 'mobile/scripts', 'bench', 'bench/app/browser', '.'].map((folder) => ['tsc', '-p', folder]),
  },
  {
    name: 'boundaries',
    group: 'checks',
    commands: [['depcruise', '--config', '.dependency-cruiser.cjs', 'contract', 'backend', 'mobile', 'publisher', 'simulation']],
  },
  { name: 'dead-code', group: 'checks', commands: [['knip', '--no-progress']] },
  { name: 'messages', group: 'checks', commands: [['mobile/scripts/messages.ts', '--check']] },
  { name: 'rules', group: 'checks', commands: [['scripts/check-rules.ts']] },
  { name: 'trace', group: 'checks', commands: [['scripts/check-trace.ts'], ['scripts/check-asvs.ts']] },
  { name: 'supply', group: 'checks', commands: [['scripts/check-supply.ts']] },
  vitest('contract', 'contract'),
  vitest('publisher', 'publisher'),
  vitest('backend unit', 'backend', '--project', 'unit'),
  vitest('backend integration', 'backend', '--project', 'integration'),
  // What a second node could break; all of it runs with two in `npm run soak`.
  {
    ...vitest('backend two nodes', 'backend', '--project', 'integration', ...MODULES_ON_TWO_NODES),
    env: { HAVERSACK_TEST_NODES: '2' },
  },
  {
    name: 'mobile',
    group: 'tests',
    cwd: 'mobile',
    report: 'jest',
    commands: [['jest', '--json', `--outputFile=${reportOf('mobile')}`]],
  },
  { ...vitest('simulation', 'simulation'), minutes: 15 },
  { name: 'web build', group: 'builds', commands: [['scripts/build-web.mjs']], tells: /first load/ },
  // After the web build, for it starts Haversack as a user does.
  vitest('scripts', 'scripts'),
  {
    name: 'phone export',
    group: 'builds',
    minutes: 20,
    commands: [['mobile/scripts/export-phones.ts']],
    tells: /Hermes bytecode/,
  },
  {
    name: 'e2e',
    group: 'browser',
    cwd: 'e2e',
    report: 'playwright',
    minutes: 20,
    commands: [['playwright', 'test', '--reporter=line,json']],
  },
];

/** @param {string} name @param {string} cwd @param {string[]} args @returns {Step} */
export function vitest(name, cwd, ...args) {
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${reportOf(name)}`];
  return { name, group: 'tests', cwd, report: 'vitest', commands: [['vitest', 'run', ...args, ...reporters]] };
}

/** @param {string} name */
export function reportOf(name) {
  return join(REPORTS, `${name.replaceAll(' ', '-')}.json`);
}

/** @type {Record<string, string>} */
const PACKAGE_OF = { tsc: 'typescript', depcruise: 'dependency-cruiser', playwright: '@playwright/test' };

/**
 * The JavaScript file behind a program's name: on Windows what lies in node_modules/.bin is no JavaScript.
 * @param {string} name a program of an installed package, or a script's path from the project's folder
 */
export function programPath(name) {
  if (/\.(ts|mjs)$/.test(name)) return join(ROOT, name);
  const packageName = PACKAGE_OF[name] ?? name;
  for (const from of [ROOT, ...WORKSPACES.map((workspace) => join(ROOT, workspace))]) {
    const manifest = join(from, 'node_modules', packageName, 'package.json');
    if (!existsSync(manifest)) continue;
    const { bin } = JSON.parse(readFileSync(manifest, 'utf8'));
    return join(dirname(manifest), typeof bin === 'string' ? bin : bin[name]);
  }
  return createRequire(join(ROOT, 'package.json')).resolve(packageName);
}

/**
 * How many tests a runner says it ran.
 * @param {Step} step
 * @returns {{ passed: number, failed: number, skipped: number } | null} null when it wrote no report
 */
export function readReport({ name, report }) {
  const file = reportOf(name);
  if (!report || !existsSync(file)) return null;
  const told = JSON.parse(readFileSync(file, 'utf8'));
  if (report === 'playwright') {
    const { expected, unexpected, flaky, skipped } = told.stats;
    return { passed: expected, failed: unexpected + flaky, skipped };
  }
  return { passed: told.numPassedTests, failed: told.numFailedTests, skipped: told.numPendingTests + (told.numTodoTests ?? 0) };
}
