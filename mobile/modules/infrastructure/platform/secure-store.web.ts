import type { SecureStore } from '../models.ts';

const DATABASE_NAME = 'haversack-marks';
const STORE = 'marks';

/** Marks in IndexedDB. A page's scripts can read them, so no token is ever put here: the browser's is an HttpOnly cookie (rule SE-5). */
export function createSecureStore(): SecureStore {
  let opening: Promise<IDBDatabase> | null = null;

  /** Opened once: at the start of the app several marks are read one after the other. */
  function connect(): Promise<IDBDatabase> {
    const forget = (): void => void (opening = null);
    opening ??= open().then((database) => {
      database.onclose = forget;
      database.onversionchange = () => {
        forget();
        database.close();
      };
      return database;
    });
    opening.catch(forget);
    return opening;
  }

  async function inStore(mode: IDBTransactionMode, ask: (store: IDBObjectStore) => IDBRequest): Promise<unknown> {
    const database = await connect();
    return new Promise((resolve, reject) => {
      const transaction = database.transaction(STORE, mode, { durability: 'strict' });
      const request = ask(transaction.objectStore(STORE));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(transaction.error ?? new Error('the mark was not stored'));
    });
  }

  return {
    get: async (key) => {
      const value = await inStore('readonly', (store) => store.get(key));
      return typeof value === 'string' ? value : null;
    },
    set: async (key, value) => void (await inStore('readwrite', (store) => store.put(value, key))),
    remove: async (key) => void (await inStore('readwrite', (store) => store.delete(key))),
  };
}

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE_NAME, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('IndexedDB does not open'));
  });
}
