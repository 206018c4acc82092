import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { startEmbeddedPostgres } from '../modules/infrastructure/embedded-postgres.ts';

/**
 * A process that holds the embedded PostgreSQL, for tests that kill it: `node postgres-holder.ts <dataDir> [drain ms]`.
 * Sends {url} when it is up. On SIGINT or SIGTERM it drains (a query every 50 ms), sends {drained}, stops PostgreSQL and ends.
 */
const [dataDir = '', drainMs = '0'] = process.argv.slice(2);
const postgres = await startEmbeddedPostgres({ dataDir, log: (line) => process.send?.({ line }) });

async function drainAndStop(): Promise<void> {
  const client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
  for (let waited = 0; waited <= Number(drainMs); waited += 50) {
    await client.query('SELECT 1');
    await sleep(50);
  }
  await client.end();
  process.send?.({ drained: true });
  await postgres.stop();
  process.exit(0);
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void drainAndStop());
process.send?.({ url: postgres.url });
setInterval(() => undefined, 60_000);
