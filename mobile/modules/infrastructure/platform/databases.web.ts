import type { DatabaseOpener } from '../models.ts';
import { checkDatabaseName } from './names.ts';
import { serialize } from './serial-database.ts';
import type { StorageWorker } from './web/storage-worker.ts';

/** SQLite-wasm on the origin's private file system, in the storage worker. */
export function createDatabases({ call }: StorageWorker): DatabaseOpener {
  return {
    async open(unchecked) {
      const name = checkDatabaseName(unchecked);
      await call('database.open', { name });
      return serialize({
        run: (sql, params) => call('sql.run', { name, sql, params }),
        runMany: (sql, rows) => call('sql.runMany', { name, sql, rows }),
        all: (sql, params) => call('sql.all', { name, sql, params }),
        close: () => call('database.close', { name }),
      });
    },
    remove: async (name) => call('database.remove', { name: checkDatabaseName(name) }),
    list: () => call('database.list', {}),
  };
}
