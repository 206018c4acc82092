import type { Platform } from '../models.ts';
import { appUpdate } from './app-update.web.ts';
import { createClock } from './clock.ts';
import { createConnectivity } from './connectivity.web.ts';
import { createDatabases } from './databases.web.ts';
import { PlatformUnavailableError } from './errors.ts';
import { createFileExport } from './file-export.web.ts';
import { createFiles } from './files.web.ts';
import { createHttp } from './http.ts';
import { createIds } from './ids.ts';
import { createLifecycle } from './lifecycle.web.ts';
import { createLogger } from './logger.ts';
import { createSecureStore } from './secure-store.web.ts';
import { createSha256 } from './sha256.ts';
import { storagePersistence } from './storage-persistence.web.ts';
import { tabLease } from './tab-lease.web.ts';
import { startStorageWorker } from './web/storage-worker.ts';

export type { AppUpdate } from './app-update.ts';
export { OpenElsewhereError, PlatformUnavailableError, type PlatformFault } from './errors.ts';
export type { TabLease, TabLeaseState } from './tab-lease.ts';
export { registerBackgroundSync } from './background-sync.web.ts';
export { appUpdate, storagePersistence, tabLease };

/**
 * The browser as a platform. Waits while another tab has the app open (`tabLease` says so and takes over). Rejects with
 * `PlatformUnavailableError` where nothing can be kept: an insecure origin, an old browser, blocked storage.
 */
export async function createPlatform(): Promise<Platform> {
  requireBrowser();
  const logger = createLogger();
  void appUpdate.start().catch((error: unknown) => logger.warn('no service worker', { error: String(error) }));
  void storagePersistence.start().catch(() => undefined);

  const stopped = new AbortController();
  const { worker, isOpen } = startStorageWorker({
    lease(state) {
      if (state === 'lost') stopped.abort();
      tabLease.set(state);
    },
  });
  tabLease.attach(worker.takeOver);
  const secureStore = createSecureStore();
  await isOpen;

  return {
    kind: 'browser',
    databases: createDatabases(worker),
    files: createFiles(worker),
    http: createHttp({
      fetch: (url, options) => fetch(url, { ...options, credentials: 'same-origin', cache: 'no-store' }),
      baseUrl: '',
      stopped: stopped.signal,
    }),
    clock: createClock(),
    ids: createIds((bytes) => void crypto.getRandomValues(bytes as Uint8Array<ArrayBuffer>)),
    connectivity: createConnectivity(),
    lifecycle: createLifecycle(),
    secureStore,
    fileExport: createFileExport(),
    logger,
    createSha256,
  };
}

function requireBrowser(): void {
  if (!isSecureContext) throw new PlatformUnavailableError('insecure_origin', location.origin);
  const missing = [
    ['locks', 'locks' in navigator],
    ['service workers', 'serviceWorker' in navigator],
    ['private file system', 'storage' in navigator && 'getDirectory' in navigator.storage],
    ['IndexedDB', 'indexedDB' in globalThis],
    ['renaming of files', 'FileSystemFileHandle' in globalThis && 'move' in FileSystemFileHandle.prototype],
  ].flatMap(([what, isThere]) => (isThere ? [] : [what]));
  if (missing.length > 0) throw new PlatformUnavailableError('old_browser', `the browser lacks ${missing.join(', ')}`);
}
