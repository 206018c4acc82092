import type { ApiClient, Platform } from '../infrastructure/public.ts';
import { resolveAsset } from './asset-resolver.ts';
import { choicesOf, createDownloadChoices, followWifi } from './download-choices.ts';
import { createDownloads, type Downloads } from './downloads.ts';
import { noteUse } from './eviction-repo.ts';
import { type FilesDeps, sweepFiles } from './files.ts';
import type { ChangeTopic, OfflineCacheScreensApi, ResolvedAsset } from './models.ts';
import { createObjectFetcher } from './object-fetcher.ts';
import { createRemovals, type Removals } from './removals.ts';
import { createStorageLimit, type StorageLimit } from './storage-limit.ts';
import type { UnitFetcher } from './unit-fetcher.ts';

export interface DownloadingDeps {
  platform: Platform;
  filesDeps: FilesDeps;
  api: ApiClient;
  units: UnitFetcher;
  notify: (...topics: ChangeTopic[]) => void;
  signal: AbortSignal;
}

/** All that brings bytes to this device and takes them off it again, under what the person chose. */
export interface Downloading {
  downloads: Downloads;
  limit: StorageLimit;
  choices: Pick<OfflineCacheScreensApi, 'downloadSettings' | 'setWifiOnly' | 'setStorageLimit' | 'setKept' | 'holdOpen'>;
  removals: Pick<OfflineCacheScreensApi, 'removeDownload' | 'bringBackDownload'>;
  resolveAsset(assetId: string): Promise<ResolvedAsset>;
  /** A lesson of the unit, or this asset of it, was opened. */
  noteUse(unitId: string, assetId?: string): void;
  sweepFiles(): Promise<void>;
  /** Resolves when nothing is being fetched; nothing begins any more once the signal is aborted. */
  stop(): Promise<void>;
}

/** Screens hear of a download that runs this often, and no more (rule DL-8). */
const PROGRESS_EVERY_MS = 250;

export async function createDownloading(deps: DownloadingDeps): Promise<Downloading> {
  const { platform, filesDeps, api, units, notify, signal } = deps;
  const { clock, ids, logger, connectivity, files, http } = platform;
  const { database, area } = filesDeps;
  const onChange = (): void => notify('downloads', 'units');
  const removals = createRemovals({ database, files, area, clock, sweepFiles: () => sweep() });
  const sweep = async (): Promise<void> => void (await sweepFiles({ ...filesDeps, isHeld: removals.isHeld }));
  const choices = await createDownloadChoices(database, connectivity);
  const { isHeldForWifi, openUnitIds, holdOpen } = choices;
  const limitBytes = (): number | null => choices.settings().storageLimitBytes;
  const limit = createStorageLimit({ database, limitBytes, openUnitIds, sweepFiles: sweep, onChange });
  const objects = createObjectFetcher({ ...filesDeps, api, http, isHeldForWifi, onProgress: throttle(platform, onChange) });
  const freeBytes = (): Promise<number | null> => files.freeBytes();
  const fetching = { database, objects, limit, isHeldForWifi, onChange, signal };
  const letGo = async (): Promise<void> => (removals.letGo() ? sweep() : undefined);
  const downloads = createDownloads({ ...fetching, clock, ids, logger, units, freeBytes, letGo, sweepFiles: sweep });
  const unfollow = followWifi(choices, connectivity, (isHeld) => {
    notify('settings');
    if (!isHeld) downloads.kick(true);
  });
  // Beside the reading, which must not fail because the disk is full.
  const note = (unitId: string, assetId: string | null = null): void =>
    void noteUse(database, { unitId, assetId, nowAt: clock.now() }).catch(() => undefined);
  return {
    downloads,
    limit,
    removals: removalsOf(downloads, removals, onChange),
    choices: choicesOf({ database, clock, choices, downloads, limit, notify }),
    resolveAsset: (assetId) =>
      resolveAsset(
        { ...filesDeps, ...fetching, connectivity, holdOpen, onUse: (asset) => note(asset.unitId, asset.id) },
        assetId,
      ),
    noteUse: note,
    sweepFiles: sweep,
    async stop() {
      unfollow();
      removals.letGo();
      await downloads.idle();
    },
  };
}

function removalsOf(downloads: Downloads, removals: Removals, onChange: () => void): Downloading['removals'] {
  return {
    async removeDownload(unitId, undoMs = 0) {
      if (undoMs === 0) return downloads.remove([unitId]);
      await downloads.remove([unitId], removals.remember);
      removals.keepFor(unitId, undoMs);
    },
    async bringBackDownload(unitId) {
      if (!(await removals.bringBack(unitId))) return downloads.request(unitId);
      onChange();
      downloads.kick();
      return null;
    },
  };
}

function throttle({ clock }: Platform, call: () => void): () => void {
  let cancel: (() => void) | null = null;
  return () => {
    cancel ??= clock.schedule(PROGRESS_EVERY_MS, () => {
      cancel = null;
      call();
    });
  };
}
