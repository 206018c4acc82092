import type { Exercise } from '@haversack/contract';
import type { GivenAnswer } from '../models.ts';

/** What stands in front of the learner, and what the one button under it does. */
export interface PlayerStep {
  index: number;
  exercise: Exercise;
  /** The answer as stored; null while there is none. Feedback is shown exactly when there is one (rule OB-1). */
  given: GivenAnswer | null;
  next: 'check' | 'continue' | 'finish';
}

/**
 * The player is a pure function of the stored answers and of the exercise one looks at, so a reload or the death of the app resumes
 * by itself: there is no state that could be lost. Null when the lesson has no exercises, or for an index outside them.
 */
export function stepAt(exercises: readonly Exercise[], answers: readonly GivenAnswer[], index: number): PlayerStep | null {
  const exercise = exercises[index];
  if (exercise === undefined) return null;
  const given = answerTo(answers, exercise.id);
  if (given === null) return { index, exercise, given, next: 'check' };
  return { index, exercise, given, next: nextOpen(exercises, answers, index) === null ? 'finish' : 'continue' };
}

/** Where the player opens: the first exercise without an answer, else the last one, where only **Finish lesson** is left to do. */
export function openingIndex(exercises: readonly Exercise[], answers: readonly GivenAnswer[]): number {
  return nextOpen(exercises, answers, -1) ?? Math.max(0, exercises.length - 1);
}

/** The exercise without an answer that comes next after `index`, going round to those before it; null when all have one. */
export function nextOpen(exercises: readonly Exercise[], answers: readonly GivenAnswer[], index: number): number | null {
  for (let step = 1; step <= exercises.length; step += 1) {
    const candidate = (index + step) % exercises.length;
    const exercise = exercises[candidate];
    if (exercise !== undefined && answerTo(answers, exercise.id) === null) return candidate;
  }
  return null;
}

/** The stored answer to an exercise; answers to exercises that a newer version of the lesson dropped match nothing. */
export function answerTo(answers: readonly GivenAnswer[], exerciseId: string): GivenAnswer | null {
  return answers.find((answer) => answer.exerciseId === exerciseId) ?? null;
}
