import type { LessonResult, UnitDetailResult, UnitList, UnitScope } from './models.ts';

export type {
  LessonContent,
  LessonListItem,
  LessonResult,
  UnitDetail,
  UnitDetailResult,
  UnitList,
  UnitListItem,
  UnitScope,
} from './models.ts';

export interface ContentService {
  /** From SQLite; only when nothing is stored does it wait for one fetch (rules OC-1, OC-2). */
  listUnits(scope: UnitScope): Promise<UnitList>;
  getUnitDetail(unitId: string): Promise<UnitDetailResult>;
  getLesson(unitId: string, lessonId: string): Promise<LessonResult>;
  /** Optimistic and durable: an outbox row like every write; the unit moves at once. */
  joinMyUnits(unitId: string): Promise<void>;
  leaveMyUnits(unitId: string): Promise<void>;
}
