import type { Database, DatabaseOpener, SqlExecutor, SqlRow, SqlValue } from '../modules/infrastructure/models.ts';

/** What was asked of SQLite since `reset`: the same on every machine. */
export interface Meter {
  /** Each statement as often as it was asked for; one that is run for many rows counts once, and its rows in `rowsWritten`. */
  readonly statements: string[];
  /** Rows that came back. */
  rowsRead: number;
  rowsWritten: number;
  /** Transactions, and writes outside of any: each of them waits for the disk if it changed something. */
  commits: number;
  reset(): void;
}

export function createMeter(): Meter {
  const meter: Meter = {
    statements: [],
    rowsRead: 0,
    rowsWritten: 0,
    commits: 0,
    reset() {
      meter.statements.length = 0;
      Object.assign(meter, { rowsRead: 0, rowsWritten: 0, commits: 0 });
    },
  };
  return meter;
}

export function meterDatabases(databases: DatabaseOpener, meter: Meter): DatabaseOpener {
  return { ...databases, open: async (name) => meterDatabase(await databases.open(name), meter) };
}

function meterDatabase(database: Database, meter: Meter): Database {
  return {
    ...meterExecutor(database, meter, true),
    async transaction(work) {
      const before = meter.rowsWritten;
      const result = await database.transaction((tx) => work(meterExecutor(tx, meter, false)));
      if (meter.rowsWritten > before) meter.commits += 1;
      return result;
    },
    close: () => database.close(),
  };
}

function meterExecutor(executor: SqlExecutor, meter: Meter, isOutside: boolean): SqlExecutor {
  function noteWritten(rows: number): void {
    meter.rowsWritten += rows;
    if (isOutside && rows > 0) meter.commits += 1;
  }
  return {
    async run(sql, params) {
      meter.statements.push(sql);
      const result = await executor.run(sql, params);
      noteWritten(result.changes);
      return result;
    },
    async runMany(sql, rows) {
      if (rows.length > 0) meter.statements.push(sql);
      await executor.runMany(sql, rows);
      noteWritten(rows.length);
    },
    async all<Row extends SqlRow>(sql: string, params?: readonly SqlValue[]) {
      meter.statements.push(sql);
      const rows = await executor.all<Row>(sql, params);
      meter.rowsRead += rows.length;
      return rows;
    },
    async get<Row extends SqlRow>(sql: string, params?: readonly SqlValue[]) {
      meter.statements.push(sql);
      const row = await executor.get<Row>(sql, params);
      if (row !== null) meter.rowsRead += 1;
      return row;
    },
  };
}
