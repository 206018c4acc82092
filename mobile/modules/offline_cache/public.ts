import type { CachedUnit, ChangeTopic, DownloadState, RefusedWrite, ResolvedAsset, StorageUse, SyncStatus } from './models.ts';

export type {
  AssetStatus,
  CachedUnit,
  ChangeTopic,
  DownloadReason,
  DownloadState,
  DownloadStatus,
  RefusedWrite,
  ResolvedAsset,
  StorageUse,
  SyncError,
  SyncStatus,
} from './models.ts';

/** The offline cache as screens use it. The rest of what it offers to `content` and `learning_session` stands beside this. */
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
  listRefused(): Promise<RefusedWrite[]>;
  retryRefused(id: string): Promise<void>;
  discardRefused(id: string): Promise<void>;
}
