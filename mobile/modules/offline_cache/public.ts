export type { NewEvent } from './events-repo.ts';
export { MIGRATIONS } from './migrations.ts';
export type {
  AssetStatus,
  CachedUnit,
  ChangeTopic,
  DownloadReason,
  DownloadSettings,
  DownloadState,
  DownloadStatus,
  OfflineCacheScreensApi,
  RefusedWrite,
  ResolvedAsset,
  StorageUse,
  SyncError,
  SyncStatus,
} from './models.ts';
export { countOutbox } from './outbox.ts';
export { MY_UNIT_LANE, type LessonRecord, type UnitDetailRecord, type UnitRecord } from './repo.ts';
export { createOfflineCache, type OfflineCacheDeps } from './service.ts';
export type { CatalogueFill, OfflineCache, OfflineCacheStore } from './store.ts';
export { bringBackUnsentWork, readUnsentWork } from './unsent-work.ts';
