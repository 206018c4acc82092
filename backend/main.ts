import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { createApp } from './app.ts';
import { collectNowAndThen } from './collection.ts';
import {
  type App,
  type Clock,
  type Config,
  createDrain,
  createLogger,
  createMetrics,
  describeError,
  type Drain,
  type Ids,
  loadConfig,
  migrate,
  serveMetrics,
  StartError,
  unknownSettings,
} from './modules/infrastructure/public.ts';
import { openObjectStore } from './modules/object_store/public.ts';
import { loadPublisherCredentials, type UserService } from './modules/user/public.ts';
import { type Cleanup, cleanUp, openDatabase, ourMigrations, outliveReaders, prepareDataDir } from './open.ts';

/** For what comes after the requests: connections, the embedded PostgreSQL. */
const CLEAN_UP_MAX_MS = 10_000;
const clock: Clock = { nowMs: Date.now };
const ids: Ids = { uuid: randomUUID, randomBytes };
const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** This process as a node: what it must undo, and how it is to stop. */
interface Node {
  cleanups: Cleanup[];
  drain: Drain;
  limits: Config['drain'];
  /** Requests were cut off. */
  wasCut: boolean;
}

async function start(node: Node): Promise<void> {
  const { cleanups, drain } = node;
  const config = loadConfig(process.env, process.cwd());
  node.limits = config.drain;
  const logger = createLogger(config.logLevel);
  unknownSettings(process.env).forEach(say);
  await prepareDataDir(config);
  const pool = await openDatabase(config, cleanups, say);
  await migrate(pool, await ourMigrations());
  pool.on('error', (error) => logger.warn(describeError(error), 'an idle database connection was lost'));
  const objectStore = await openObjectStore(config, ids);
  const metrics = config.metrics === null ? null : createMetrics(pool);
  if (metrics !== null && config.metrics !== null) {
    const served = await serveMetrics(metrics, config.metrics);
    cleanups.push(served.close);
    say(`Metrics are at ${served.url}`);
  }
  const { http, users, collector } = await createApp({ config, pool, objectStore, clock, ids, logger, drain, metrics });
  cleanups.push(() => closeWithin(http, node), collectNowAndThen(collector, logger));
  await ensurePublisher(config, users);
  await listen(http, config);
  const url = urlOf(http, config);
  // Whoever started us with a channel says it in words of their own.
  if (process.send === undefined) say(`Haversack serves at ${url}`);
  if (config.webDir === null) say('No web app is served: set WEB_DIR to the folder of the built one.');
  process.send?.({ ready: true, url });
}

async function ensurePublisher(config: Config, users: UserService): Promise<void> {
  if (config.publisher !== null) return users.ensurePublisher(config.publisher);
  const { credentials, path, isNew } = await loadPublisherCredentials(config.dataDir, ids);
  await users.ensurePublisher(credentials);
  if (isNew) say(`A publisher was made: ${credentials.email} with password ${credentials.password} (kept in ${path}).`);
}

async function listen(http: App, { port, host }: Config): Promise<void> {
  try {
    await http.listen({ port, host: host ?? '::' });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    // A machine without IPv6 has no address `::`.
    if (host === null && (code === 'EAFNOSUPPORT' || code === 'EADDRNOTAVAIL'))
      return void (await http.listen({ port, host: '0.0.0.0' }));
    if (code === 'EADDRINUSE')
      throw new StartError(`Port ${port} is in use by another program: stop that one, or set PORT to a free port.`);
    if (code === 'EACCES') throw new StartError(`Port ${port} may not be opened by this user: set PORT to one above 1023.`);
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
      throw new StartError(`HOST is "${host}", which is no address of this machine.`);
    throw error;
  }
}

function urlOf(http: App, { tls, host }: Config): string {
  const address = http.server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const name = host === null || host === '::' || host === '0.0.0.0' ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  return `${tls === null ? 'http' : 'https'}://${name}:${port}`;
}

/** Ends what is under way, and cuts off what takes longer than it may. */
async function closeWithin(http: App, node: Node): Promise<void> {
  const timer = setTimeout(() => {
    node.wasCut = true;
    http.server.closeAllConnections();
  }, node.limits.limitMs);
  await http.close();
  clearTimeout(timer);
}

/** Asked once, a node drains: a proxy sees it and turns away, then what is under way ends. Asked again, it waits for no proxy. */
function stopOnSignals(node: Node): void {
  const hurry = new AbortController();
  let stopping = false;
  const stop = async (): Promise<void> => {
    if (stopping) return hurry.abort();
    stopping = true;
    node.drain.begin();
    await sleep(node.limits.waitMs, undefined, { signal: hurry.signal }).catch(() => undefined);
    setTimeout(() => process.exit(1), node.limits.limitMs + CLEAN_UP_MAX_MS).unref();
    await cleanUp(node.cleanups);
    process.exit(node.wasCut ? 1 : 0);
  };
  process.on('SIGTERM', () => void stop());
  process.on('SIGINT', () => void stop());
  // Whoever started us with a channel has gone without a word.
  process.on('disconnect', () => void stop());
}

const node: Node = { cleanups: [], drain: createDrain(), limits: { waitMs: 0, limitMs: 10_000 }, wasCut: false };
outliveReaders();
stopOnSignals(node);
start(node).catch(async (error: unknown) => {
  // It fails because it is being stopped, and whoever stops it ends the process: now, PostgreSQL would be left behind.
  if (node.drain.isDraining()) return;
  const reason = error instanceof StartError ? error.message : `Haversack cannot start: ${JSON.stringify(describeError(error))}`;
  process.stderr.write(`${reason}\n`);
  await cleanUp(node.cleanups);
  process.exit(1);
});
