import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MultipleChoiceExercise, ShortAnswerExercise } from './content.ts';
import { isCorrectAnswer } from './marking.ts';

const choice: MultipleChoiceExercise = {
  id: '0190a000-0000-7000-8000-000000000001',
  type: 'multiple_choice',
  prompt: 'Which way does a compass needle point?',
  options: [
    { id: '0190a000-0000-7000-8000-00000000000a', text: 'North', feedback: '' },
    { id: '0190a000-0000-7000-8000-00000000000b', text: 'Up', feedback: '' },
  ],
  correct_option_id: '0190a000-0000-7000-8000-00000000000a',
};
const short: ShortAnswerExercise = {
  id: '0190a000-0000-7000-8000-000000000002',
  type: 'short_answer',
  prompt: 'How cold?',
  canonical_answer: '-5 °C',
  accepted_answers: ['minus five', 'Très froid', "it's cold"],
};

describe('[LS-5] marking, one function for device and server', () => {
  it('takes the correct option and no other', () => {
    expect(isCorrectAnswer(choice, { option_id: choice.correct_option_id })).toBe(true);
    expect(isCorrectAnswer(choice, { option_id: choice.options[1]?.id })).toBe(false);
  });

  it.each(['-5 °C', ' -5  °c. ', 'MINUS FIVE!', 'tres froid', 'It’s cold'])('forgives the slips of a typing hand: %s', (text) => {
    expect(isCorrectAnswer(short, { text })).toBe(true);
  });

  it.each(['5 °C', '', '   ', '...', 'minus'])('does not forgive what is another answer: %j', (text) => {
    expect(isCorrectAnswer(short, { text })).toBe(false);
  });

  it('marks an answer of any other shape wrong and never throws', () => {
    fc.assert(
      fc.property(fc.anything(), (answer) => {
        fc.pre(typeof answer !== 'object' || answer === null || !('text' in answer || 'option_id' in answer));
        return !isCorrectAnswer(short, answer) && !isCorrectAnswer(choice, answer);
      }),
    );
  });
});

describe('marking what is hostile', () => {
  it('[SE-2] takes no longer than the text is long', () => {
    const startedAt = Date.now();
    expect(isCorrectAnswer(short, { text: `a${'.'.repeat(200_000)}a` })).toBe(false);
    expect(isCorrectAnswer(short, { text: `${'.'.repeat(100_000)}-5 °C${' !'.repeat(50_000)}` })).toBe(true);
    expect(Date.now() - startedAt).toBeLessThan(1_000);
  });
});
