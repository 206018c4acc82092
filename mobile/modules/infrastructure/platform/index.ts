import { getRandomValues } from 'expo-crypto';
import { fetch } from 'expo/fetch';
import type { Platform } from '../models.ts';
import { createClock } from './clock.ts';
import { createConnectivity } from './connectivity.ts';
import { createDatabases } from './databases.ts';
import { createFileExport } from './file-export.ts';
import { createFiles } from './files.ts';
import { createHttp } from './http.ts';
import { createIds } from './ids.ts';
import { createLifecycle } from './lifecycle.ts';
import { createLogger } from './logger.ts';
import { createSecureStore } from './secure-store.ts';
import { findServerUrl } from './server-url.ts';
import { createSha256 } from './sha256.ts';

export { appUpdate, type AppUpdate } from './app-update.ts';
export { registerBackgroundSync } from './background-sync.ts';
export { OpenElsewhereError, PlatformUnavailableError, type PlatformFault } from './errors.ts';
export { storagePersistence } from './storage-persistence.ts';
export { tabLease, type TabLease, type TabLeaseState } from './tab-lease.ts';

/** The phone as a platform. */
export async function createPlatform(): Promise<Platform> {
  return {
    kind: 'phone',
    databases: createDatabases(),
    files: createFiles(),
    // Phones carry a token of their own; a cookie beside it would be a second identity.
    http: createHttp({ fetch: (url, options) => fetch(url, { ...options, credentials: 'omit' }), baseUrl: findServerUrl() }),
    clock: createClock(),
    ids: createIds((bytes) => void getRandomValues(bytes as Uint8Array<ArrayBuffer>)),
    connectivity: createConnectivity(),
    lifecycle: createLifecycle(),
    secureStore: createSecureStore(),
    fileExport: createFileExport(),
    logger: createLogger(),
    createSha256,
  };
}
