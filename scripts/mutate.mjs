import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { prepareTools, ROOT } from './lib/bootstrap.mjs';
import { end, runMain, start, untilStopped } from './lib/processes.mjs';
import { installSidePackages } from './lib/side-packages.mjs';

// `npm run mutate`: how much of the offline core its tests hold (docs/mutation.md). `npm run mutate -- outbox push`: of these files alone;
// what begins with `--` is handed to Stryker (`--incremental`, `--concurrency=1`).
const FOLDER = join(ROOT, 'mutation');
const MEMORY = '/dev/shm';
/** Longer than any test needs its folder. */
const LEFT_BEHIND_MS = 120_000;

await runMain(async () => {
  const { node, env } = await prepareTools();
  await installSidePackages(FOLDER, 'mutation testing', env);
  const args = process.argv.slice(2);
  const options = args.filter((arg) => arg.startsWith('--'));
  const files = args.filter((arg) => !arg.startsWith('--')).map(pathOf);
  const chosen = files.length > 0 ? ['--mutate', files.join(',')] : [];
  // The tests write real files by the thousand; where there is a disk in memory, they need not wait for one that turns.
  const tmp = mkdtempSync(join(env['TMPDIR'] ?? (existsSync(MEMORY) ? MEMORY : tmpdir()), 'haversack-mutation-'));
  const sweeping = setInterval(() => void sweep(tmp).catch(() => undefined), 20_000);
  const stryker = join(FOLDER, 'node_modules', '@stryker-mutator', 'core', 'bin', 'stryker.js');
  const child = start(node, [stryker, 'run', 'mutation/stryker.config.mjs', ...chosen, ...options], {
    cwd: ROOT,
    env: { ...env, TMPDIR: tmp },
    stdio: 'inherit',
  });
  const ended = new Promise((resolve) => child.once('exit', (code) => resolve(code ?? 1)));
  try {
    return await Promise.race([ended, untilStopped()]);
  } finally {
    clearInterval(sweeping);
    await end(child);
    rmSync(tmp, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
});

/**
 * The tests remove their folders as their process ends; a process that runs a thousand mutants would fill the memory before, one that
 * is killed leaves its folders for good, and a machine without memory makes everything hang, which counts as noticed.
 * @param {string} folder
 */
async function sweep(folder) {
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    const changedAt = (await stat(path).catch(() => null))?.mtimeMs ?? Date.now();
    if (Date.now() - changedAt > LEFT_BEHIND_MS) await rm(path, { recursive: true, force: true }).catch(() => undefined);
  }
}

/** `outbox`, `outbox.ts`, `outbox.ts:10-40`, or a path from the project's folder. @param {string} name */
function pathOf(name) {
  if (name.includes('/')) return name;
  const [file = '', lines] = name.split(':');
  return `mobile/modules/offline_cache/${basename(file, '.ts')}.ts${lines ? `:${lines}` : ''}`;
}
