import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startEmbeddedPostgres } from '../modules/infrastructure/embedded-postgres.ts';
import { createPool, migrate, readMigrations } from '../modules/infrastructure/public.ts';
import { createFrom, TEMPLATE } from './database.ts';

declare module 'vitest' {
  interface ProvidedContext {
    postgresUrl: string;
  }
}

/** One PostgreSQL for the run, with a migrated database that every test file copies. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dataDir = await mkdtemp(join(tmpdir(), 'haversack-tests-'));
  const postgres = await startEmbeddedPostgres({ dataDir, log: () => undefined });
  const pool = createPool(await createFrom(postgres.url, TEMPLATE, 'template0'), 2);
  await migrate(pool, await readMigrations(join(import.meta.dirname, '../migrations')));
  await pool.end();
  project.provide('postgresUrl', postgres.url);
  return async () => {
    await postgres.stop();
    await rm(dataDir, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  };
}
