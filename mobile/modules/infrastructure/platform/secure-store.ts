import { AFTER_FIRST_UNLOCK_THIS_DEVICE_ONLY, deleteItemAsync, getItemAsync, setItemAsync } from 'expo-secure-store';
import type { SecureStore } from '../models.ts';

/** Readable in the background after the first unlock (the sync task runs then); never in a backup, never on another device. */
const OPTIONS = { keychainService: 'haversack', keychainAccessible: AFTER_FIRST_UNLOCK_THIS_DEVICE_ONLY };

export function createSecureStore(): SecureStore {
  return {
    get: (key) => getItemAsync(key, OPTIONS),
    set: (key, value) => setItemAsync(key, value, OPTIONS),
    remove: (key) => deleteItemAsync(key, OPTIONS),
  };
}
