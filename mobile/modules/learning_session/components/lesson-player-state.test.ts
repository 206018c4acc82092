import type { Exercise } from '@haversack/contract';
import type { GivenAnswer } from '../models.ts';
import { nextOpen, openingIndex, stepAt } from './lesson-player-state.ts';

const exercises = ['a', 'b', 'c'].map(
  (id): Exercise => ({ id, type: 'short_answer', prompt: id, canonical_answer: id, accepted_answers: [] }),
);
const given = (...ids: string[]): GivenAnswer[] =>
  ids.map((exerciseId) => ({
    exerciseId,
    answer: { text: 'x' },
    isCorrect: false,
    delivery: 'saved_on_device',
    isMarkedOtherwise: false,
  }));

describe('the lesson player', () => {
  it('[UI-3] opens at the first exercise without an answer, whatever the order of answering', () => {
    expect(openingIndex(exercises, [])).toBe(0);
    expect(openingIndex(exercises, given('a'))).toBe(1);
    expect(openingIndex(exercises, given('c', 'a'))).toBe(1);
  });

  it('[UI-3] opens at the last exercise with only Finish left when all were answered and the lesson was not finished', () => {
    const answers = given('a', 'b', 'c');
    expect(openingIndex(exercises, answers)).toBe(2);
    expect(stepAt(exercises, answers, 2)?.next).toBe('finish');
  });

  it('[OB-1] shows feedback exactly when an answer is stored', () => {
    expect(stepAt(exercises, given('a'), 0)).toMatchObject({ next: 'continue', given: { exerciseId: 'a' } });
    expect(stepAt(exercises, given('a'), 1)).toMatchObject({ next: 'check', given: null });
  });

  it('goes round to an exercise that was skipped before it offers to finish', () => {
    expect(nextOpen(exercises, given('b', 'c'), 2)).toBe(0);
    expect(stepAt(exercises, given('b', 'c'), 2)?.next).toBe('continue');
    expect(nextOpen(exercises, given('a', 'b', 'c'), 0)).toBeNull();
  });

  it('ignores answers to exercises that a newer version no longer has', () => {
    expect(openingIndex(exercises, given('gone'))).toBe(0);
    expect(stepAt([], given('gone'), 0)).toBeNull();
    expect(openingIndex([], [])).toBe(0);
  });
});
