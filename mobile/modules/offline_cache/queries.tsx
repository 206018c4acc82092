import { useMutation, useQuery, useQueryClient, type QueryClient } from '@tanstack/react-query';
import {
  createContext,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
  type ReactNode,
} from 'react';
import { TOAST_WITH_ACTION_MS } from '../ui_system/public.ts';
import type { ChangeTopic, DownloadReason, SyncStatus } from './models.ts';
import { useAskToPersist } from './components/storage-persistence.tsx';
import type { OfflineCacheScreensApi } from './models.ts';

interface Cache {
  api: OfflineCacheScreensApi;
  /** The same object for as long as nothing in it changes. */
  status(): SyncStatus;
}
const CacheContext = createContext<Cache | null>(null);

/** Downloads report every chunk; what is shown follows at most this often. */
const REFRESH_MS = 60;

/**
 * Gives the screens below the offline cache of one person, and reads queries again whose `meta.topics` the store has touched. The
 * query client must be this person's own (rule OC-5).
 */
export function OfflineCacheProvider({ cache, children }: { cache: OfflineCacheScreensApi; children: ReactNode }) {
  const client = useQueryClient();
  useEffect(() => refreshOnChange(cache, client), [cache, client]);
  const value = useMemo(() => ({ api: cache, status: keepStatus(cache) }), [cache]);
  return <CacheContext value={value}>{children}</CacheContext>;
}

function refreshOnChange(cache: OfflineCacheScreensApi, client: QueryClient): () => void {
  const touched = new Set<ChangeTopic>();
  let timer: ReturnType<typeof setTimeout> | null = null;
  const refresh = () => {
    timer = null;
    const topics = [...touched];
    touched.clear();
    void client.invalidateQueries({
      predicate: (query) => readTopics(query.meta).some((topic) => topics.includes(topic)),
    });
  };
  const unsubscribe = cache.subscribe((topics) => {
    for (const topic of topics) touched.add(topic);
    timer ??= setTimeout(refresh, REFRESH_MS);
  });
  return () => {
    unsubscribe();
    if (timer !== null) clearTimeout(timer);
  };
}

function readTopics(meta: Record<string, unknown> | undefined): readonly ChangeTopic[] {
  return Array.isArray(meta?.['topics']) ? (meta['topics'] as ChangeTopic[]) : [];
}

/**
 * Options of every query over SQLite: never paused by the network, never stale by age, read again when one of the topics changes.
 */
export function localQuery(...topics: ChangeTopic[]) {
  return { networkMode: 'always', staleTime: Infinity, retry: false, meta: { topics } } as const;
}

export function useOfflineCache(): OfflineCacheScreensApi {
  return useCache().api;
}

function useCache(): Cache {
  const cache = useContext(CacheContext);
  if (cache === null) throw new Error('OfflineCacheProvider is missing above this screen');
  return cache;
}

/** Running, outstanding, refused, last success and error (rule SY-3), as they are now. */
export function useSyncStatus(): SyncStatus {
  const { api, status } = useCache();
  return useSyncExternalStore(api.subscribe, status);
}

function keepStatus(cache: OfflineCacheScreensApi): () => SyncStatus {
  let kept = cache.syncStatus();
  return () => {
    const now = cache.syncStatus();
    const keys = Object.keys(now) as (keyof SyncStatus)[];
    if (keys.some((key) => kept[key] !== now[key])) kept = now;
    return kept;
  };
}

/** Pushes, then pulls; never rejects, what went wrong is in the status. */
export function useSyncNow() {
  const cache = useOfflineCache();
  return useMutation({ networkMode: 'always', mutationFn: () => cache.syncNow() });
}

/** Units that take room on this device, or are about to (rule CM-1). */
export function useDownloads() {
  const cache = useOfflineCache();
  return useQuery({
    ...localQuery('downloads', 'units'),
    queryKey: ['offline_cache', 'cached-units'],
    queryFn: () => cache.listCachedUnits(),
  });
}

export function useStorageUse() {
  const cache = useOfflineCache();
  return useQuery({
    ...localQuery('downloads', 'units'),
    queryKey: ['offline_cache', 'storage'],
    queryFn: () => cache.storageUse(),
  });
}

export function useRefusedWrites() {
  const cache = useOfflineCache();
  return useQuery({
    ...localQuery('outbox'),
    queryKey: ['offline_cache', 'refused'],
    queryFn: () => cache.listRefused(),
  });
}

/** What the person chose about mobile data and room (rules DL-11, DL-12). */
export function useDownloadSettings() {
  const cache = useOfflineCache();
  return useQuery({
    ...localQuery('settings'),
    queryKey: ['offline_cache', 'settings'],
    queryFn: () => cache.downloadSettings(),
  });
}

export function useDownloadSettingActions(onError: () => void) {
  const cache = useOfflineCache();
  const options = { networkMode: 'always', onError } as const;
  const wifiOnly = useMutation({ ...options, mutationFn: (isWifiOnly: boolean) => cache.setWifiOnly(isWifiOnly) });
  const limit = useMutation({ ...options, mutationFn: (bytes: number | null) => cache.setStorageLimit(bytes) });
  return { setWifiOnly: wifiOnly.mutate, setStorageLimit: limit.mutate };
}

export function useKeepUnit(unitId: string, onError: () => void): (isKept: boolean) => void {
  const cache = useOfflineCache();
  return useMutation({ networkMode: 'always', onError, mutationFn: (isKept: boolean) => cache.setKept(unitId, isKept) }).mutate;
}

/** For as long as the caller is mounted the unit makes no room for others (rule DL-12). */
export function useOpenUnit(unitId: string): void {
  const cache = useOfflineCache();
  useEffect(() => cache.holdOpen(unitId), [cache, unitId]);
}

export type DownloadAction = 'start' | 'pause' | 'resume' | 'cancel' | 'remove' | 'bring_back';

/** A little longer than the line that offers **Undo** stays. */
const UNDO_MS = TOAST_WITH_ACTION_MS + 3_000;

/** What a learner can do to a unit's download. `onFault`: it came to nothing; null: by the device itself (its disk, its database). */
export function useDownloadAction(onFault: (reason: DownloadReason) => void) {
  const cache = useOfflineCache();
  const askToPersist = useAskToPersist();
  const { mutate } = useMutation({
    networkMode: 'always',
    mutationFn: ({ unitId, action }: { unitId: string; action: DownloadAction }) => {
      if (action === 'start') askToPersist();
      return runAction(cache, unitId, action);
    },
    onSuccess: (reason) => reason === null || onFault(reason),
    onError: () => onFault(null),
  });
  return useCallback((unitId: string, action: DownloadAction) => mutate({ unitId, action }), [mutate]);
}

async function runAction(cache: OfflineCacheScreensApi, unitId: string, action: DownloadAction): Promise<DownloadReason> {
  switch (action) {
    case 'start':
      return cache.requestUnitDownload(unitId);
    case 'pause':
      await cache.pauseDownload(unitId);
      break;
    case 'resume':
      await cache.resumeDownload(unitId);
      break;
    case 'cancel':
      await cache.cancelDownload(unitId);
      break;
    case 'remove':
      await cache.removeDownload(unitId, UNDO_MS);
      break;
    case 'bring_back':
      return cache.bringBackDownload(unitId);
  }
  return null;
}

export function useClearDownloads() {
  const cache = useOfflineCache();
  return useMutation({ networkMode: 'always', mutationFn: () => cache.clearAllDownloads() });
}

/** What a person can do about a write that needs them (rule OB-6). */
export function useTrayActions() {
  const cache = useOfflineCache();
  const retry = useMutation({ networkMode: 'always', mutationFn: (id: string) => cache.retryRefused(id) });
  const discard = useMutation({ networkMode: 'always', mutationFn: (id: string) => cache.discardRefused(id) });
  const exportOf = useMutation({ networkMode: 'always', mutationFn: (id: string | null) => cache.exportRefused(id) });
  return { retry: retry.mutate, discard: discard.mutate, exportOf: exportOf.mutate };
}

export type AssetView =
  | { kind: 'loading' }
  | { kind: 'shown'; uri: string }
  | { kind: 'placeholder'; reason: Exclude<DownloadReason, null> };

/**
 * The bytes of an asset for as long as the caller is mounted (rule DL-10). A placeholder asks again by itself when the network comes
 * back, when it waits for Wi-Fi or room and that has changed, or when told by `retry`. Without an id there is nothing to wait for.
 */
export function useResolvedAsset(assetId: string | null): { asset: AssetView; retry: () => void } {
  const cache = useOfflineCache();
  const { isOnline } = useSyncStatus();
  const [asset, setAsset] = useState<AssetView>({ kind: 'loading' });
  const [attempt, setAttempt] = useState(0);
  const retry = useCallback(() => setAttempt((before) => before + 1), []);
  useEffect(() => {
    if (assetId === null) return undefined;
    let isMounted = true;
    let release = () => {};
    const resolve = async () => {
      const resolved = await cache.resolveAsset(assetId);
      if (!isMounted) return resolved.kind === 'local' ? resolved.release() : undefined;
      if (resolved.kind === 'local') release = resolved.release;
      setAsset(resolved.kind === 'local' ? { kind: 'shown', uri: resolved.uri } : resolved);
    };
    resolve().catch(() => isMounted && setAsset(NOTHING));
    return () => {
      isMounted = false;
      release();
    };
  }, [cache, assetId, attempt]);

  const isWaiting = asset.kind === 'placeholder';
  const wasOnline = useRef(isOnline);
  useEffect(() => {
    if (isOnline && !wasOnline.current && isWaiting) retry();
    wasOnline.current = isOnline;
  }, [isOnline, isWaiting, retry]);
  const isUpToPerson = asset.kind === 'placeholder' && UP_TO_PERSON.has(asset.reason);
  useEffect(() => {
    if (!isUpToPerson) return undefined;
    return cache.subscribe((topics) => {
      if (topics.includes('settings')) retry();
    });
  }, [cache, isUpToPerson, retry]);
  return { asset: assetId === null ? NOTHING : asset, retry };
}
const UP_TO_PERSON: ReadonlySet<DownloadReason> = new Set(['waiting_for_wifi', 'storage_limit']);
const NOTHING: AssetView = { kind: 'placeholder', reason: 'not_available' };
