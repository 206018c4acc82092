import { randomBytes, randomUUID } from 'node:crypto';
import { access, constants, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type pg from 'pg';
import { createApp } from './app.ts';
import { startEmbeddedPostgres } from './modules/infrastructure/embedded-postgres.ts';
import {
  type App,
  type Clock,
  type Config,
  createLogger,
  createPool,
  describeError,
  type Ids,
  loadConfig,
  migrate,
  readMigrations,
  StartError,
} from './modules/infrastructure/public.ts';
import { type Collected, type Collector, openObjectStore } from './modules/object_store/public.ts';
import { loadPublisherCredentials, type UserService } from './modules/user/public.ts';

const DRAIN_MAX_MS = 10_000;
const COLLECTION_INTERVAL_MS = 24 * 60 * 60 * 1000;
const COLLECTION_QUESTION_MS = 60 * 60 * 1000;
const clock: Clock = { nowMs: Date.now };
const ids: Ids = { uuid: randomUUID, randomBytes };
const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** Undone in reverse order at the end, whatever the end is. */
type Cleanup = () => Promise<unknown>;

/** Serves until it is told to stop; with `collect-objects` it deletes what nothing refers to and ends. */
async function start(cleanups: Cleanup[], command: string | undefined): Promise<void> {
  if (command !== undefined && command !== 'collect-objects')
    throw new StartError(`There is no command "${command}": say collect-objects, or nothing to serve.`);
  const config = loadConfig(process.env, process.cwd());
  const logger = createLogger(config.logLevel);
  await prepareDataDir(config);
  const pool = await openDatabase(config, cleanups);
  pool.on('error', (error) => logger.warn(describeError(error), 'an idle database connection was lost'));
  const objectStore = await openObjectStore(config, ids);
  const { http, users, collector } = await createApp({ config, pool, objectStore, clock, ids, logger });
  cleanups.push(() => http.close());
  if (command === 'collect-objects') {
    say(describeCollected(await collector.collect()));
    return cleanUp(cleanups);
  }
  cleanups.push(collectNowAndThen(collector, logger));
  await ensurePublisher(config, users);
  await listen(http, config);
  const url = urlOf(http, config);
  // Whoever started us with a channel says it in words of their own.
  if (process.send === undefined) say(`Haversack serves at ${url}`);
  if (config.webDir === null) say('No web app is served: set WEB_DIR to the folder of the built one.');
  process.send?.({ ready: true, url });
}

/** Each node asks once an hour; one of them does it once a day. Returns how to end it. */
function collectNowAndThen(collector: Collector, logger: ReturnType<typeof createLogger>): Cleanup {
  let running: Promise<unknown> = Promise.resolve();
  const timer = setInterval(() => {
    running = running
      .then(() => collector.collectIfDue(COLLECTION_INTERVAL_MS))
      .then((collected) => collected && logger.info(collected, 'objects that nothing refers to were deleted'))
      .catch((error: unknown) => logger.warn(describeError(error), 'objects could not be collected'));
  }, COLLECTION_QUESTION_MS);
  timer.unref();
  return () => {
    clearInterval(timer);
    collector.stop();
    return running;
  };
}

const describeCollected = ({ seen, deleted, freedBytes }: Collected): string =>
  `${deleted} of ${seen} objects deleted, ${(freedBytes / 1e6).toFixed(1)} MB freed.`;

async function prepareDataDir({ dataDir }: Config): Promise<void> {
  try {
    await mkdir(dataDir, { recursive: true });
    await access(dataDir, constants.R_OK | constants.W_OK);
  } catch {
    throw new StartError(
      `The data folder ${dataDir} cannot be written: check its permissions, or set DATA_DIR to another folder.`,
    );
  }
}

async function openDatabase(config: Config, cleanups: Cleanup[]): Promise<pg.Pool> {
  let url = config.databaseUrl;
  if (url === null) {
    const starting = startEmbeddedPostgres({ dataDir: config.dataDir, log: say }).catch((error: unknown) => {
      throw new StartError(error instanceof Error ? error.message : String(error), { cause: error });
    });
    // Stopped while it starts, we wait until it is up and can be stopped: it would be left behind.
    cleanups.push(async () => (await starting).stop());
    url = (await starting).url;
  }
  const pool = createPool(url, config.databaseMaxConnections);
  cleanups.push(() => pool.end());
  // A DATABASE_URL that is no URL is thrown, not rejected.
  const answer = (async (): Promise<unknown> => pool.query('select 1'))();
  await answer.catch((error: unknown) => {
    throw new StartError(
      `The database${config.databaseUrl === null ? '' : ' named by DATABASE_URL'} cannot be used: ${reasonOf(error)}`,
    );
  });
  await migrate(pool, await readMigrations(join(import.meta.dirname, 'migrations')));
  return pool;
}

/** Why a connection failed, without the address that may hold a password. */
function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ECONNREFUSED')
    return 'nothing answers at its host and port. Start PostgreSQL there, or unset DATABASE_URL to use the one that comes along.';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'its host name is not known. Check the name.';
  if (code === '28P01' || code === '28000') return 'it refuses this user or password. Check both.';
  if (code === '3D000') return 'it has no database of this name. Create it first (createdb).';
  return `${error instanceof Error ? error.message : String(error)}. Check DATABASE_URL.`;
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

async function cleanUp(cleanups: Cleanup[]): Promise<void> {
  for (let undo = cleanups.pop(); undo !== undefined; undo = cleanups.pop()) await undo().catch(() => undefined);
}

/** Ends after the requests under way; what hangs is left after a while. */
function stopOnSignals(cleanups: Cleanup[]): void {
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(1), DRAIN_MAX_MS).unref();
    void cleanUp(cleanups).then(() => process.exit(0));
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  // Whoever started us with a channel has gone without a word.
  process.on('disconnect', stop);
}

const cleanups: Cleanup[] = [];
stopOnSignals(cleanups);
start(cleanups, process.argv[2]).catch(async (error: unknown) => {
  const reason = error instanceof StartError ? error.message : `Haversack cannot start: ${JSON.stringify(describeError(error))}`;
  process.stderr.write(`${reason}\n`);
  await cleanUp(cleanups);
  process.exit(1);
});
