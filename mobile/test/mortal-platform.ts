import type { Database, Platform, SqlExecutor } from '../modules/infrastructure/models.ts';

/** `dies`: neither this call nor any after it happens. `fails`: this one is refused. `fails_late`: it happens, and is said not to have. */
export type Trouble = 'dies' | 'fails' | 'fails_late';

export interface MortalPlatform {
  platform: Platform;
  /** So many calls from now there is trouble. */
  strikeAt(call: number, trouble: Trouble): void;
  /** Whether it has come to that. */
  isStruck(): boolean;
  /** Databases cannot be closed, as in a browser's tab that has lost them to another. */
  refuseToClose(isRefused: boolean): void;
  /** What the system does for a process that is gone: its files are closed. */
  bury(): Promise<void>;
}

/** A platform on which anything can happen at any call of a port that keeps something or sends something. */
export function createMortalPlatform(real: Platform): MortalPlatform {
  const open = new Set<Database>();
  let callsLeft = Infinity;
  let kind: Trouble = 'dies';
  let isDead = false;
  let isClosingRefused = false;

  async function call<T>(work: () => Promise<T>): Promise<T> {
    if (isDead) throw new Error('dead');
    callsLeft -= 1;
    if (callsLeft !== 0) return work();
    isDead = kind === 'dies';
    if (kind === 'fails_late') await work();
    throw new Error('struck');
  }

  const executor = (over: SqlExecutor): SqlExecutor => ({
    run: (sql, params) => call(() => over.run(sql, params)),
    runMany: (sql, rows) => call(() => over.runMany(sql, rows)),
    all: (sql, params) => call(() => over.all(sql, params)),
    get: (sql, params) => call(() => over.get(sql, params)),
  });

  function database(over: Database): Database {
    open.add(over);
    return {
      ...executor(over),
      transaction: (work) => call(() => over.transaction((tx) => work(executor(tx)))),
      close: () =>
        call(async () => {
          if (isClosingRefused) throw new Error('open elsewhere');
          open.delete(over);
          await over.close();
        }),
    };
  }

  const { databases, files, secureStore, http } = real;
  return {
    platform: {
      ...real,
      databases: {
        open: (name) => call(async () => database(await databases.open(name))),
        remove: (name) => call(() => databases.remove(name)),
        list: () => call(() => databases.list()),
      },
      files: {
        ...files,
        list: (area) => call(() => files.list(area)),
        removeArea: (area) => call(() => files.removeArea(area)),
      },
      secureStore: {
        get: (key) => call(() => secureStore.get(key)),
        set: (key, value) => call(() => secureStore.set(key, value)),
        remove: (key) => call(() => secureStore.remove(key)),
      },
      http: { send: (request) => (isDead ? Promise.reject(new Error('dead')) : http.send(request)) },
    },
    strikeAt(calls, trouble) {
      callsLeft = calls;
      kind = trouble;
    },
    isStruck: () => callsLeft <= 0,
    refuseToClose(isRefused) {
      isClosingRefused = isRefused;
    },
    async bury() {
      isDead = true;
      for (const each of open) await each.close();
    },
  };
}
