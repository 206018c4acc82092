import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { ROOT } from './bootstrap.mjs';
import { run, Trouble } from './processes.mjs';
import { say, withProgress } from './progress.mjs';

const OUTPUT = join(ROOT, 'build', 'web');
const MARKER = join(ROOT, 'build', 'web.inputs');
const NOT_INPUTS = /^(node_modules|dist|build|coverage|test|android|ios|\.expo|generated)$|\.test\.[jt]sx?$|\.md$/;

/**
 * Builds the browser's app into build/web, unless what it is made of is as it was.
 * @param {import('./bootstrap.mjs').Tools} tools
 * @returns {Promise<string>} the folder that holds it
 */
export async function buildWeb({ node, env }) {
  const inputs = hashInputs();
  if (existsSync(join(OUTPUT, 'index.html')) && existsSync(MARKER) && readFileSync(MARKER, 'utf8') === inputs) return OUTPUT;
  // Without the marker a build that is broken off is begun anew.
  rmSync(MARKER, { force: true });
  const { code, output } = await withProgress('Building the web app', () =>
    run(node, [join(ROOT, 'mobile/scripts/build-web.ts')], { cwd: ROOT, env }),
  );
  if (code !== 0 || !existsSync(join(OUTPUT, 'index.html'))) {
    say(output.trimEnd());
    throw new Trouble(
      'The web app could not be built; the lines above say why. If you changed mobile/ or contract/, mend that and start again.',
    );
  }
  say(output.trimEnd());
  mkdirSync(join(ROOT, 'build'), { recursive: true });
  writeFileSync(MARKER, inputs);
  return OUTPUT;
}

function hashInputs() {
  const hash = createHash('sha256').update(readFileSync(join(ROOT, 'package-lock.json')));
  for (const folder of ['contract', 'mobile']) {
    for (const path of filesBelow(join(ROOT, folder))) hash.update(`\0${relative(ROOT, path)}\0`).update(readFileSync(path));
  }
  return hash.digest('hex');
}

/** @param {string} folder @returns {string[]} */
function filesBelow(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => !NOT_INPUTS.test(entry.name))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => (entry.isDirectory() ? filesBelow(join(folder, entry.name)) : [join(folder, entry.name)]));
}
