import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from './bootstrap.mjs';
import { run, start, Trouble, untilStopped } from './processes.mjs';

/**
 * A PostgreSQL that is not ours to start: the tests get its address alone.
 * @typedef {{ url: string, what: string, stop: () => Promise<void> }} ExternalPostgres
 */

const DEBIAN = '/usr/lib/postgresql';

/**
 * The one that HAVERSACK_TEST_DATABASE_URL names; else a new one from this machine's own PostgreSQL; where there is none, a second
 * cluster of the one from npm.
 * @param {import('./bootstrap.mjs').Tools} tools
 * @returns {Promise<ExternalPostgres>}
 */
export async function startExternalPostgres(tools) {
  const given = process.env['HAVERSACK_TEST_DATABASE_URL'];
  if (given) return { url: given, what: 'the one of HAVERSACK_TEST_DATABASE_URL', stop: async () => undefined };
  const version = existsSync(DEBIAN) ? readdirSync(DEBIAN).sort((one, other) => Number(other) - Number(one))[0] : undefined;
  const folder = mkdtempSync(join(tmpdir(), 'haversack-external-'));
  const started =
    version === undefined ? await startFromNpm(tools, folder) : await startOurOwn(join(DEBIAN, version, 'bin'), folder);
  const child = started.child;
  return {
    url: started.url,
    what: version === undefined ? 'a second cluster of the one from npm' : `PostgreSQL ${version} of this machine`,
    async stop() {
      const gone = new Promise((resolve) => child.once('exit', resolve));
      // To PostgreSQL: end connections, then end.
      child.kill('SIGINT');
      await gone;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** @param {string} programs @param {string} folder */
async function startOurOwn(programs, folder) {
  const account = await unprivileged();
  const passwordFile = join(folder, 'password');
  const password = randomBytes(18).toString('base64url');
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (account.uid !== undefined && account.gid !== undefined)
    for (const path of [folder, passwordFile]) chownSync(path, account.uid, account.gid);
  const files = join(folder, 'data');
  const made = await run(
    join(programs, 'initdb'),
    ['-D', files, '-U', 'haversack', `--pwfile=${passwordFile}`, '--auth=scram-sha-256', '--encoding=UTF8'],
    account,
  );
  if (made.code !== 0) throw new Trouble(`A PostgreSQL beside could not be made: ${made.output}`);
  const port = await freePort();
  const settings = [`listen_addresses=127.0.0.1`, `port=${port}`, 'unix_socket_directories=', 'max_connections=300'];
  const child = start(join(programs, 'postgres'), ['-D', files, ...settings.flatMap((setting) => ['-c', setting])], {
    ...account,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  await Promise.race([saysReady(child), untilStopped()]);
  return { child, url: `postgres://haversack:${password}@127.0.0.1:${port}/postgres` };
}

/** PostgreSQL refuses to run as root. @returns {Promise<{ uid?: number, gid?: number }>} */
async function unprivileged() {
  if (process.getuid?.() !== 0) return {};
  const uid = Number((await run('id', ['-u', 'postgres'])).output);
  const gid = Number((await run('id', ['-g', 'postgres'])).output);
  if (uid > 0 && gid > 0) return { uid, gid };
  throw new Trouble('PostgreSQL does not run as root, and there is no user "postgres": run this as another user.');
}

/** @param {import('node:child_process').ChildProcess} child @returns {Promise<void>} */
function saysReady(child) {
  return new Promise((resolve, reject) => {
    let said = '';
    child.stderr?.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
      said = (said + text).slice(-4000);
      if (said.includes('ready to accept connections')) resolve();
    });
    child.once('exit', () => reject(new Trouble(`A PostgreSQL beside did not start: ${said}`)));
  });
}

/** @param {import('./bootstrap.mjs').Tools} tools @param {string} folder */
async function startFromNpm({ node, env }, folder) {
  const child = start(node, [join(ROOT, 'backend/test/postgres-holder.ts'), folder], {
    env,
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  /** @type {Promise<string>} */
  const served = new Promise((resolve, reject) => {
    child.on('message', (message) => {
      if (typeof message === 'object' && 'url' in message) resolve(String(message.url));
    });
    child.once('exit', () => reject(new Trouble('The PostgreSQL from npm did not start.')));
  });
  return { child, url: await Promise.race([served, untilStopped()]) };
}

/** @returns {Promise<number>} */
function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
