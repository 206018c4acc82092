import initSqlite, { type Database, type PreparedStatement, type SAHPoolUtil } from '@sqlite.org/sqlite-wasm';
import type { BenchEvent, ListRow } from '../../contestant.ts';
import { eachPage, eventRows, rowsOf, SCHEMA, SQL } from '../tables.ts';

/** The limit: everything beside SQLite in one worker, no message but the question and the answer. */
const PRAGMAS = {
  plain: 'PRAGMA page_size = 8192',
  wal: 'PRAGMA locking_mode = EXCLUSIVE; PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL',
};
export type PragmaSet = keyof typeof PRAGMAS;

let pool: SAHPoolUtil | null = null;
let database: Database | null = null;
const statements = new Map<string, PreparedStatement>();

const operations = {
  async start(): Promise<void> {
    const sqlite3 = await initSqlite();
    pool = await sqlite3.installOpfsSAHPoolVfs({ directory: 'bench-sqlite' });
  },
  open(pragmas: PragmaSet): void {
    if (!pool) throw new Error('not started');
    database = new pool.OpfsSAHPoolDb('/bench.sqlite3');
    database.exec(PRAGMAS[pragmas]);
    database.exec(SCHEMA.join(';'));
  },
  async sync(serverUrl: string): Promise<void> {
    const [state] = all<{ value: string }>(SQL.readState, ['seq']);
    await eachPage(serverUrl, Number(state?.value ?? 0), (page) => {
      const rows = rowsOf(page.units);
      run('BEGIN IMMEDIATE', []);
      for (const row of rows.units) run(SQL.putUnit, row);
      for (const row of rows.lessons) run(SQL.putLesson, row);
      for (const row of rows.assets) run(SQL.putAsset, row);
      run(SQL.putState, ['seq', String(page.seq)]);
      run('COMMIT', []);
    });
  },
  list: (limit: number) => all<ListRow>(SQL.list, [limit]),
  readUnit: (id: string) => ({
    head: all<ListRow>(SQL.readHead, [id])[0],
    lessons: all<{ id: string; payload: string }>(SQL.readLessons, [id]).map((lesson) => ({
      id: lesson.id,
      payload: JSON.parse(lesson.payload) as unknown,
    })),
    assets: all<{ id: string }>(SQL.readAssets, [id]),
  }),
  enqueue(event: BenchEvent): void {
    const rows = eventRows(event);
    run('BEGIN IMMEDIATE', []);
    run(SQL.putEvent, rows.event);
    run(SQL.putOutbox, rows.outbox);
    run('COMMIT', []);
  },
  counts: () => all(SQL.count, [])[0],
  close(): void {
    for (const statement of statements.values()) statement.finalize();
    statements.clear();
    database?.close();
  },
};
export type Operations = typeof operations;

function prepared(sql: string): PreparedStatement {
  const known = statements.get(sql);
  if (known) return known;
  if (!database) throw new Error('not open');
  const statement = database.prepare(sql);
  statements.set(sql, statement);
  return statement;
}

function run(sql: string, params: (string | number)[]): void {
  const statement = prepared(sql);
  if (params.length > 0) statement.bind(params);
  statement.stepReset();
}

function all<Row>(sql: string, params: (string | number)[]): Row[] {
  const statement = prepared(sql);
  const rows: Row[] = [];
  try {
    if (params.length > 0) statement.bind(params);
    while (statement.step()) rows.push(statement.get({}) as Row);
  } finally {
    statement.reset(true);
  }
  return rows;
}

self.addEventListener('message', ({ data }: MessageEvent<{ operation: keyof Operations; input: never }>) => {
  void (async () => {
    try {
      const output: unknown = await operations[data.operation](data.input);
      self.postMessage({ output });
    } catch (error) {
      self.postMessage({ error: String(error) });
    }
  })();
});
