import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { npm, npmTrouble, prepareTools, ROOT } from './lib/bootstrap.mjs';
import { runMain, start, Trouble, untilStopped } from './lib/processes.mjs';
import { withProgress } from './lib/progress.mjs';

// `npm run mutate`: how much of the offline core its tests hold (docs/mutation.md). `npm run mutate -- outbox push`: of these files alone;
// what begins with `--` is handed to Stryker (`--incremental`, `--concurrency=1`).
const FOLDER = join(ROOT, 'mutation');
const MEMORY = '/dev/shm';

await runMain(async () => {
  const { node, env } = await prepareTools();
  await installStryker(env);
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

/** Its packages are not among the project's: nobody who starts, tests or deploys Haversack needs them. @param {NodeJS.ProcessEnv} env */
async function installStryker(env) {
  const wanted = createHash('sha256')
    .update(readFileSync(join(FOLDER, 'package-lock.json')))
    .digest('hex');
  const marker = join(FOLDER, 'node_modules', '.haversack-installed');
  if (existsSync(marker) && readFileSync(marker, 'utf8').trim() === wanted) return;
  const { code, output } = await withProgress('Installing the packages for mutation testing (npm ci)', () =>
    npm(['ci', '--workspaces=false', '--no-audit', '--no-fund'], { cwd: FOLDER, env }),
  );
  if (code !== 0) throw new Trouble(npmTrouble('The packages could not be installed', output, 'Then try again'));
  writeFileSync(marker, `${wanted}\n`);
}
