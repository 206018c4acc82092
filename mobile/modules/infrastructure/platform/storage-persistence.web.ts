import { createListeners } from './observable.ts';
import type { StoragePersistence } from './storage-persistence.ts';

function createStoragePersistence(): StoragePersistence & { start(): Promise<void> } {
  const listeners = createListeners();
  let isEvictable: boolean | null = null;
  const learn = (isPersistent: boolean): void => {
    isEvictable = !isPersistent;
    listeners.notify();
  };
  return {
    get isEvictable() {
      return isEvictable;
    },
    subscribe: (listener) => listeners.subscribe(listener),
    start: async () => learn(await navigator.storage.persisted()),
    async ask() {
      if (isEvictable !== false) learn(await navigator.storage.persist());
    },
  };
}

export const storagePersistence = createStoragePersistence();
