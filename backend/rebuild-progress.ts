import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type pg from 'pg';
import { createDatabase, loadConfig, StartError } from './modules/infrastructure/public.ts';
import { createProgressRebuild } from './modules/learning_session/public.ts';
import { openDatabase } from './open.ts';
import { runProgram, say } from './run-program.ts';

/**
 * Makes learners' progress anew from their events, with the settings of the server (`DATABASE_URL`, else the database in
 * `DATA_DIR`), while servers run or not: `npm run rebuild-progress -- [--behind | --user <id>]`.
 */
const USAGE = 'Usage: npm run rebuild-progress -- [--behind | --user <id>]';

await runProgram(async (cleanups) => {
  const { behind, user } = readArguments();
  const config = loadConfig(process.env, process.cwd());
  if (config.databaseUrl === null) await refuseEmptyFolder(config.dataDir);
  const pool = await openDatabase(config, cleanups, say);
  await refuseOtherSchema(pool);
  await rebuild(pool, behind, user);
});

async function rebuild(pool: pg.Pool, behind: boolean, user: string | null): Promise<void> {
  const { rebuildOne, rebuildAll, catchUpAll } = createProgressRebuild(createDatabase(pool));
  if (user !== null) return say((await rebuildOne(user)) ? 'It differed from the events, and was mended.' : 'It was right.');
  const onProgress = (done: number): void => say(`${done} learners done`);
  if (behind) return say(`${(await catchUpAll(onProgress)).learners} learners were behind, and are no more.`);
  const { learners, differed } = await rebuildAll(onProgress);
  say(`The progress of ${learners} learners was made anew; that of ${differed} differed from their events.`);
}

function readArguments(): { behind: boolean; user: string | null } {
  try {
    const { values } = parseArgs({ options: { behind: { type: 'boolean', default: false }, user: { type: 'string' } } });
    const user = values.user?.toLowerCase() ?? null;
    if (user !== null && (values.behind || !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(user))) throw new Error();
    return { behind: values.behind, user };
  } catch {
    throw new StartError(USAGE);
  }
}

async function refuseEmptyFolder(dataDir: string): Promise<void> {
  await access(join(dataDir, 'postgres')).catch(() => {
    throw new StartError(`There is no database in ${dataDir}: set DATA_DIR or DATABASE_URL as for the server.`);
  });
}

async function refuseOtherSchema(pool: pg.Pool): Promise<void> {
  const { rows } = await pool.query<{ known: boolean }>(`select to_regclass('lesson_progress') is not null as known`);
  if (rows[0]?.known !== true)
    throw new StartError('This database keeps no progress yet: start this version of the server once.');
}
