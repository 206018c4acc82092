import { execFile } from 'node:child_process';
import { readFile, rename, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import { waitFor } from './file-lock.ts';
import type { PostgresPrograms } from './postgres-binaries.ts';

export const ROLE = 'haversack';
export const DATABASE = 'haversack';
const HOST = '127.0.0.1';
const LOG_LIMIT_BYTES = 8 * 1024 * 1024;
const RECOVERY_SECONDS = 300;

/** A PostgreSQL data folder, and what it takes to run and enter it. */
export interface Cluster {
  folder: string;
  programs: PostgresPrograms;
  password: string;
}

export function connectionUrl(cluster: Cluster, port: number, database: string): string {
  return `postgres://${ROLE}:${cluster.password}@${HOST}:${port}/${database}`;
}

/** The port of the server that already serves this folder, or null when none does (a postmaster.pid of the dead is removed). */
export async function runningServer(cluster: Cluster, log: (line: string) => void): Promise<number | null> {
  let port: number | null = null;
  const settled = await waitFor(
    async () => {
      const left = await readPidFile(cluster.folder);
      if (!left || !(await isPostmasterOf(left.pid, cluster.folder))) return true;
      if (!(await answers(cluster, left.port))) return false;
      port = left.port;
      return true;
    },
    RECOVERY_SECONDS * 1000,
    () => log('A PostgreSQL is already at work on this data folder; waiting until it answers or ends.'),
  );
  if (!settled) {
    const pid = (await readPidFile(cluster.folder))?.pid;
    throw new Error(
      `A PostgreSQL (process ${pid}) holds ${cluster.folder} but does not answer. End that process, then start again.`,
    );
  }
  if (port === null) await rm(pidFile(cluster.folder), { force: true });
  else log(`Joined the PostgreSQL that already serves ${cluster.folder} on port ${String(port)}.`);
  return port;
}

/** Starts the server on a free loopback port and resolves with it once connections are accepted. */
export async function startServer(cluster: Cluster, log: (line: string) => void): Promise<number> {
  const logFile = join(cluster.folder, 'server.log');
  if (((await stat(logFile).catch(() => null))?.size ?? 0) > LOG_LIMIT_BYTES) await rename(logFile, `${logFile}.1`);
  const slow = setInterval(() => log('PostgreSQL is still starting (after a crash it first repairs its files).'), 10_000);
  try {
    for (let attempt = 1; ; attempt++) {
      const before = (await stat(logFile).catch(() => null))?.size ?? 0;
      const port = await freePort();
      const { ok, output } = await cluster.programs.run('pg_ctl', startArguments(cluster.folder, logFile, port));
      if (ok) {
        log(`PostgreSQL is up on port ${port}; its data is in ${cluster.folder}.`);
        return port;
      }
      const said = (await readFile(logFile, 'utf8').catch(() => output)).slice(before).trim() || output.trim();
      if (attempt >= 20 || !PASSING_TROUBLE.test(said)) throw new Error(startFailure(cluster.folder, logFile, said));
      await sleep(500);
    }
  } finally {
    clearInterval(slow);
  }
}

/** A port that somebody took in between; children of a killed postmaster that have not yet noticed. */
const PASSING_TROUBLE =
  /Address already in use|could not bind|could not create any TCP\/IP sockets|pre-existing shared memory block/i;

function startArguments(folder: string, logFile: string, port: number): string[] {
  const settings = {
    listen_addresses: HOST,
    port,
    unix_socket_directories: '',
    timezone: 'UTC',
    log_timezone: 'UTC',
    // The text and the details of a failing statement hold people's data; the log is for the state of the server (rule SE-3).
    log_error_verbosity: 'terse',
    log_min_error_statement: 'panic',
  };
  const given = Object.entries(settings).map(([name, value]) => `-c ${name}=${value}`);
  return ['start', '-w', '-t', String(RECOVERY_SECONDS), '-D', folder, '-l', logFile, '-o', given.join(' ')];
}

function startFailure(folder: string, logFile: string, said: string): string {
  const reason = /No space left/i.test(said) ? 'The disk is full: free some space.' : `See ${logFile}.`;
  const told = said.split('\n').filter((line) => /FATAL|PANIC|ERROR|HINT/.test(line));
  return `PostgreSQL did not start on ${folder}. ${reason} It says: ${(told.length > 0 ? told : said.split('\n')).slice(-3).join(' ')}`;
}

/** Stops the server, waiting until its files are closed; connections still open are ended, their transactions rolled back. */
export async function stopServer({ folder, programs }: Cluster): Promise<void> {
  const left = await readPidFile(folder);
  if (!left || !(await isPostmasterOf(left.pid, folder))) return;
  // pg_ctl returns when postmaster.pid is gone, a moment before the process is.
  const hasEnded = async () => !(await isPostmasterOf(left.pid, folder));
  for (const mode of ['fast', 'immediate']) {
    await programs.run('pg_ctl', ['stop', '-w', '-t', '60', '-m', mode, '-D', folder]);
    if (await waitFor(hasEnded, 10_000, () => undefined)) return;
  }
  throw new Error(`PostgreSQL (process ${left.pid}, data in ${folder}) does not stop. End that process.`);
}

export async function ensureDatabase(cluster: Cluster, port: number): Promise<void> {
  const client = new pg.Client({ connectionString: connectionUrl(cluster, port, 'postgres') });
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [DATABASE]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE}`);
  } finally {
    await client.end();
  }
}

/** True when a server on that port lets us in and serves this very folder. */
async function answers(cluster: Cluster, port: number): Promise<boolean> {
  const client = new pg.Client({ connectionString: connectionUrl(cluster, port, 'postgres'), connectionTimeoutMillis: 5000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ data_directory: string }>('SHOW data_directory');
    return rows[0] !== undefined && (await isSameFolder(rows[0].data_directory, cluster.folder));
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function isSameFolder(one: string, other: string): Promise<boolean> {
  const [a, b] = await Promise.all([stat(one).catch(() => null), stat(other)]);
  return a !== null && a.ino === b.ino && a.dev === b.dev;
}

function pidFile(folder: string): string {
  return join(folder, 'postmaster.pid');
}

/** PostgreSQL's own lock file: line 1 the process, line 4 the port (miscadmin.h, LOCK_FILE_LINE_*). */
async function readPidFile(folder: string): Promise<{ pid: number; port: number } | null> {
  const lines = (await readFile(pidFile(folder), 'utf8').catch(() => '')).split('\n');
  const pid = Number(lines[0]);
  return Number.isInteger(pid) && pid > 0 ? { pid, port: Number(lines[3]) } : null;
}

/** After a crash the number in postmaster.pid may have gone to another program; only one that runs on this folder counts. */
async function isPostmasterOf(pid: number, folder: string): Promise<boolean> {
  if (!isAlive(pid)) return false;
  if (process.platform === 'win32') return true;
  const command =
    process.platform === 'linux'
      ? await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
      : await promisify(execFile)('ps', ['-o', 'command=', '-p', String(pid)]).then(
          (done) => done.stdout,
          () => '',
        );
  return command.includes(folder);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

async function freePort(): Promise<number> {
  return await new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, HOST, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
