import type { Exercise } from './content.ts';

/**
 * Marks an answer; the same function on the device (feedback at once) and on the server (what counts, rule LS-5).
 * Of the wrong shape, or naming no option of the exercise: wrong.
 */
export function isCorrectAnswer(exercise: Exercise, answer: unknown): boolean {
  if (typeof answer !== 'object' || answer === null) return false;
  if (exercise.type === 'multiple_choice') return 'option_id' in answer && answer.option_id === exercise.correct_option_id;
  if (!('text' in answer) || typeof answer.text !== 'string') return false;
  const given = normalizeAnswer(answer.text);
  return (
    given !== '' &&
    [exercise.canonical_answer, ...exercise.accepted_answers].some((accepted) => normalizeAnswer(accepted) === given)
  );
}

/** Forgives case, Latin accents, surrounding and doubled white space, and sentence punctuation at the ends; a minus sign stays. */
function normalizeAnswer(text: string): string {
  const plain = text
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/gu, '')
    .toLowerCase()
    .replace(/[\u2018\u2019]/gu, "'")
    .replace(/\s+/gu, ' ');
  return trimmed(plain).normalize('NFC');
}

const AROUND = /[\s.,;:!?¿¡"'“”«»()…]/u;

/** Character by character: a pattern that ends in `+$` takes the square of the length of what lies within (rule SE-2). */
function trimmed(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && AROUND.test(text.charAt(start))) start += 1;
  while (end > start && text.charAt(end - 1) !== '¿' && text.charAt(end - 1) !== '¡' && AROUND.test(text.charAt(end - 1)))
    end -= 1;
  return text.slice(start, end);
}
