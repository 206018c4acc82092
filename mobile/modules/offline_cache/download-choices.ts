import type { Clock, Connectivity, Database } from '../infrastructure/public.ts';
import type { Downloads } from './downloads.ts';
import { retryOverLimit } from './downloads-repo.ts';
import { setKept } from './eviction-repo.ts';
import { readMetadataOf, writeMetadata } from './metadata.ts';
import type { ChangeTopic, DownloadSettings, OfflineCacheScreensApi } from './models.ts';
import type { StorageLimit } from './storage-limit.ts';

/** What the person chose, as the rows say it, where it can be asked before every chunk; and which units are on the screen. */
export interface DownloadChoices {
  settings(): DownloadSettings;
  /** On disk first. */
  keep(change: Partial<DownloadSettings>): Promise<void>;
  isHeldForWifi(): boolean;
  openUnitIds(): readonly string[];
  holdOpen(unitId: string): () => void;
}

export async function createDownloadChoices(database: Database, connectivity: Connectivity): Promise<DownloadChoices> {
  const kept = await readMetadataOf(database, 'choice:wifi_only', 'choice:storage_limit_bytes');
  const limit = kept['choice:storage_limit_bytes'];
  let settings: DownloadSettings = {
    isWifiOnly: kept['choice:wifi_only'] === '1',
    storageLimitBytes: limit === null ? null : Number(limit),
  };
  const held = new Set<{ unitId: string }>();
  return {
    settings: () => settings,
    async keep(change) {
      settings = await database.transaction(async (tx) => {
        const next = { ...settings, ...change };
        await writeMetadata(tx, 'choice:wifi_only', next.isWifiOnly ? 1 : null);
        await writeMetadata(tx, 'choice:storage_limit_bytes', next.storageLimitBytes);
        return next;
      });
    },
    // A network of unknown kind is not held against the person: no browser but Chromium's on phones tells the kind at all.
    isHeldForWifi: () => settings.isWifiOnly && connectivity.current().kind === 'cellular',
    openUnitIds: () => [...held].map(({ unitId }) => unitId),
    holdOpen(unitId) {
      const hold = { unitId };
      held.add(hold);
      return () => void held.delete(hold);
    },
  };
}

export interface ChoicesApiDeps {
  database: Database;
  clock: Clock;
  choices: DownloadChoices;
  downloads: Downloads;
  limit: StorageLimit;
  notify: (...topics: ChangeTopic[]) => void;
}

/** Calls back when another network may mean that what waits for Wi-Fi may go on, or must wait; the result ends it. */
export function followWifi(choices: DownloadChoices, connectivity: Connectivity, onTurn: (isHeld: boolean) => void): () => void {
  return connectivity.subscribe(() => {
    if (choices.settings().isWifiOnly) onTurn(choices.isHeldForWifi());
  });
}

/** The choices in the person's hands (rules DL-11, DL-12). */
export function choicesOf({ database, clock, choices, downloads, limit, notify }: ChoicesApiDeps) {
  return {
    downloadSettings: async () => choices.settings(),
    async setWifiOnly(isWifiOnly) {
      await choices.keep({ isWifiOnly });
      notify('settings');
      downloads.kick(true);
    },
    async setStorageLimit(bytes) {
      if (bytes !== null && !(Number.isSafeInteger(bytes) && bytes > 0)) throw new RangeError('a limit is a number of bytes');
      await choices.keep({ storageLimitBytes: bytes });
      await limit.enforce();
      await database.transaction((tx) => retryOverLimit(tx, clock.now()));
      notify('settings', 'downloads', 'units');
      downloads.kick();
    },
    async setKept(unitId, isKept) {
      await setKept(database, unitId, isKept);
      notify('units');
      if (!isKept) await limit.enforce();
    },
    holdOpen: choices.holdOpen,
  } satisfies Partial<OfflineCacheScreensApi>;
}
