import type { Database, SqlExecutor, SqlRow, SqlValue } from '../models.ts';

/** One connection as an engine gives it: no guard against overlapping calls. */
export interface Connection {
  run(sql: string, params: readonly SqlValue[]): Promise<{ changes: number }>;
  runMany(sql: string, rows: readonly (readonly SqlValue[])[]): Promise<void>;
  all(sql: string, params: readonly SqlValue[]): Promise<SqlRow[]>;
  close(): Promise<void>;
}

/** A transaction that runs no statement for this many ticks in a row, while others wait, waits for one of them: itself. */
const STALL_TICKS = 8;
const STALL_TICK_MS = 250;

/**
 * The write mutex in front of one connection: calls that overlap take turns, a transaction takes one turn as a whole (rule IN-2).
 * `transaction` inside `work` would wait for its own turn, which no engine can see; so whoever waits behind a transaction that has
 * stood still for 2 s (counted in ticks, so that an app put to sleep does not count) is refused instead of waiting for ever.
 */
export function serialize(connection: Connection, every: Every = everyRealMs): Database {
  const turns = createTurns(every);
  const undo = createUndo(connection);
  let isClosed = false;
  let closing: Promise<void> | null = null;

  async function inTurn<T>(work: () => Promise<T>): Promise<T> {
    await turns.take();
    try {
      // Asked in its own turn: a call that waited behind `close` must not reach a connection that is no more.
      if (isClosed) throw new Error('the database is closed');
      await undo.finish();
      return await work();
    } finally {
      turns.give();
    }
  }

  return {
    ...executorOver({
      run: (sql, params) => inTurn(() => connection.run(sql, params)),
      runMany: (sql, rows) => inTurn(() => runAllOrNone(connection, sql, rows, undo)),
      all: (sql, params) => inTurn(() => connection.all(sql, params)),
    }),
    transaction: (work) => inTurn(() => runTransaction(connection, work, turns, undo)),
    async close() {
      closing ??= (async () => {
        await turns.take();
        try {
          isClosed = true;
          await connection.close();
        } finally {
          turns.give();
        }
      })();
      await closing;
    },
  };
}

type Statements = Pick<Connection, 'run' | 'runMany' | 'all'>;

function executorOver(statements: Statements): SqlExecutor {
  return {
    run: (sql, params = []) => statements.run(sql, params),
    runMany: (sql, rows) => (rows.length === 0 ? Promise.resolve() : statements.runMany(sql, rows)),
    async all<Row extends SqlRow>(sql: string, params: readonly SqlValue[] = []) {
      return (await statements.all(sql, params)) as Row[];
    },
    async get<Row extends SqlRow>(sql: string, params: readonly SqlValue[] = []) {
      const rows = await statements.all(sql, params);
      return (rows[0] as Row | undefined) ?? null;
    },
  };
}

async function runAllOrNone(
  connection: Connection,
  sql: string,
  rows: readonly (readonly SqlValue[])[],
  undo: Undo,
): Promise<void> {
  await connection.run('BEGIN IMMEDIATE', []);
  try {
    await connection.runMany(sql, rows);
    await connection.run('COMMIT', []);
  } catch (error) {
    await undo.begin();
    throw error;
  }
}

async function runTransaction<T>(
  connection: Connection,
  work: (tx: SqlExecutor) => Promise<T>,
  turns: Turns,
  undo: Undo,
): Promise<T> {
  await connection.run('BEGIN IMMEDIATE', []);
  const statements = oneAtATime(connection);
  const stopWatching = turns.refuseWhenStalled(statements.isIdleSinceLastLook);
  try {
    const result = await work(executorOver(statements));
    await statements.end();
    await connection.run('COMMIT', []);
    return result;
  } catch (error) {
    await statements.end();
    await undo.begin();
    throw error;
  } finally {
    stopWatching();
  }
}

type Undo = ReturnType<typeof createUndo>;

/**
 * A rollback that fails leaves the connection inside the transaction, and what is written there next would look kept and be lost: so
 * nothing runs before it is undone.
 */
function createUndo(connection: Connection) {
  let isLeft = false;

  async function rollBack(): Promise<void> {
    isLeft = true;
    await connection.run('ROLLBACK', []).catch((error: unknown) => {
      // The engine has rolled back by itself after some errors (a full disk); then there is nothing left to undo.
      if (!String(error).includes('no transaction is active')) throw error;
    });
    isLeft = false;
  }

  return {
    /** Never fails: what went wrong before is what the caller is to hear. */
    begin: () => rollBack().catch(() => undefined),
    async finish(): Promise<void> {
      if (isLeft) await rollBack();
    },
  };
}

/** The statements of one transaction in the order in which they were asked for, also when `work` does not wait for each. */
function oneAtATime(connection: Connection) {
  let last: Promise<unknown> = Promise.resolve();
  let inFlight = 0;
  let isOver = false;
  let hasRun = true;

  function next<T>(statement: () => Promise<T>): Promise<T> {
    if (isOver) return Promise.reject(new Error('the transaction is over'));
    inFlight += 1;
    hasRun = true;
    const result = last.then(statement).finally(() => {
      inFlight -= 1;
    });
    last = result.catch(() => undefined);
    return result;
  }

  return {
    run: (sql: string, params: readonly SqlValue[]) => next(() => connection.run(sql, params)),
    runMany: (sql: string, rows: readonly (readonly SqlValue[])[]) => next(() => connection.runMany(sql, rows)),
    all: (sql: string, params: readonly SqlValue[]) => next(() => connection.all(sql, params)),
    async end() {
      isOver = true;
      await last;
    },
    isIdleSinceLastLook(): boolean {
      const isIdle = inFlight === 0 && !hasRun;
      hasRun = false;
      return isIdle;
    },
  };
}

type Turns = ReturnType<typeof createTurns>;

/** Calls back again and again; the result ends it. */
export type Every = (ms: number, tick: () => void) => () => void;

const everyRealMs: Every = (ms, tick) => {
  const timer = setInterval(tick, ms);
  return () => clearInterval(timer);
};

function createTurns(every: Every) {
  const waiting: { start(): void; refuse(error: Error): void }[] = [];
  let isTaken = false;

  return {
    take(): Promise<void> {
      if (!isTaken) {
        isTaken = true;
        return Promise.resolve();
      }
      return new Promise((start, refuse) => waiting.push({ start, refuse }));
    },
    give(): void {
      const next = waiting.shift();
      if (next) next.start();
      else isTaken = false;
    },
    /** The result stops the watch. */
    refuseWhenStalled(isIdle: () => boolean): () => void {
      let idleTicks = 0;
      return every(STALL_TICK_MS, () => {
        idleTicks = isIdle() && waiting.length > 0 ? idleTicks + 1 : 0;
        if (idleTicks < STALL_TICKS) return;
        const error = new Error('a transaction waits for something other than its own statements; `work` must use `tx` alone');
        for (const turn of waiting.splice(0)) turn.refuse(error);
      });
    },
  };
}
