import { randomBytes } from 'node:crypto';
import { chown, mkdir, open, readdir, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FileLock, waitFor } from './file-lock.ts';
import { findPostgresPrograms, type PostgresPrograms } from './postgres-binaries.ts';
import {
  connectionUrl,
  DATABASE,
  ensureDatabase,
  ROLE,
  runningServer,
  startServer,
  stopServer,
  type Cluster,
} from './postgres-server.ts';

export interface EmbeddedPostgres {
  /** postgres://… with the password in it; loopback only. */
  url: string;
  /** Gives PostgreSQL back; the last process that does so stops it. Safe to call twice. */
  stop(): Promise<void>;
}

/**
 * Starts a real PostgreSQL from npm with its data in `<dataDir>/postgres`, or joins the one that already serves that folder:
 * another process of ours, or an orphan that a killed process left behind. Throws an Error whose message tells a person what to do.
 */
export async function startEmbeddedPostgres(options: {
  dataDir: string;
  log: (line: string) => void;
}): Promise<EmbeddedPostgres> {
  const { log } = options;
  await mkdir(options.dataDir, { recursive: true });
  const dataDir = await realpath(options.dataDir);
  const users = new FileLock(join(dataDir, 'postgres-users.lock'));
  try {
    const cluster = await exclusively(dataDir, log, async () => {
      // Nobody holds it exclusively for longer than the start lock, which is ours now.
      if (!users.tryShared())
        throw new Error(
          `The lock files in ${dataDir} cannot be used. Is the folder on a network drive? Choose another DATA_DIR.`,
        );
      const opened = await openCluster(dataDir, log);
      const port = (await runningServer(opened, log)) ?? (await startServer(opened, log));
      await ensureDatabase(opened, port);
      return { ...opened, port };
    });
    let stopped: Promise<void> | undefined;
    return { url: connectionUrl(cluster, cluster.port, DATABASE), stop: () => (stopped ??= leave(dataDir, cluster, users, log)) };
  } catch (error) {
    users.close();
    throw error;
  }
}

async function leave(dataDir: string, cluster: Cluster, users: FileLock, log: (line: string) => void): Promise<void> {
  try {
    await exclusively(dataDir, log, async () => {
      users.release();
      if (users.tryExclusive()) await stopServer(cluster);
    });
  } finally {
    users.close();
  }
}

/** Starting and stopping are one at a time among all processes on this data folder. */
async function exclusively<T>(dataDir: string, log: (line: string) => void, work: () => Promise<T>): Promise<T> {
  const lock = new FileLock(join(dataDir, 'postgres-start.lock'));
  try {
    const held = await waitFor(
      () => lock.tryExclusive(),
      120_000,
      () => log('Waiting for another Haversack that is starting or stopping this database.'),
    );
    if (!held)
      throw new Error(
        `Another Haversack has been starting or stopping the database in ${dataDir} for two minutes. End it, then try again.`,
      );
    return await work();
  } finally {
    lock.close();
  }
}

async function openCluster(dataDir: string, log: (line: string) => void): Promise<Cluster> {
  const folder = join(dataDir, 'postgres');
  const existing = await stat(folder).catch(() => null);
  const programs = await findPostgresPrograms(dataDir, existing?.uid ?? null);
  const passwordFile = join(dataDir, 'postgres-password');
  if (existing) {
    await refuseForeignData(folder, programs.major);
    return { folder, programs, password: await readPassword(passwordFile, folder) };
  }
  const password = randomBytes(24).toString('base64url');
  await initialise(dataDir, { folder, programs, password }, log);
  return { folder, programs, password };
}

async function refuseForeignData(folder: string, major: number): Promise<void> {
  const found = (await readFile(join(folder, 'PG_VERSION'), 'utf8').catch(() => '')).trim();
  if (found === String(major)) return;
  if (found === '') throw new Error(`${folder} is not a PostgreSQL data folder. Move it away, or choose another DATA_DIR.`);
  const advice =
    Number(found) > major
      ? 'It was made by a newer Haversack: use that one, or choose another DATA_DIR.'
      : `Dump it with PostgreSQL ${found} (pg_dump), move the folder away, start again and restore the dump; or choose another DATA_DIR.`;
  throw new Error(
    `The database in ${folder} belongs to PostgreSQL ${found}; this Haversack brings PostgreSQL ${major}. ${advice}`,
  );
}

async function readPassword(file: string, folder: string): Promise<string> {
  const password = (await readFile(file, 'utf8').catch(() => '')).trim();
  if (password === '')
    throw new Error(
      `${file}, the password of the database in ${folder}, is missing. Put it back from a backup of the data folder.`,
    );
  return password;
}

/** A folder named `postgres` is always whole: it is made beside and renamed, so that a kill in the middle leaves only a folder to remove. */
async function initialise(dataDir: string, cluster: Cluster, log: (line: string) => void): Promise<void> {
  log(`Making the database in ${cluster.folder} (once).`);
  for (const name of await readdir(dataDir)) {
    if (name.startsWith('postgres-new-'))
      await rm(join(dataDir, name), { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
  const staging = join(dataDir, `postgres-new-${process.pid}-${randomBytes(4).toString('hex')}`);
  await mkdir(staging, { mode: 0o700 });
  try {
    await initdb(staging, cluster.programs, cluster.password);
    await writeDurably(join(dataDir, 'postgres-password'), cluster.password);
    await rename(join(staging, 'data'), cluster.folder);
    await syncFolder(dataDir);
  } finally {
    await rm(staging, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

async function initdb(staging: string, { account, run }: PostgresPrograms, password: string): Promise<void> {
  const passwordFile = join(staging, 'password');
  await writeFile(passwordFile, password, { mode: 0o600 });
  if (account) for (const path of [passwordFile, staging]) await chown(path, account.uid, account.gid);
  const { ok, output } = await run('initdb', [
    `--pgdata=${join(staging, 'data')}`,
    `--username=${ROLE}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    // One order of letters on every platform, whatever locales the machine has.
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
  ]);
  if (!ok)
    throw new Error(
      `The database could not be made in ${staging}. PostgreSQL says: ${output.trim().split('\n').slice(-4).join(' ')}`,
    );
}

async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(`${path}.new`, 'w', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.new`, path);
}

async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
