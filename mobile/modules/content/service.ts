import { API_BASE_PATH } from '@haversack/contract';
import type { Ids } from '../infrastructure/public.ts';
import {
  type LessonRecord,
  MY_UNIT_LANE,
  type OfflineCacheScreensApi,
  type OfflineCacheStore,
  type UnitDetailRecord,
  type UnitRecord,
} from '../offline_cache/public.ts';
import {
  type ContentService,
  FIRST_UNITS,
  type LessonContent,
  type LessonListItem,
  type UnitDetail,
  type UnitFault,
  type UnitList,
  type UnitListItem,
  type UnitScope,
} from './models.ts';

export interface ContentDeps {
  store: OfflineCacheStore & Pick<OfflineCacheScreensApi, 'requestUnitDownload' | 'resolveAsset'>;
  ids: Ids;
}

/** Reads go to SQLite; the network is beside this way, and on it only where nothing is stored (rules OC-1, OC-2). */
export function createContentService({ store, ids }: ContentDeps): ContentService {
  async function setInMyUnits(unitId: string, isInMyUnits: boolean): Promise<void> {
    await store.write(['units'], async (tx) => {
      await store.setInMyUnits(tx, unitId, isInMyUnits);
      const id = ids.uuid();
      await store.enqueue(tx, {
        id,
        lane: MY_UNIT_LANE + unitId,
        endpoint: `${API_BASE_PATH}/content/my-units/${unitId}`,
        method: isInMyUnits ? 'PUT' : 'DELETE',
        payload: null,
        idempotencyKey: id,
      });
    });
  }

  async function readUnits(scope: UnitScope, first?: number): Promise<UnitList> {
    return toUnitList(
      await store.listUnits({ scope, ...(first === undefined ? {} : { first }) }),
      scope === 'all' ? await store.listOutdatedUnits() : [],
      await store.countUnitsForNewerApps(),
    );
  }
  const firstUnits = new Map<UnitScope, UnitList>();

  return {
    async listUnits(scope, first) {
      if (!(await store.hasCatalogue())) {
        const fill = await store.fillCatalogue();
        if (fill !== 'filled') return { kind: fill };
      }
      return readUnits(scope, first);
    },
    firstUnits: (scope) => firstUnits.get(scope),
    async readAhead() {
      const read = async (scope: UnitScope): Promise<unknown> => firstUnits.set(scope, await readUnits(scope, FIRST_UNITS));
      // A screen that finds nothing here asks by itself, and says what is wrong.
      if (await store.hasCatalogue().catch(() => false)) await Promise.allSettled([read('my'), read('all')]);
    },

    async getUnitDetail(unitId) {
      const stored = await store.readUnit(unitId);
      if (stored) {
        // What was opened once is brought up to date in the background; the screen hears of it when it is there.
        if (stored.isStale && stored.download.status === 'not_downloaded') void store.fetchUnit(unitId).catch(() => undefined);
        return { kind: 'unit', unit: toUnitDetail(stored) };
      }
      const fault = faultOf(await store.fetchUnit(unitId));
      const fetched = fault ? null : await store.readUnit(unitId);
      return fetched ? { kind: 'unit', unit: toUnitDetail(fetched) } : { kind: fault ?? 'error' };
    },

    async getLesson(unitId, lessonId) {
      const stored = await store.readLesson(unitId, lessonId);
      if (stored) return { kind: 'lesson', lesson: toLessonContent(stored) };
      const fault = faultOf(await store.fetchUnit(unitId));
      const fetched = fault ? null : await store.readLesson(unitId, lessonId);
      return fetched ? { kind: 'lesson', lesson: toLessonContent(fetched) } : { kind: fault ?? 'missing' };
    },

    requestUnitDownload: (unitId) => store.requestUnitDownload(unitId),
    resolveAsset: (assetId) => store.resolveAsset(assetId),

    joinMyUnits: (unitId) => setInMyUnits(unitId, true),
    leaveMyUnits: (unitId) => setInMyUnits(unitId, false),
  };
}

function faultOf(result: Awaited<ReturnType<OfflineCacheStore['fetchUnit']>>): UnitFault | null {
  switch (result.kind) {
    case 'stored':
      return null;
    case 'missing':
    case 'offline':
      return result.kind;
    case 'unsupported':
      return result.reason === 'too_old' ? 'outdated' : 'app_too_old';
    case 'sign_in':
    case 'trouble':
      return 'error';
  }
}

function toUnitList(
  records: readonly UnitRecord[],
  outdated: readonly { id: string; title: string }[],
  unitsForNewerApps: number,
): UnitList {
  const units = [...records.map(toListItem), ...outdated.map(toOutdatedItem)];
  return units.length === 0 && unitsForNewerApps === 0 ? { kind: 'empty' } : { kind: 'units', units, unitsForNewerApps };
}

function toListItem(record: UnitRecord): UnitListItem {
  return {
    id: record.id,
    title: record.title,
    description: record.description,
    level: record.learnerLevel,
    lessonCount: record.lessonCount,
    downloadSizeBytes: record.downloadSizeBytes,
    artAssetId: record.artAssetId,
    isInMyUnits: record.isInMyUnits,
    download: record.download,
  };
}

/** A unit whose content was purged: its title, and the invitation to download it again (rule SV-1). */
function toOutdatedItem({ id, title }: { id: string; title: string }): UnitListItem {
  return {
    id,
    title,
    description: '',
    level: 'beginner',
    lessonCount: 0,
    downloadSizeBytes: 0,
    artAssetId: null,
    isInMyUnits: false,
    download: { status: 'download_again', reason: null, doneBytes: 0, totalBytes: 0 },
  };
}

function toUnitDetail(record: UnitDetailRecord): UnitDetail {
  return {
    ...toListItem(record),
    version: Math.abs(record.playedVersion ?? record.version),
    isKept: record.isKept,
    objectives: record.objectives,
    lessons: record.lessons.map(
      (lesson): LessonListItem => ({
        id: lesson.id,
        title: lesson.title,
        position: lesson.position,
        type: lesson.lesson_type,
        durationSeconds: lesson.duration_seconds,
        exerciseCount: lesson.exerciseCount,
      }),
    ),
  };
}

function toLessonContent(record: LessonRecord): LessonContent {
  return {
    id: record.id,
    unitId: record.unitId,
    unitVersion: record.unitVersion,
    title: record.title,
    position: record.position,
    bodyMarkdown: record.payload.body_markdown,
    audioAssetId: record.payload.audio_asset_id ?? null,
    transcript: record.payload.transcript ?? null,
    exercises: record.payload.exercises,
  };
}
