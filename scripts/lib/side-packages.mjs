import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { npm, npmTrouble } from './bootstrap.mjs';
import { Trouble } from './processes.mjs';
import { withProgress } from './progress.mjs';

/**
 * The packages of a folder with a lockfile of its own, if they are not there as it says: nobody who starts, tests or deploys Haversack
 * needs them.
 * @param {string} folder @param {string} purpose @param {NodeJS.ProcessEnv} env
 */
export async function installSidePackages(folder, purpose, env) {
  const wanted = createHash('sha256')
    .update(readFileSync(join(folder, 'package-lock.json')))
    .digest('hex');
  const marker = join(folder, 'node_modules', '.haversack-installed');
  if (existsSync(marker) && readFileSync(marker, 'utf8').trim() === wanted) return;
  const { code, output } = await withProgress(`Installing the packages for ${purpose} (npm ci)`, () =>
    npm(['ci', '--workspaces=false', '--no-audit', '--no-fund'], { cwd: folder, env }),
  );
  if (code !== 0) throw new Trouble(npmTrouble('The packages could not be installed', output, 'Then try again'));
  if (existsSync(join(folder, 'node_modules'))) writeFileSync(marker, `${wanted}\n`);
}
