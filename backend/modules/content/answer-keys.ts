import type { Exercise } from '@haversack/contract';
import { LRUCache } from 'lru-cache';
import type { AnswerKey } from './models.ts';
import { type ContentRepo, refKey, type VersionRef } from './repo.ts';

/** Stored exercises take about as much again when they are decoded. */
const KEYS_CACHED_MAX_BYTES = 16 * 1024 * 1024;
const SEEN_CACHED_MAX = 20_000;

/** What is needed to judge events about units: answers are marked against the version that was answered (rule LS-5). */
export interface AnswerKeys {
  /** By `<unit id>:<version>`; a version that was never here is left out. */
  find(wanted: readonly VersionRef[]): Promise<Map<string, AnswerKey>>;
  /** Those of the units that the person sees, or once could: a late answer to a deleted unit is still an answer. */
  findEverVisible(personId: string, unitIds: readonly string[]): Promise<Set<string>>;
  /** Lessons of a unit that the person sees now, in their order; null where they see none. */
  findLessonIds(personId: string, unitId: string): Promise<string[] | null>;
}

export function createAnswerKeys(repo: ContentRepo): AnswerKeys {
  const cache = new LRUCache<string, AnswerKey>({ maxSize: KEYS_CACHED_MAX_BYTES });
  /** `<person id>:<unit id>` of what was once visible, which is for ever; what was not may still become so. */
  const seen = new LRUCache<string, true>({ max: SEEN_CACHED_MAX });

  async function find(wanted: readonly VersionRef[]): Promise<Map<string, AnswerKey>> {
    const found = new Map<string, AnswerKey>();
    for (const ref of wanted) {
      const known = cache.get(refKey(ref));
      if (known !== undefined) found.set(refKey(ref), known);
    }
    for (const [key, stored] of await repo.loadExercises(wanted.filter((ref) => !found.has(refKey(ref))))) {
      const answerKey = decode(stored);
      cache.set(key, answerKey, { size: Math.max(1, stored.length) });
      found.set(key, answerKey);
    }
    return found;
  }

  return {
    find,
    async findEverVisible(personId, unitIds) {
      const key = (unitId: string): string => `${personId}:${unitId}`;
      const unknown = unitIds.filter((unitId) => !seen.has(key(unitId)));
      if (unknown.length === 0) return new Set(unitIds);
      const found = await repo.findEverVisible(personId, unknown);
      for (const unitId of found) seen.set(key(unitId), true);
      return new Set(unitIds.filter((unitId) => found.has(unitId) || !unknown.includes(unitId)));
    },
    async findLessonIds(personId, unitId) {
      const unit = await repo.findVisible(personId, unitId);
      if (unit === null) return null;
      return [...((await find([unit])).get(refKey(unit))?.keys() ?? [])];
    },
  };
}

function decode(stored: string): AnswerKey {
  const lessons = JSON.parse(stored) as [string, Exercise[]][];
  return new Map(
    lessons.map(([lessonId, exercises]) => [lessonId, new Map(exercises.map((exercise) => [exercise.id, exercise]))]),
  );
}
