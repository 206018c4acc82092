import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { type Database, type Queryable, UnavailableError } from './models.ts';

const INT8_OID = 20;
const STATEMENT_TIMEOUT_MS = 30_000;
const LOCK_TIMEOUT_MS = 10_000;
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 60_000;

const LOCK_NOT_AVAILABLE = '55P03';

/** SQLSTATE classes and codes that pass by themselves: connections, shutdowns, locks, deadlocks, time-outs, too many clients. */
const PASSING_FAULT = /^(08|57P|57014|53|55P03|40001|40P01|25P0)/;

/** A pool with our time-outs. `bigint` is read as a number: every one of ours stays below 2^53. */
export function createPool(connectionString: string, maxConnections: number): pg.Pool {
  const types = new pg.TypeOverrides();
  types.setTypeParser(INT8_OID, Number);
  const pool = new pg.Pool({
    connectionString,
    max: maxConnections,
    types,
    connectionTimeoutMillis: 10_000,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    lock_timeout: LOCK_TIMEOUT_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_TIMEOUT_MS,
    application_name: 'haversack',
  });
  // A connection that dies fails the query under way, or is replaced; without listeners it would end the process.
  pool.on('connect', (client) => client.on('error', () => undefined));
  pool.on('error', () => undefined);
  return pool;
}

/**
 * Plain SQL over a pool.
 * @throws {UnavailableError} where trying again may help; anything else is the database's own error.
 */
export function createDatabase(pool: pg.Pool): Database {
  return {
    query: (...statement) => run(pool, ...statement),
    async transaction(work) {
      const client = await pool.connect().catch((error: unknown) => {
        throw translateFault(error);
      });
      let broken = false;
      try {
        await run(client, 'begin');
        const result = await work({ query: (...statement) => run(client, ...statement) });
        await run(client, 'commit');
        return result;
      } catch (error) {
        // A connection that cannot roll back is thrown away; the server rolls back by itself.
        await client.query('rollback').catch(() => (broken = true));
        throw error;
      } finally {
        client.release(broken);
      }
    },
  };
}

/** A connection outside the pool that hears a channel of PostgreSQL's NOTIFY. */
export interface Listener extends Queryable {
  close(): Promise<void>;
}

export type OpenListener = (channel: string, told: { onNotice(): void; onLost(): void }) => Promise<Listener>;

const LISTENER_TIMEOUT_MS = 2_000;

/** Opens listeners on the database that the pool is for. What hangs is lost after two seconds. */
export function createListenerOpener(pool: pg.Pool): OpenListener {
  return async (channel, { onNotice, onLost }) => {
    const client = new pg.Client({
      ...pool.options,
      connectionTimeoutMillis: LISTENER_TIMEOUT_MS,
      query_timeout: LISTENER_TIMEOUT_MS,
      keepAlive: true,
      application_name: 'haversack-listener',
    });
    client.on('error', onLost);
    client.on('end', onLost);
    client.on('notification', onNotice);
    // A connection that says nothing any more is cut rather than taken leave of.
    const close = (): Promise<void> =>
      Promise.race([client.end(), pause(LISTENER_TIMEOUT_MS, undefined, { ref: false })]).catch(() => undefined);
    try {
      await client.connect();
      await client.query(`listen ${pg.escapeIdentifier(channel)}`);
    } catch (error) {
      await close();
      throw translateFault(error);
    }
    return { query: (...statement) => run(client, ...statement), close };
  };
}

async function run<Row extends object>(
  on: pg.Pool | pg.ClientBase,
  ...[text, values, name]: Parameters<Queryable['query']>
): Promise<Row[]> {
  try {
    const bound = values === undefined ? undefined : [...values];
    const result = await (name === undefined ? on.query<Row>(text, bound) : on.query<Row>({ name, text, values: bound ?? [] }));
    return result.rows;
  } catch (error) {
    throw translateFault(error);
  }
}

/** Whether somebody else held a lock for too long. */
export const isLockTimeout = (error: unknown): boolean =>
  error instanceof UnavailableError && error.cause instanceof pg.DatabaseError && error.cause.code === LOCK_NOT_AVAILABLE;

/** A database's error as itself, or as `UnavailableError` where trying again may help. */
export function translateFault(error: unknown): unknown {
  const isPassing = !(error instanceof pg.DatabaseError) || PASSING_FAULT.test(error.code ?? '');
  return isPassing ? new UnavailableError('the database cannot be reached or is too busy', { cause: error }) : error;
}
