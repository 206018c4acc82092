import type { Connectivity, Http, NetworkKind, Platform } from '../modules/infrastructure/models.ts';
import { checkExportName } from '../modules/infrastructure/platform/names.ts';
import { createListeners } from '../modules/infrastructure/platform/observable.ts';
import { createSha256 } from '../modules/infrastructure/platform/sha256.ts';
import { createHandClock, type HandClock } from './hand-clock.ts';
import { makeTemporaryFolder } from './node-builtins.ts';
import { createNodeDatabases } from './node-databases.ts';
import { createNodeFiles } from './node-files.ts';
import { createSeededIds } from './seeded-ids.ts';

/** What a test may turn by hand on a device. */
export interface TestDevice {
  platform: Platform;
  clock: HandClock;
  folder: string;
  setOnline(isOnline: boolean, kind?: NetworkKind): void;
  foreground(): void;
  /** Bytes that files may still take; null: enough. */
  disk: { freeBytes: number | null; maxPageCount: number | null };
  warnings: string[];
  /** Files that were handed to the person, by name. */
  exported: Map<string, string>;
}

export interface TestDeviceOptions {
  http: Http;
  seed?: number;
  kind?: Platform['kind'];
  clock?: HandClock;
  /** Of a device that was there before: what was on its disk still is. */
  folder?: string;
  secrets?: Map<string, string>;
}

/** A device on Node: real SQLite, real files, a clock turned by hand, seeded chance. */
export function createTestDevice({ http, seed = 1, kind = 'phone', ...options }: TestDeviceOptions): TestDevice {
  const folder = options.folder ?? makeTemporaryFolder();
  const clock = options.clock ?? createHandClock();
  const disk: TestDevice['disk'] = { freeBytes: null, maxPageCount: null };
  const secrets = options.secrets ?? new Map<string, string>();
  const foregroundListeners = createListeners();
  const network = createTestConnectivity();
  const warnings: string[] = [];
  const exported = new Map<string, string>();
  const platform: Platform = {
    kind,
    databases: createNodeDatabases(folder, { maxPageCount: () => disk.maxPageCount }),
    files: createNodeFiles(folder, { freeBytes: () => disk.freeBytes }),
    http,
    clock,
    ids: createSeededIds(seed, () => clock.now()),
    connectivity: network.port,
    lifecycle: { onForeground: (listener) => foregroundListeners.subscribe(listener) },
    secureStore: {
      get: async (key) => secrets.get(key) ?? null,
      set: async (key, value) => void secrets.set(key, value),
      remove: async (key) => void secrets.delete(key),
    },
    fileExport: { offer: async (name, text) => void exported.set(checkExportName(name), text) },
    logger: { warn: (message, fields) => void warnings.push(`${message} ${JSON.stringify(fields ?? {})}`) },
    createSha256,
  };
  return {
    ...{ platform, clock, folder, disk, warnings, exported },
    setOnline: network.set,
    foreground: () => foregroundListeners.notify(),
  };
}

function createTestConnectivity() {
  let state: ReturnType<Connectivity['current']> = { isOnline: true, kind: 'wifi' };
  const listeners = createListeners<[typeof state]>();
  return {
    port: { current: () => state, subscribe: (listener) => listeners.subscribe(listener) } satisfies Connectivity,
    set(isOnline: boolean, kind: NetworkKind = isOnline ? 'wifi' : 'none') {
      if (isOnline === state.isOnline && kind === state.kind) return;
      state = { isOnline, kind };
      listeners.notify(state);
    },
  };
}
