import type { Exercise, LearnerLevel, LessonType } from '@haversack/contract';
import type { DownloadState, OfflineCacheScreensApi, ResolvedAsset } from '../offline_cache/public.ts';

/** A unit as lists show it. */
export interface UnitListItem {
  id: string;
  title: string;
  description: string;
  level: LearnerLevel;
  lessonCount: number;
  downloadSizeBytes: number;
  artAssetId: string | null;
  isInMyUnits: boolean;
  download: DownloadState;
}

/** `offline`: nothing is stored and the network did not answer. `error`: it answered with trouble. */
export type UnitList =
  | {
      kind: 'units';
      units: UnitListItem[];
      /** Units that a newer version of the app would show (rule SV-2). */
      unitsForNewerApps?: number;
    }
  | { kind: 'empty' }
  | { kind: 'offline' }
  | { kind: 'error' };

export type UnitScope = 'my' | 'all';

/** More than any screen shows at once. */
export const FIRST_UNITS = 50;

export interface LessonListItem {
  id: string;
  title: string;
  position: number;
  type: LessonType;
  durationSeconds: number | null;
  exerciseCount: number | null;
}

export interface UnitDetail extends UnitListItem {
  version: number;
  /** Its download never makes room for others (rule DL-12). */
  isKept: boolean;
  objectives: { id: string; title: string }[];
  lessons: LessonListItem[];
}
/**
 * `missing`: it does not exist for this learner. `outdated`: the server has it in a form alone that this app no longer plays (rule
 * SV-1); `app_too_old`: that it does not play yet (rule SV-2).
 */
export type UnitFault = 'missing' | 'offline' | 'error' | 'outdated' | 'app_too_old';
export type UnitDetailResult = { kind: 'unit'; unit: UnitDetail } | { kind: UnitFault };

export interface LessonContent {
  id: string;
  unitId: string;
  /** The version whose text and exercises these are; answers name it. */
  unitVersion: number;
  title: string;
  position: number;
  bodyMarkdown: string;
  audioAssetId: string | null;
  transcript: string | null;
  exercises: Exercise[];
}
export type LessonResult = { kind: 'lesson'; lesson: LessonContent } | { kind: UnitFault };

export interface ContentService {
  /** From SQLite, by title, at most the `first` so many; only when nothing is stored does it wait for one fetch (rules OC-1, OC-2). */
  listUnits(scope: UnitScope, first?: number): Promise<UnitList>;
  /** What `readAhead` found; undefined before it, and where nothing is stored. */
  firstUnits(scope: UnitScope): UnitList | undefined;
  /** Reads the first units of every list before there is a screen, which then shows them with its first frame. Never rejects. */
  readAhead(): Promise<void>;
  getUnitDetail(unitId: string): Promise<UnitDetailResult>;
  getLesson(unitId: string, lessonId: string): Promise<LessonResult>;
  /** Queues lessons and files of the unit; how far it is stands in `download` of the unit. Asking twice is asking once. */
  requestUnitDownload: OfflineCacheScreensApi['requestUnitDownload'];
  /** Of a unit's or lesson's picture or recording: a local address, else fetched, else a placeholder (rule DL-10). */
  resolveAsset(assetId: string): Promise<ResolvedAsset>;
  /** Optimistic and durable: an outbox row like every write; the unit moves at once. */
  joinMyUnits(unitId: string): Promise<void>;
  leaveMyUnits(unitId: string): Promise<void>;
}
