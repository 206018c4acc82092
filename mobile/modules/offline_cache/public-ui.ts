export {
  localQuery,
  OfflineCacheProvider,
  useOfflineCache,
  useOpenUnit,
  useResolvedAsset,
  useSyncNow,
  useSyncStatus,
  type AssetView,
  type DownloadAction,
} from './queries.tsx';
export { DownloadSettingsCard } from './components/download-settings-card.tsx';
export { KeepUnit } from './components/keep-unit.tsx';
export { DownloadProgress, isUnderWay } from './components/download-progress.tsx';
export { DownloadBadge } from './components/download-badge.tsx';
export { describeDownload, faultWords, reasonWords } from './components/download-words.ts';
export { useDownloadWithUndo } from './components/use-download-with-undo.ts';
export { StoragePersistenceProvider } from './components/storage-persistence.tsx';
export { CacheManagementScreen } from './screens/cache-management-screen.tsx';
export { NeedsAttentionScreen } from './screens/needs-attention-screen.tsx';
