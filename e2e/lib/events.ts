import { expect } from '@playwright/test';
import type { StoredEvent, Unit } from './api.ts';
import type { GivenAnswer } from './learner.ts';

type Lesson = Unit['lessons'][number];

export function lessonWithExercises(unit: Unit): Lesson {
  const lesson = unit.lessons.find(({ payload }) => payload.exercises.length > 0 && payload.audio_asset_id !== null);
  if (!lesson) throw new Error(`${unit.title} has no lesson with exercises and audio`);
  return lesson;
}

/** Exactly what was done: one session begun, each answer, the session completed; each once, numbered without holes. */
export function expectEvents(events: StoredEvent[], unit: Unit, lessonId: string, given: readonly GivenAnswer[]): void {
  const inOrder = [...events].sort((a, b) => a.device_seq - b.device_seq);
  expect(inOrder.map(({ type }) => type)).toEqual([
    'session_started',
    ...given.map(() => 'exercise_answered'),
    'session_completed',
  ]);
  expect(inOrder.map(({ device_seq }) => device_seq)).toEqual(inOrder.map((_, index) => index + 1));
  expect(new Set(inOrder.map(({ event_id }) => event_id)).size).toBe(inOrder.length);
  expect(new Set(inOrder.map(({ session_id }) => session_id)).size).toBe(1);
  for (const event of inOrder) {
    expect(event).toMatchObject({ unit_id: unit.id, unit_version: unit.version, lesson_id: lessonId });
  }
  expect(
    inOrder
      .filter(({ type }) => type === 'exercise_answered')
      .map(({ exercise_id, answer, is_correct, marked_correct }) => ({ exercise_id, answer, is_correct, marked_correct })),
  ).toEqual(
    given.map(({ exerciseId, answer, isCorrect }) => ({
      exercise_id: exerciseId,
      answer,
      is_correct: isCorrect,
      marked_correct: isCorrect,
    })),
  );
}
