import type { Database, DatabaseOpener, SqlExecutor } from './models.ts';

/** One step forward. Never edited once released: what is wrong is put right by the next one. */
export interface Migration {
  /** 1, 2, 3 … without holes. */
  version: number;
  statements: readonly string[];
}

/** The file was written by a newer version of the app (rule IN-1). Nothing in it has been touched. */
export class DatabaseTooNewError extends Error {
  override readonly name = 'DatabaseTooNewError';
  readonly found: number;
  readonly supported: number;
  constructor(found: number, supported: number) {
    super(
      `The data on this device was written by a newer version of Haversack (schema ${found}; this version knows ${supported}). ` +
        'Update the app to go on; nothing has been changed.',
    );
    this.found = found;
    this.supported = supported;
  }
}

/** Opens databases of this device and brings them forward, each step and its number in one transaction (rule IN-1). */
export class SQLiteDatabaseProvider {
  readonly #opener: DatabaseOpener;
  readonly #migrations: readonly Migration[];

  constructor(opener: DatabaseOpener, migrations: readonly Migration[]) {
    this.#opener = opener;
    this.#migrations = migrations;
  }

  /** Errors: `DatabaseTooNewError`; any error of the engine. In both cases the file is closed again. */
  async open(name: string): Promise<Database> {
    const database = await this.#opener.open(name);
    try {
      await migrate(database, this.#migrations);
      return database;
    } catch (error) {
      await database.close();
      throw error;
    }
  }

  remove(name: string): Promise<void> {
    return this.#opener.remove(name);
  }
}

async function migrate(database: Database, migrations: readonly Migration[]): Promise<void> {
  const supported = migrations.at(-1)?.version ?? 0;
  const found = await schemaVersion(database);
  if (found > supported) throw new DatabaseTooNewError(found, supported);
  for (const migration of migrations) {
    if (migration.version <= found) continue;
    await database.transaction(async (tx) => {
      for (const statement of migration.statements) await tx.run(statement);
      // The pragma is part of the file's header and therefore of the transaction.
      await tx.run(`PRAGMA user_version = ${migration.version}`);
    });
  }
}

async function schemaVersion(executor: SqlExecutor): Promise<number> {
  const row = await executor.get<{ user_version: number }>('PRAGMA user_version');
  return row?.user_version ?? 0;
}
