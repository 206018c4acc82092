import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MultipleChoiceExercise, ShortAnswerExercise } from './content.ts';
import { isCorrectAnswer, markAnswer } from './marking.ts';

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

function asking(answer: string, more: Partial<ShortAnswerExercise> = {}): ShortAnswerExercise {
  return { ...short, prompt: 'What is it called?', canonical_answer: answer, accepted_answers: [], ...more };
}
const isRight = (exercise: ShortAnswerExercise, text: string): boolean => isCorrectAnswer(exercise, { text });

describe('[LS-5] slips of the hand in a short answer', () => {
  it.each([
    ['compass', 'compas'],
    ['compass', 'compasss'],
    ['compass', 'conpass'],
    ['compass', 'copmass'],
    ['Photosynthesis', 'photosinthesis'],
    ['photosynthesis', 'phtosyntesis'],
    ['carbon dioxide', 'carbon dioxyde'],
    ['bicarbonate of soda', 'bicarbonat of soda'],
    ['Straße', 'strasze'],
    ['фотосинтез', 'фотосинтиз'],
    ['θερμοκρασία', 'θερμοκρσια'],
  ])('takes %s for right when it is written %s, and says what was meant', (meant, given) => {
    expect(markAnswer(asking(meant), { text: given })).toEqual({ isCorrect: true, slipOf: meant });
  });

  it('says nothing of a slip where there is none, and names the variant that was meant', () => {
    expect(markAnswer(asking('compass'), { text: ' Compass.' })).toEqual({ isCorrect: true, slipOf: null });
    const exercise = asking('heart attack', { accepted_answers: ['Infarction'] });
    expect(markAnswer(exercise, { text: 'infraction' })).toEqual({ isCorrect: true, slipOf: 'Infarction' });
  });

  it.each([
    ['a word of four letters', 'burn', 'born'],
    ['two slips in a short word', 'compass', 'conpas'],
    ['three slips', 'photosynthesis', 'fotosintesis'],
    ['the first letter', 'afferent', 'efferent'],
    ['two slips side by side', 'hypothermia', 'hyperthermia'],
    ['another beginning', 'endothermic', 'exothermic'],
    ['a digit', 'boeing 747', 'boieng 747'],
    ['a digit more', 'version', 'version2'],
    ['a word less', 'carbon dioxide', 'carbondioxide'],
    ['three slips over two words', 'carbonate monoxide', 'carbonat monoxedo'],
    ['Arabic', 'الأكسجين', 'الأكسجن'],
    ['Chinese', '光合作用过程', '光合作用过成'],
    ['Korean', '대한민국만세', '대한민국만서'],
  ])('is strict about %s: %s is not %s', (_what, meant, given) => {
    expect(isRight(asking(meant), given)).toBe(false);
  });

  it('is strict where the answer is a number that may be written in words', () => {
    expect(isRight(asking('setenta', { accepted_answers: ['70'] }), 'sesenta')).toBe(false);
  });

  it.each([{ prompt: 'Adduction or abduction?' }, { explanation: 'Moving towards the body; away from it is called abduction.' }])(
    'is strict about a word that its author names: %j',
    (named) => {
      expect(isRight(asking('adduction'), 'abduction')).toBe(true);
      expect(isRight(asking('adduction', named), 'abduction')).toBe(false);
      expect(isRight(asking('hip adduction', named), 'hip abduction')).toBe(false);
      expect(isRight(asking('adduction', named), 'aduction')).toBe(true);
    },
  );

  it.each([
    ['Straße', 'STRASSE'],
    ['cœur', 'coeur'],
    ['Ærø', 'aero'],
    ['ﬁltration', 'filtration'],
    ['Łódź', 'lodz'],
  ])('forgives the letters that a keyboard has not: %s, %s', (meant, given) => {
    expect(markAnswer(asking(meant), { text: given })).toEqual({ isCorrect: true, slipOf: null });
  });

  const LETTERS = 'abcdefghijklmnopqrstuvwxyz';
  const letter = fc.constantFrom(...LETTERS);
  const wordOf = (minLength: number, maxLength: number) =>
    fc.array(letter, { minLength, maxLength }).map((letters) => letters.join(''));
  const slip = fc.record({ kind: fc.constantFrom('drop', 'add', 'replace', 'swap'), place: fc.nat(), letter });

  /** Never at the first letter, nor a swap with it. */
  function slipped(word: string, { kind, place, letter: other }: { kind: string; place: number; letter: string }): string {
    const at = 1 + (place % (word.length - 1));
    const [before, here, after] = [word.slice(0, at), word.charAt(at), word.slice(at + 1)];
    if (kind === 'drop') return before + after;
    if (kind === 'add') return before + other + here + after;
    if (kind === 'replace') return before + other + after;
    return before + after.charAt(0) + here + after.slice(1);
  }

  it('takes any one slip in any word of five letters and more', () => {
    fc.assert(fc.property(wordOf(5, 14), slip, (word, first) => isRight(asking(word), slipped(word, first))));
  });

  it('takes two slips that stand apart in any word of nine letters and more', () => {
    fc.assert(
      fc.property(wordOf(9, 20), letter, letter, (word, first, second) => {
        const last = word.length - 1;
        fc.pre(first !== word.charAt(1) && second !== word.charAt(last));
        return isRight(asking(word), `${word.charAt(0)}${first}${word.slice(2, last)}${second}`);
      }),
    );
  });

  it('takes no answer that is further away than two letters, and none for a short word', () => {
    fc.assert(
      fc.property(wordOf(1, 12), wordOf(1, 12), (word, given) => {
        fc.pre(editDistance(word, given) > (word.length < 5 ? 0 : word.length < 9 ? 1 : 2));
        return !isRight(asking(word), given);
      }),
    );
  });

  it('takes no number for another, whatever stands around it', () => {
    fc.assert(
      fc.property(fc.nat(99_999), fc.nat(99_999), wordOf(0, 12), (right, given, unit) => {
        fc.pre(right !== given);
        return !isRight(asking(`${right} ${unit}`), `${given} ${unit}`);
      }),
    );
  });
});

/** Damerau's, the slow way: the whole table. */
function editDistance(a: string, b: string): number {
  const table = Array.from({ length: a.length + 1 }, (_, row) => [row, ...Array.from({ length: b.length }, () => 0)]);
  table[0] = Array.from({ length: b.length + 1 }, (_, column) => column);
  const at = (row: number, column: number): number => table[row]?.[column] ?? 0;
  for (let row = 1; row <= a.length; row += 1) {
    for (let column = 1; column <= b.length; column += 1) {
      const cost = a.charAt(row - 1) === b.charAt(column - 1) ? 0 : 1;
      let best = Math.min(at(row - 1, column) + 1, at(row, column - 1) + 1, at(row - 1, column - 1) + cost);
      const isSwap =
        row > 1 && column > 1 && a.charAt(row - 1) === b.charAt(column - 2) && a.charAt(row - 2) === b.charAt(column - 1);
      if (isSwap) best = Math.min(best, at(row - 2, column - 2) + 1);
      (table[row] ?? [])[column] = best;
    }
  }
  return at(a.length, b.length);
}

describe('marking what is hostile', () => {
  it('[SE-2] takes no longer than the text is long', () => {
    const startedAt = Date.now();
    expect(isCorrectAnswer(short, { text: `a${'.'.repeat(200_000)}a` })).toBe(false);
    expect(isCorrectAnswer(short, { text: `${'.'.repeat(100_000)}-5 °C${' !'.repeat(50_000)}` })).toBe(true);
    const long = 'ab'.repeat(100_000);
    expect(isCorrectAnswer(asking(`${long}xyyx`), { text: `${long}uvvu` })).toBe(false);
    expect(isCorrectAnswer(asking(`${'a '.repeat(50_000)}b`), { text: `${'a '.repeat(50_000)}c` })).toBe(false);
    expect(Date.now() - startedAt).toBeLessThan(1_000);
  });
});
