import { randomBytes } from 'node:crypto';
import type { Database, Installation, Queryable } from './models.ts';

const KEY_BYTES = 32;

/** Reads this installation's identity and keys; made once, by whichever node comes first. */
export async function loadInstallation(database: Database): Promise<Installation> {
  return database.transaction(async (tx) => ({
    feedId: await feedIdAtHome(tx),
    signingKey: await loadKey(tx, 'object_urls'),
    accountsSecret: (await loadKey(tx, 'accounts')).toString('base64'),
  }));
}

/** A new `feed_id`: phones notice, pull anew and send again what this database lacks (rule CT-11). For use after a restore. */
export async function renewFeed(tx: Queryable): Promise<string> {
  const [row] = await tx.query<{ feed_id: string }>('update feed set feed_id = gen_random_uuid() returning feed_id');
  if (row === undefined) throw new Error('the feed has lost its row');
  return row.feed_id;
}

/** Compares where the feed's row says it lives with where it is: a dump restored elsewhere becomes a feed of its own. */
async function feedIdAtHome(tx: Queryable): Promise<string> {
  const home = await databaseHome(tx);
  const [feed] = await tx.query<{ feed_id: string; home: string | null }>('select feed_id, home from feed for update');
  if (feed === undefined) throw new Error('the feed has lost its row');
  if (feed.home === home) return feed.feed_id;
  await tx.query('update feed set home = $1', [home]);
  return feed.home === null ? feed.feed_id : renewFeed(tx);
}

/** Identity of cluster and database. Where a hosted PostgreSQL hides the first, the second must do. */
async function databaseHome(tx: Queryable): Promise<string> {
  const [row] = await tx.query<{ oid: string; allowed: boolean }>(
    `select oid::text, has_function_privilege('pg_control_system()', 'execute') as allowed from pg_database where datname = current_database()`,
  );
  if (row?.allowed !== true) return `?:${row?.oid}`;
  const [cluster] = await tx.query<{ id: string }>('select system_identifier::text as id from pg_control_system()');
  return `${cluster?.id}:${row.oid}`;
}

async function loadKey(tx: Queryable, name: string): Promise<Buffer> {
  await tx.query('insert into server_keys (name, key) values ($1, $2) on conflict do nothing', [name, randomBytes(KEY_BYTES)]);
  const [row] = await tx.query<{ key: Buffer }>('select key from server_keys where name = $1', [name]);
  if (row === undefined) throw new Error(`server key ${name} is missing`);
  return row.key;
}
