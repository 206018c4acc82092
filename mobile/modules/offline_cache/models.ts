/** What the offline cache tells the rest of the app. */

/**
 * Offline state of a unit. `downloaded` means that every lesson is in SQLite and every asset on disk with its checksum verified
 * (rule DL-1). `update_available`: an older version is whole and plays, a newer one is known.
 */
export type DownloadStatus =
  | 'not_downloaded'
  | 'queued'
  | 'downloading'
  | 'paused'
  | 'downloaded'
  | 'update_available'
  | 'failed'
  | 'download_again';

/** Why a download waits or failed; words are the screen's business. */
export type DownloadReason =
  | 'offline'
  | 'waiting_for_wifi'
  | 'storage_full'
  /** The person's own limit is reached, and nothing that it may take would make enough room (rule DL-12). */
  | 'storage_limit'
  | 'checksum_mismatch'
  | 'not_available'
  | 'server_trouble'
  | null;

export interface DownloadState {
  status: DownloadStatus;
  reason: DownloadReason;
  /** Bytes of this unit that are on disk, verified or partial, and of all its assets. */
  doneBytes: number;
  totalBytes: number;
}

export type AssetStatus = 'missing' | 'downloading' | 'downloaded' | 'failed';

/** Where the bytes of an asset are for the screen (rule DL-10). `release` must be called when it is no longer shown. */
export type ResolvedAsset =
  | { kind: 'local'; uri: string; release(): void }
  | { kind: 'placeholder'; reason: Exclude<DownloadReason, null> };

export interface SyncStatus {
  isRunning: boolean;
  isOnline: boolean;
  /** Writes in the outbox that the server has not confirmed, refused ones not counted. */
  outstanding: number;
  refused: number;
  /** Epoch milliseconds on the device's clock. */
  lastSuccessAt: number | null;
  lastAttemptAt: number | null;
  lastError: SyncError | null;
  /** The server no longer takes our token: work goes on, sending waits for a new sign-in (rule AU-3). */
  needsSignIn: boolean;
}
export type SyncError = 'offline' | 'server_trouble' | 'sign_in' | 'storage_full' | 'not_ours' | 'repaired';

/** One write that the server refused, or that keeps failing (rule OB-6). */
export interface RefusedWrite {
  id: string;
  endpoint: string;
  idempotencyKey: string;
  payload: unknown;
  code: string;
  detail: string | null;
  createdAt: number;
}

/** One cached unit as the Downloads screen lists it (rule CM-1). */
export interface CachedUnit {
  unitId: string;
  title: string;
  download: DownloadState;
  downloadedAt: number | null;
}
export interface StorageUse {
  lessonsBytes: number;
  audioBytes: number;
  imageBytes: number;
  /** Null where the platform does not tell. */
  freeBytes: number | null;
}

/** What the person chose about downloads on this device (rules DL-11, DL-12). */
export interface DownloadSettings {
  /** Recordings and pictures wait while the network is a mobile one. */
  isWifiOnly: boolean;
  /** Bytes that recordings and pictures may take; null: as much as the device has. */
  storageLimitBytes: number | null;
}

/** What changed in the store, so that queries read again. `settings`: also when what waits for Wi-Fi may go on. */
export type ChangeTopic = 'units' | 'downloads' | 'outbox' | 'sync' | 'progress' | 'settings';

/** The offline cache as screens use it. The rest of what it offers to `content` and `learning_session` stands in `store.ts`. */
export interface OfflineCacheScreensApi {
  /** Calls back after a commit that touched one of the topics; the result unsubscribes. */
  subscribe(listener: (topics: readonly ChangeTopic[]) => void): () => void;
  syncStatus(): SyncStatus;
  /** Resolves when the loop that this asked for has ended; never rejects (what went wrong is in the status). */
  syncNow(): Promise<void>;
  listCachedUnits(): Promise<CachedUnit[]>;
  storageUse(): Promise<StorageUse>;
  downloadState(unitId: string): Promise<DownloadState>;
  requestUnitDownload(unitId: string): Promise<void>;
  pauseDownload(unitId: string): Promise<void>;
  resumeDownload(unitId: string): Promise<void>;
  /** Stops it and removes the bytes it had. */
  cancelDownload(unitId: string): Promise<void>;
  removeDownload(unitId: string): Promise<void>;
  /** Frees every download; keeps the catalogue, progress and everything unsent. Says what it freed. */
  clearAllDownloads(): Promise<{ freedBytes: number }>;
  resolveAsset(assetId: string): Promise<ResolvedAsset>;
  downloadSettings(): Promise<DownloadSettings>;
  setWifiOnly(isWifiOnly: boolean): Promise<void>;
  /** Resolves when what had to make room is gone. Errors: `RangeError` for what is no number of bytes above 0. */
  setStorageLimit(bytes: number | null): Promise<void>;
  /** A unit that is kept never makes room for others; until its download is removed. */
  setKept(unitId: string, isKept: boolean): Promise<void>;
  /** While the unit is on the screen it makes no room for others; the result says that it is no longer. */
  holdOpen(unitId: string): () => void;
  listRefused(): Promise<RefusedWrite[]>;
  retryRefused(id: string): Promise<void>;
  discardRefused(id: string): Promise<void>;
}
