import type { LessonContent, LessonResult, UnitDetailResult, UnitList } from '../modules/content/public.ts';
import type { ContentService } from '../modules/content/public.ts';
import type {
  CachedUnit,
  ChangeTopic,
  DownloadReason,
  DownloadSettings,
  DownloadState,
  OfflineCacheScreensApi,
  RefusedWrite,
  ResolvedAsset,
  StorageUse,
  SyncStatus,
} from '../modules/offline_cache/public.ts';
import { createInMemoryLearning } from './in-memory-learning.ts';

const NOT_DOWNLOADED: DownloadState = { status: 'not_downloaded', reason: null, doneBytes: 0, totalBytes: 0 };

/**
 * The services that screens talk to, over plain values that a test sets and reads. They keep the promises of the interfaces and
 * nothing more; what is behind the interfaces is tested with the real ones.
 */
export function createInMemoryServices() {
  const listeners = new Set<(topics: readonly ChangeTopic[]) => void>();
  const emit = (...topics: ChangeTopic[]) => {
    for (const listener of [...listeners]) listener(topics);
  };
  const learning = createInMemoryLearning(() => emit('outbox', 'progress'));
  const world = {
    learning: learning.world,
    emit,
    /** Names of what was asked for, with the id: `download:<unit>`, `join:<unit>`, … */
    calls: [] as string[],
    lessons: new Map<string, LessonContent>(),
    /** What `getLesson` says of a lesson that is not in `lessons`. */
    absentLesson: { kind: 'missing' } as Exclude<LessonResult, { kind: 'lesson' }>,
    units: { my: { kind: 'empty' } as UnitList, all: { kind: 'empty' } as UnitList },
    readAhead: {} as { my?: UnitList; all?: UnitList },
    unitDetails: new Map<string, UnitDetailResult>(),
    assets: new Map<string, ResolvedAsset>(),
    cachedUnits: [] as CachedUnit[],
    refused: [] as RefusedWrite[],
    /** Why a unit cannot be put into the queue. */
    refusals: new Map<string, DownloadReason>(),
    settings: { isWifiOnly: false, storageLimitBytes: null } as DownloadSettings,
    /** Units that are on the screen. */
    open: new Set<string>(),
    storage: { lessonsBytes: 0, audioBytes: 0, imageBytes: 0, freeableBytes: 0, freeBytes: null } as StorageUse,
    sync: {
      isRunning: false,
      isOnline: true,
      outstanding: 0,
      refused: 0,
      failing: 0,
      lastSuccessAt: null,
      lastAttemptAt: null,
      lastError: null,
      needsSignIn: false,
    } as SyncStatus,
  };
  const called =
    (name: string) =>
    async (id = ''): Promise<void> => {
      world.calls.push(id === '' ? name : `${name}:${id}`);
    };
  const offlineCache: OfflineCacheScreensApi = {
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    syncStatus: () => ({ ...world.sync }),
    syncNow: () => called('sync')(),
    listCachedUnits: async () => world.cachedUnits,
    storageUse: async () => world.storage,
    downloadState: async (unitId) => world.cachedUnits.find((unit) => unit.unitId === unitId)?.download ?? NOT_DOWNLOADED,
    requestUnitDownload: async (unitId) => {
      await called('download')(unitId);
      return world.refusals.get(unitId) ?? null;
    },
    pauseDownload: called('pause'),
    resumeDownload: called('resume'),
    cancelDownload: called('cancel'),
    removeDownload: called('remove'),
    bringBackDownload: async (unitId) => {
      await called('bring_back')(unitId);
      return world.refusals.get(unitId) ?? null;
    },
    clearAllDownloads: async () => {
      world.calls.push('clear');
      return { freedBytes: 0 };
    },
    resolveAsset: async (assetId) => world.assets.get(assetId) ?? { kind: 'placeholder', reason: 'offline' },
    downloadSettings: async () => world.settings,
    setWifiOnly: async (isWifiOnly) => {
      world.settings = { ...world.settings, isWifiOnly };
      emit('settings');
    },
    setStorageLimit: async (storageLimitBytes) => {
      world.settings = { ...world.settings, storageLimitBytes };
      emit('settings');
    },
    setKept: (unitId, isKept) => called(isKept ? 'keep' : 'unkeep')(unitId),
    holdOpen: (unitId) => {
      world.open.add(unitId);
      return () => world.open.delete(unitId);
    },
    listRefused: async () => world.refused,
    retryRefused: called('retry'),
    discardRefused: async (id) => {
      await called('discard')(id);
      return world.refused.some((write) => write.id === id);
    },
    exportRefused: async (id) => {
      await called('export')(id ?? 'all');
      return world.refused.some((write) => id === null || write.id === id);
    },
  };
  const content: ContentService = {
    listUnits: async (scope, first) => {
      const list = world.units[scope];
      world.calls.push(`list:${scope}${first === undefined ? '' : `:${first}`}`);
      return list.kind === 'units' ? { ...list, units: list.units.slice(0, first) } : list;
    },
    firstUnits: (scope) => world.readAhead[scope],
    readAhead: async () => undefined,
    getUnitDetail: async (unitId) => world.unitDetails.get(unitId) ?? { kind: 'missing' },
    getLesson: async (_unitId, lessonId) => {
      const lesson = world.lessons.get(lessonId);
      return lesson === undefined ? world.absentLesson : { kind: 'lesson', lesson };
    },
    requestUnitDownload: offlineCache.requestUnitDownload,
    resolveAsset: offlineCache.resolveAsset,
    joinMyUnits: called('join'),
    leaveMyUnits: called('leave'),
  };
  return { offlineCache, content, learningSession: learning.service, world };
}
