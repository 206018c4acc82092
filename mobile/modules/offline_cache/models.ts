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
  /** The server no longer takes this device's token: it goes on when the person has signed in again (rule AU-3). */
  | 'sign_in'
  /** The server has the unit in a form alone that this app no longer plays (rule SV-1). */
  | 'outdated'
  /** In a form that it does not play yet (rule SV-2). */
  | 'app_too_old'
  | null;

export interface DownloadState {
  status: DownloadStatus;
  reason: DownloadReason;
  /** Bytes of this unit that are on disk, verified or partial, and of all its assets. */
  doneBytes: number;
  totalBytes: number;
}

export type AssetStatus = 'missing' | 'downloading' | 'downloaded';

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
  /** Among the outstanding ones: tried in vain many times, and still being tried (rule OB-6). */
  failing: number;
  /** Epoch milliseconds on the device's clock. */
  lastSuccessAt: number | null;
  lastAttemptAt: number | null;
  lastError: SyncError | null;
  /** The server no longer takes our token: work goes on, sending waits for a new sign-in (rule AU-3). */
  needsSignIn: boolean;
}
export type SyncError = 'offline' | 'server_trouble' | 'sign_in' | 'storage_full' | 'not_ours' | 'repaired';

/** One write that needs the person (rule OB-6). `refused`: sent no more. `failing`: in its place in the line, and tried again by itself. */
export interface RefusedWrite {
  id: string;
  state: 'refused' | 'failing';
  method: 'POST' | 'PUT' | 'DELETE';
  endpoint: string;
  idempotencyKey: string;
  payload: unknown;
  /** Of a refusal the server's own code; else how the last try ended: `try_later`, `not_ours` or `not_answered`. */
  code: string;
  detail: string | null;
  /** Of the unit that it is about, where it is known here. */
  unitTitle: string | null;
  attempts: number;
  attemptedAt: number | null;
  createdAt: number;
}

/** One cached unit as the Downloads screen lists it (rule CM-1). */
export interface CachedUnit {
  unitId: string;
  title: string;
  download: DownloadState;
  downloadedAt: number | null;
  /** Nothing but its title is here (rule SV-1): the line takes no room, so there is nothing to delete. */
  isOutdated?: boolean;
}
export interface StorageUse {
  lessonsBytes: number;
  audioBytes: number;
  imageBytes: number;
  /** What `clearAllDownloads` frees: all but the pictures of the list. */
  freeableBytes: number;
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
  /** Null: it is in the queue, or here already. Else why it cannot be: it is nothing but a title here and could not be fetched. */
  requestUnitDownload(unitId: string): Promise<DownloadReason>;
  pauseDownload(unitId: string): Promise<void>;
  resumeDownload(unitId: string): Promise<void>;
  /** Stops it and removes the bytes it had. */
  cancelDownload(unitId: string): Promise<void>;
  /** `undoMs`: for so long `bringBackDownload` needs no network; its room is free afterwards, or when another download needs it. */
  removeDownload(unitId: string, undoMs?: number): Promise<void>;
  /** What was removed is here again, at once where it still can be; else as `requestUnitDownload`. */
  bringBackDownload(unitId: string): Promise<DownloadReason>;
  /** Frees every download, and what was opened without being downloaded; keeps the catalogue, progress and everything unsent. Says what it freed. */
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
  /** What was refused and what keeps failing, the oldest first. */
  listRefused(): Promise<RefusedWrite[]>;
  /** Back into the line, or out of its backoff; then a sync begins, which is not waited for. */
  retryRefused(id: string): Promise<void>;
  /** For good. False: it had been sent meanwhile, and nothing was thrown away. */
  discardRefused(id: string): Promise<boolean>;
  /** A JSON file to be sent by hand, of this write or (null) of all, handed to the person. False: nothing of it is left here. */
  exportRefused(id: string | null): Promise<boolean>;
}
