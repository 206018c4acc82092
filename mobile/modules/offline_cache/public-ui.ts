export {
  localQuery,
  OfflineCacheProvider,
  useDownloadAction,
  useOfflineCache,
  useResolvedAsset,
  useSyncNow,
  useSyncStatus,
  type AssetView,
  type DownloadAction,
} from './queries.tsx';
export { DownloadProgress, isUnderWay } from './components/download-progress.tsx';
export { DownloadBadge } from './components/download-badge.tsx';
export { describeDownload, faultWords, reasonWords } from './components/download-words.ts';
export { CacheManagementScreen } from './screens/cache-management-screen.tsx';
export { NeedsAttentionScreen } from './screens/needs-attention-screen.tsx';
