import { randomBytes, randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { backUp, OBJECTS } from './modules/backup/public.ts';
import { loadConfig, StartError } from './modules/infrastructure/public.ts';
import { createDiskStore, openObjectStore } from './modules/object_store/public.ts';
import { openDatabase, prepareDataDir } from './open.ts';
import { runProgram, say } from './run-program.ts';

// `npm run backup -- <folder>`: a copy of what the settings name, while it serves or not. Docs: docs/operations/backup.md.
await runProgram(async (cleanups) => {
  const [given] = process.argv.slice(2);
  if (given === undefined) throw new StartError('Say where the copies are to lie: npm run backup -- <folder>');
  const folder = resolve(given);
  const config = loadConfig(process.env, process.cwd());
  const ids = { uuid: randomUUID, randomBytes };
  await prepareDataDir(config);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const { path, rows, newObjects } = await backUp({
    pool: await openDatabase(config, cleanups, say),
    objectStore: await openObjectStore(config, ids),
    copiedObjects: await createDiskStore(join(folder, OBJECTS), ids),
    folder,
    dataDir: config.dataDir,
    clock: { nowMs: Date.now },
    log: say,
  });
  say(`Copied to ${path}: ${rows} rows, ${newObjects} objects that were not in ${join(folder, OBJECTS)} yet.`);
});
