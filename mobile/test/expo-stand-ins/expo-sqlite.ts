import { DatabaseSync, inRealm, path, url } from '../node-builtins.ts';

type Value = string | number | null | Uint8Array;

/** The part of expo-sqlite that the phone's adapter uses, on `node:sqlite`: SQL is SQL. */
export async function openDatabaseAsync(name: string, _options: { useNewConnection?: boolean } = {}, directory = '') {
  const folder = directory.startsWith('file:') ? url.fileURLToPath(directory) : directory;
  const database = new DatabaseSync(path.join(folder, name));
  return {
    execAsync: async (sql: string): Promise<void> => inRealm(() => database.exec(sql)),
    async runAsync(sql: string, params: Value[]) {
      const { changes, lastInsertRowid } = inRealm(() => database.prepare(sql).run(...params));
      return { changes: Number(changes), lastInsertRowId: Number(lastInsertRowid) };
    },
    getAllAsync: async (sql: string, params: Value[]) => inRealm(() => database.prepare(sql).all(...params)),
    async prepareAsync(sql: string) {
      const statement = inRealm(() => database.prepare(sql));
      return {
        executeAsync: async (params: Value[]) => ({ changes: Number(inRealm(() => statement.run(...params)).changes) }),
        finalizeAsync: async (): Promise<void> => undefined,
      };
    },
    closeAsync: async (): Promise<void> => database.close(),
  };
}
