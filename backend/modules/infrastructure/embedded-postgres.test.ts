import { fork, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startEmbeddedPostgres, type EmbeddedPostgres } from './embedded-postgres.ts';

const HOLDER = new URL('../../test/postgres-holder.ts', import.meta.url);

let dataDir: string;
let children: ChildProcess[];
let opened: EmbeddedPostgres[];

// mkdtemp makes the folder 0700: when root runs the tests, the account that PostgreSQL runs under could not enter it by itself.
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'embedded-postgres-'));
  children = [];
  opened = [];
});

afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  for (const postgres of opened) await postgres.stop();
  const left = await postmaster();
  if (left !== null && isAlive(left)) process.kill(left, 'SIGKILL');
  await rm(dataDir, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
});

async function start(): Promise<EmbeddedPostgres> {
  const postgres = await startEmbeddedPostgres({ dataDir, log: () => undefined });
  opened.push(postgres);
  return postgres;
}

/** Another process on the same data folder, leader of a process group of its own. */
function launch(drainMs = 0): ChildProcess {
  const child = fork(HOLDER, [dataDir, String(drainMs)], { detached: true, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  children.push(child);
  return child;
}

async function message<T>(child: ChildProcess, field: string): Promise<T> {
  for (;;) {
    const [said] = (await Promise.race([
      once(child, 'message'),
      once(child, 'exit').then(() => Promise.reject(new Error(`the process ended before it said ${field}`))),
    ])) as [Record<string, T>];
    if (said[field] !== undefined) return said[field];
  }
}

async function holdInAnotherProcess(drainMs = 0): Promise<{ child: ChildProcess; url: string }> {
  const child = launch(drainMs);
  return { child, url: await message<string>(child, 'url') };
}

async function kill(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  const gone = once(child, 'exit');
  process.kill(-(child.pid ?? 0), signal);
  await gone;
}

async function query<Row extends object>(url: string, sql: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

async function postmaster(): Promise<number | null> {
  const text = await readFile(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').catch(() => '');
  return Number(text.split('\n')[0]) || null;
}

/** A zombie that nobody has reaped yet is dead: it has no command line of PostgreSQL any more. */
function isAlive(pid: number): boolean {
  const command = existsSync('/proc/self/cmdline')
    ? existsSync(`/proc/${pid}/cmdline`) && readFileSync(`/proc/${pid}/cmdline`, 'utf8')
    : spawnSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).stdout;
  return command !== false && command.includes(dataDir);
}

async function runningPostmaster(): Promise<number> {
  const pid = await postmaster();
  if (pid === null || !isAlive(pid)) throw new Error('no PostgreSQL runs on the data folder');
  return pid;
}

// A dozen databases are made and killed: quick by itself, slow on a machine that is busy.
describe('embedded PostgreSQL', { timeout: 120_000 }, () => {
  it('[ST-1] makes a database once, on disk with fsync, on loopback, behind a made-up password', async () => {
    const first = await start();
    await query(first.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    expect(
      await query(first.url, "SELECT current_setting('fsync') AS fsync, current_setting('listen_addresses') AS listens"),
    ).toEqual([{ fsync: 'on', listens: '127.0.0.1' }]);
    const withoutPassword = first.url.replace(/:[^:@/]+@/, '@');
    await expect(query(withoutPassword, 'SELECT 1')).rejects.toThrow(/password/);
    expect((await stat(join(dataDir, 'postgres-password'))).mode & 0o777).toBe(0o600);
    await first.stop();
    expect(await postmaster()).toBeNull();

    const second = await start();
    expect(await query(second.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
  });

  it('[ST-2] joins the PostgreSQL that a killed process left running, and stops it in the end', async () => {
    const { child, url } = await holdInAnotherProcess();
    await query(url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    const orphan = await runningPostmaster();
    await kill(child, 'SIGKILL');
    expect(isAlive(orphan)).toBe(true);

    const next = await start();
    expect(await runningPostmaster()).toBe(orphan);
    expect(await query(next.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
    await next.stop();
    expect(isAlive(orphan)).toBe(false);
  });

  it('[ST-2] recovers what was committed when PostgreSQL itself was killed too, and its pid file is stale', async () => {
    const { child, url } = await holdInAnotherProcess();
    await query(url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    process.kill(await runningPostmaster(), 'SIGKILL');
    await kill(child, 'SIGKILL');
    expect(await postmaster()).not.toBeNull();

    expect(await query((await start()).url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
  });

  it('[ST-2] takes no other program for PostgreSQL when the number in a stale pid file was given away', async () => {
    await (await start()).stop();
    await writeFile(join(dataDir, 'postgres', 'postmaster.pid'), `${process.pid}\n${join(dataDir, 'postgres')}\n0\n1\n\n\n\n`);
    expect(await query((await start()).url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('[ST-2] does the making of the database again when it was killed in the middle', async () => {
    for (const afterMs of [0, 100, 300]) {
      const child = launch();
      while (!(await readdir(dataDir)).some((name) => name.startsWith('postgres-new-'))) await sleep(5);
      await sleep(afterMs);
      await kill(child, 'SIGKILL');
      expect(await stat(join(dataDir, 'postgres')).catch(() => null), `killed ${afterMs} ms into it`).toBeNull();
    }
    expect(await query((await start()).url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect((await readdir(dataDir)).filter((name) => name.startsWith('postgres-new-'))).toEqual([]);
  });

  it('[ST-3] is shared by all processes on the folder, also when they start at once; the last that leaves stops it', async () => {
    const holders = await Promise.all([
      holdInAnotherProcess(),
      holdInAnotherProcess(),
      start().then((own) => ({ child: null, url: own.url })),
    ]);
    expect(new Set(holders.map(({ url }) => url)).size).toBe(1);
    const pid = await runningPostmaster();
    for (const { child } of holders) if (child) await kill(child, 'SIGTERM');
    expect(isAlive(pid)).toBe(true);
    expect(await query(holders[0].url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);

    await opened[0]?.stop();
    expect(isAlive(pid)).toBe(false);
  });

  it('[ST-3] outlives a Ctrl-C for the whole process group until the server has drained, then leaves nothing', async () => {
    const { child } = await holdInAnotherProcess(500);
    const pid = await runningPostmaster();
    const drained = message(child, 'drained');
    await kill(child, 'SIGINT');
    await drained;
    expect(child.exitCode).toBe(0);
    expect(isAlive(pid)).toBe(false);
    expect(await postmaster()).toBeNull();
  });

  it.each([
    ['99', /belongs to PostgreSQL 99; this Haversack brings PostgreSQL \d+\. It was made by a newer Haversack/],
    ['12', /belongs to PostgreSQL 12.*pg_dump/],
    ['', /is not a PostgreSQL data folder/],
  ])('[ST-4] says what to do about a data folder of version "%s"', async (version, sentence) => {
    await (await start()).stop();
    await writeFile(join(dataDir, 'postgres', 'PG_VERSION'), version);
    await expect(start()).rejects.toThrow(sentence);
  });

  it('[ST-4] says which file is missing when the password is gone', async () => {
    await (await start()).stop();
    await rm(join(dataDir, 'postgres-password'));
    await expect(start()).rejects.toThrow(/postgres-password.*is missing/);
  });
});
