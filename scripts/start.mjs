import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { prepareTools, ROOT } from './lib/bootstrap.mjs';
import { end, run, runMain, start, Stopped, throwIfStopping, Trouble, untilStopped } from './lib/processes.mjs';
import { say, withProgress } from './lib/progress.mjs';
import { readSettings, refuseTakenPort, refuseUnreachableDatabase } from './lib/settings.mjs';
import { buildWeb } from './lib/web-build.mjs';

/** The Dockerfile has the same; decision 0025 says why. */
const SERVER_FLAGS = JSON.parse(readFileSync(join(ROOT, 'backend/node-flags.json'), 'utf8'));

// `npm start`: from a fresh clone to a running Haversack. Plain JavaScript, for it begins under whatever Node is there.
await runMain(async () => {
  const settings = readSettings();
  await refuseTakenPort(settings);
  await refuseUnreachableDatabase();
  const tools = await prepareTools();
  const webDir = await buildWeb(tools);
  await buildServer(tools);
  const server = start(tools.node, [...SERVER_FLAGS, join(ROOT, 'backend/dist/main.js')], {
    cwd: ROOT,
    env: { ...tools.env, PORT: String(settings.port), DATA_DIR: settings.dataDir, WEB_DIR: webDir },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const ended = new Promise((resolve) => server.once('exit', (code) => resolve(code ?? 1)));
  try {
    const url = await Promise.race([
      serving(server),
      ended.then(throwIfStopping).then(() => Promise.reject(new Trouble('Haversack did not start.'))),
      untilStopped(),
    ]);
    await publishUnits(tools, url, settings.dataDir);
    say(`\nHaversack is at ${url}  (Ctrl-C stops it)`);
    return await Promise.race([ended, untilStopped()]);
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
    say('\nStopping …');
    await end(server);
    say('Stopped.');
    return 0;
  }
});

/** @param {import('./lib/bootstrap.mjs').Tools} tools */
async function buildServer({ node, env }) {
  const { code, output } = await run(node, [join(ROOT, 'scripts/build-server.mjs')], { env });
  if (code === 0) return;
  say(output.trimEnd());
  throw new Trouble(
    'The server could not be built; the lines above say why. If you changed backend/ or contract/, mend that and start again.',
  );
}

/** Resolves with the address once the server answers there. @param {import('node:child_process').ChildProcess} server @returns {Promise<string>} */
function serving(server) {
  return new Promise((resolve) => {
    server.on('message', (message) => {
      if (typeof message === 'object' && 'ready' in message && 'url' in message) resolve(String(message.url));
    });
  });
}

/**
 * Sends the units that changed. A fault in a unit does not take the others, or the server, away.
 * @param {import('./lib/bootstrap.mjs').Tools} tools
 * @param {string} url
 * @param {string} dataDir
 */
async function publishUnits({ node, env }, url, dataDir) {
  const folders = readdirSync(join(ROOT, 'units'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join('units', entry.name))
    .sort();
  if (folders.length === 0) return;
  const certificate = process.env['TLS_CERT'] ? { NODE_EXTRA_CA_CERTS: process.env['TLS_CERT'] } : {};
  const args = [
    join(ROOT, 'publisher/main.ts'),
    'publish',
    ...folders,
    '--server',
    url,
    // Credentials of your own are in the environment already; made-up ones are in the data folder.
    ...(process.env['PUBLISHER_EMAIL'] ? [] : ['--credentials', join(dataDir, 'publisher.json')]),
  ];
  const { code, output } = await withProgress('Publishing units', () =>
    run(node, args, { cwd: ROOT, env: { ...env, ...certificate } }),
  );
  say(output.trimEnd());
  if (code !== 0)
    say('Not every unit is published; the lines above say why. Mend the unit and start again; the rest is there to use.');
}
