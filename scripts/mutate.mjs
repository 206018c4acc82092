import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { prepareTools, ROOT } from './lib/bootstrap.mjs';
import { runMain, start, untilStopped } from './lib/processes.mjs';
import { installSidePackages } from './lib/side-packages.mjs';

// `npm run mutate`: how much of the offline core its tests hold (docs/mutation.md). `npm run mutate -- outbox push`: of these files alone;
// what begins with `--` is handed to Stryker (`--incremental`, `--concurrency=1`).
const FOLDER = join(ROOT, 'mutation');
const MEMORY = '/dev/shm';

await runMain(async () => {
  const { node, env } = await prepareTools();
  await installSidePackages(FOLDER, 'mutation testing', env);
  const args = process.argv.slice(2);
  const options = args.filter((arg) => arg.startsWith('--'));
  const files = args.filter((arg) => !arg.startsWith('--')).map(pathOf);
  const chosen = files.length > 0 ? ['--mutate', files.join(',')] : [];
  // The tests write real files by the thousand; where there is a disk in memory, they need not wait for one that turns.
  const tmp = env['TMPDIR'] ?? (existsSync(MEMORY) ? MEMORY : undefined);
  const stryker = join(FOLDER, 'node_modules', '@stryker-mutator', 'core', 'bin', 'stryker.js');
  const child = start(node, [stryker, 'run', 'mutation/stryker.config.mjs', ...chosen, ...options], {
    cwd: ROOT,
    env: { ...env, ...(tmp ? { TMPDIR: tmp } : {}) },
    stdio: 'inherit',
  });
  const ended = new Promise((resolve) => child.once('exit', (code) => resolve(code ?? 1)));
  return await Promise.race([ended, untilStopped()]);
});

/** `outbox`, `outbox.ts`, `outbox.ts:10-40`, or a path from the project's folder. @param {string} name */
function pathOf(name) {
  if (name.includes('/')) return name;
  const [file = '', lines] = name.split(':');
  return `mobile/modules/offline_cache/${basename(file, '.ts')}.ts${lines ? `:${lines}` : ''}`;
}
