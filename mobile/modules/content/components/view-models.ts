import type { LearnerLevel } from '@haversack/contract';
import type { I18n } from '../../ui_system/public.ts';

/** How far the learner is, as these screens show it; learning sessions are another module's business and come in from above. */
export interface UnitProgress {
  byLessonId: ReadonlyMap<string, LessonProgressView>;
  completedByUnitId: ReadonlyMap<string, number>;
}
export interface LessonProgressView {
  status: 'not_started' | 'in_progress' | 'completed';
  /** 0 to 1. */
  bestScore: number | null;
}

/** Where the list of units leads. Paths are for the browser's links. */
export interface UnitsNavigation {
  unitHref(unitId: string): string;
  onOpenUnit(unitId: string): void;
  onOpenDownloads(): void;
  settingsHref: string;
  onOpenSettings(): void;
  onSignInAgain(): void;
}

export function levelWords(i18n: I18n, level: LearnerLevel): string {
  switch (level) {
    case 'beginner':
      return i18n.t('Beginner');
    case 'intermediate':
      return i18n.t('Intermediate');
    case 'advanced':
      return i18n.t('Advanced');
  }
}
