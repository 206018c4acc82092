export type {
  ContentService,
  LessonContent,
  LessonListItem,
  LessonResult,
  UnitDetail,
  UnitDetailResult,
  UnitList,
  UnitListItem,
  UnitScope,
} from './models.ts';
export { type ContentDeps, createContentService } from './service.ts';
