import type { Exercise, LearnerLevel, LessonType } from '@haversack/contract';
import type { DownloadState } from '../offline_cache/public.ts';

/** A unit as lists show it. */
export interface UnitListItem {
  id: string;
  title: string;
  description: string;
  level: LearnerLevel;
  lessonCount: number;
  downloadSizeBytes: number;
  artAssetId: string | null;
  /** Of the picture's asset row, for its alternative text on screens that show it alone. */
  isInMyUnits: boolean;
  download: DownloadState;
}

/** `offline`: nothing is stored and the network did not answer. `error`: it answered with trouble. */
export type UnitList = { kind: 'units'; units: UnitListItem[] } | { kind: 'empty' } | { kind: 'offline' } | { kind: 'error' };

export type UnitScope = 'my' | 'all';

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
  objectives: { id: string; title: string }[];
  lessons: LessonListItem[];
}
/** `missing`: the unit does not exist for this learner. */
export type UnitDetailResult = { kind: 'unit'; unit: UnitDetail } | { kind: 'missing' } | { kind: 'offline' } | { kind: 'error' };

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
export type LessonResult =
  | { kind: 'lesson'; lesson: LessonContent }
  | { kind: 'missing' }
  | { kind: 'offline' }
  | { kind: 'error' };
