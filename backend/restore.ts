import { randomBytes, randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import { findCopy, restore } from './modules/backup/public.ts';
import { createDatabase, loadConfig, renewFeed, StartError } from './modules/infrastructure/public.ts';
import { createDiskStore, openObjectStore } from './modules/object_store/public.ts';
import { openDatabase, ourMigrations, prepareDataDir } from './open.ts';
import { runProgram, say } from './run-program.ts';

// `npm run restore -- <folder>`: a copy into the unused database and store that the settings name; `--renew-feed` after a database was
// set back by other means. Docs: docs/operations/backup.md.
await runProgram(async (cleanups) => {
  const [given] = process.argv.slice(2);
  if (given === undefined) throw new StartError('Say what to restore: npm run restore -- <folder of the copies, or of one copy>');
  const config = loadConfig(process.env, process.cwd());
  const ids = { uuid: randomUUID, randomBytes };
  if (given === '--renew-feed') {
    const feedId = await createDatabase(await openDatabase(config, cleanups, say)).transaction(renewFeed);
    return say(`The feed is ${feedId} now. Start every node anew: devices then pull anew and send what this database lacks.`);
  }
  const { copy, objects } = await findCopy(resolve(given));
  await prepareDataDir(config);
  const { created_at } = await restore({
    pool: await openDatabase(config, cleanups, say),
    objectStore: await openObjectStore(config, ids),
    copiedObjects: await createDiskStore(objects, ids),
    copy,
    dataDir: config.dataDir,
    migrations: await ourMigrations(),
    log: say,
  });
  say(`Restored as of ${created_at}. Start Haversack: devices pull anew and send what it lacks.`);
});
