import { access, constants, mkdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type pg from 'pg';
import { startEmbeddedPostgres } from './modules/infrastructure/embedded-postgres.ts';
import { type Config, createPool, type Migration, readMigrations, StartError } from './modules/infrastructure/public.ts';

/** Undone in reverse order at the end, whatever the end is. */
export type Cleanup = () => Promise<unknown>;

export async function cleanUp(cleanups: Cleanup[]): Promise<void> {
  for (let undo = cleanups.pop(); undo !== undefined; undo = cleanups.pop()) await undo().catch(() => undefined);
}

/** Whoever reads what we say may go first, as on a Ctrl-C that reaches both: no reason to end in the middle of something. */
export function outliveReaders(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
}

/** As built, the server lies in a folder of its own. */
const BACKEND = basename(import.meta.dirname) === 'dist' ? dirname(import.meta.dirname) : import.meta.dirname;

export const ourMigrations = (): Promise<Migration[]> => readMigrations(join(BACKEND, 'migrations'));

/** @throws {StartError} when it cannot be written. */
export async function prepareDataDir({ dataDir }: Config): Promise<void> {
  try {
    await mkdir(dataDir, { recursive: true });
    await access(dataDir, constants.R_OK | constants.W_OK);
  } catch {
    throw new StartError(
      `The data folder ${dataDir} cannot be written: check its permissions, or set DATA_DIR to another folder.`,
    );
  }
}

/**
 * Connections to the database that the settings name, which answers; the embedded one is started, or joined.
 * @throws {StartError} with what to do, and without the password.
 */
export async function openDatabase(config: Config, cleanups: Cleanup[], say: (line: string) => void): Promise<pg.Pool> {
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
