import { randomBytes, randomUUID } from 'node:crypto';
import { findReferredObjects } from './modules/content/public.ts';
import { createDatabase, loadConfig } from './modules/infrastructure/public.ts';
import { createCollector, openObjectStore } from './modules/object_store/public.ts';
import { openDatabase, prepareDataDir } from './open.ts';
import { runProgram, say } from './run-program.ts';

// `npm run collect-objects`: deletes the objects that no unit has referred to for OBJECT_GRACE_DAYS, while it serves or not.
await runProgram(async (cleanups) => {
  const config = loadConfig(process.env, process.cwd());
  await prepareDataDir(config);
  const collector = createCollector({
    store: await openObjectStore(config, { uuid: randomUUID, randomBytes }),
    database: createDatabase(await openDatabase(config, cleanups, say)),
    findReferred: findReferredObjects,
    clock: { nowMs: Date.now },
    graceMs: config.objectGraceMs,
  });
  const { seen, deleted, freedBytes } = await collector.collect();
  say(`${deleted} of ${seen} objects deleted, ${(freedBytes / 1e6).toFixed(1)} MB freed.`);
});
