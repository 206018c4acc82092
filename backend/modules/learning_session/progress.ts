import type { LessonProgress, Progress } from '@haversack/contract';
import type { AnswerKeys } from '../content/public.ts';
import { type Database, notFound, type Queryable } from '../infrastructure/public.ts';
import type { LessonProgressRow, ProgressRepo } from './progress-repo.ts';
import type { EventRepo } from './repo.ts';

/** How far somebody has come, kept beside their events (decision 0018). */
export interface ProgressBook {
  /** @throws {ApiError} `not_found` for a unit that the person does not see and has no events of. */
  get(personId: string, unitId: string | null): Promise<Progress>;
  /** Locks the learner's log and takes into their progress what a node of an older version has left; returns the last position. */
  lockUpToDate(tx: Queryable, personId: string): Promise<number>;
}

export interface ProgressDeps {
  database: Database;
  events: EventRepo;
  repo: ProgressRepo;
  answerKeys: AnswerKeys;
}

export function createProgressBook({ database, events, repo, answerKeys }: ProgressDeps): ProgressBook {
  async function readUpToDate(personId: string, unitId: string | null): Promise<LessonProgressRow[]> {
    const found = await repo.read(personId, unitId);
    if (!found.isBehind) return found.lessons;
    await database.transaction((tx) => lockUpToDate({ tx, events, repo }, personId));
    return (await repo.read(personId, unitId)).lessons;
  }

  return {
    lockUpToDate: (tx, personId) => lockUpToDate({ tx, events, repo }, personId),

    async get(personId, unitId) {
      const rows = await readUpToDate(personId, unitId);
      if (unitId === null) return { lessons: rows.map(toProgress) };
      const lessonIds = await answerKeys.findLessonIds(personId, unitId);
      if (lessonIds === null && rows.length === 0) throw notFound();
      const byLesson = new Map(rows.map((row) => [row.lessonId, row]));
      const current = (lessonIds ?? []).map((lessonId) => byLesson.get(lessonId) ?? notStarted(unitId, lessonId));
      const past = rows.filter((row) => lessonIds?.includes(row.lessonId) !== true);
      return { lessons: [...current, ...past].map(toProgress) };
    },
  };
}

export async function lockUpToDate(
  { tx, events, repo }: { tx: Queryable; events: EventRepo; repo: ProgressRepo },
  personId: string,
): Promise<number> {
  const { lastPosition, projectedThrough } = await events.lockLog(tx, personId);
  if (projectedThrough < lastPosition) await repo.catchUp(tx, personId, projectedThrough);
  return lastPosition;
}

function toProgress(row: LessonProgressRow): LessonProgress {
  return {
    lesson_id: row.lessonId,
    status: row.status,
    best_score: row.bestScore,
    attempts: row.attempts,
    last_activity_at: row.lastActivityAt,
  };
}

const notStarted = (unitId: string, lessonId: string): LessonProgressRow => ({
  lessonId,
  unitId,
  status: 'not_started',
  bestScore: null,
  attempts: 0,
  lastActivityAt: null,
});
