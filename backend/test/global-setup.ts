import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startEmbeddedPostgres } from '../modules/infrastructure/embedded-postgres.ts';
import { createPool, migrate, readMigrations } from '../modules/infrastructure/public.ts';
import { createFrom, dropDatabase, TEMPLATE } from './database.ts';
import { endAtExit } from './end-at-exit.ts';

declare module 'vitest' {
  interface ProvidedContext {
    postgresUrl: string;
  }
}

/**
 * One PostgreSQL for the run, with a migrated database that every test file copies: the embedded one, or the one that
 * HAVERSACK_TEST_DATABASE_URL names, whose user may create databases. Ours there begin with `t_` and the like, and go again.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env['HAVERSACK_TEST_DATABASE_URL'];
  if (given !== undefined && given !== '') {
    await prepare(project, given);
    return () => dropDatabase(given, TEMPLATE);
  }
  const dataDir = await mkdtemp(join(tmpdir(), 'haversack-tests-'));
  endAtExit(dataDir);
  const postgres = await startEmbeddedPostgres({ dataDir, log: () => undefined });
  await prepare(project, postgres.url);
  return async () => {
    await postgres.stop();
    await rm(dataDir, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  };
}

async function prepare(project: TestProject, serverUrl: string): Promise<void> {
  await dropDatabase(serverUrl, TEMPLATE);
  const pool = createPool(await createFrom(serverUrl, TEMPLATE, 'template0'), 2);
  await migrate(pool, await readMigrations(join(import.meta.dirname, '../migrations')));
  await pool.end();
  project.provide('postgresUrl', serverUrl);
}
