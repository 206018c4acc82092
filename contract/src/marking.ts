import type { Exercise, ShortAnswerExercise } from './content.ts';
import { isSlipOf } from './slips.ts';

export interface Verdict {
  isCorrect: boolean;
  /** The answer that was meant, as its author wrote it, where the given one is right but for a slip of the hand. */
  slipOf: string | null;
}

/**
 * Marks an answer; the same function on the device (feedback at once) and on the server (what counts, rule LS-5).
 * Of the wrong shape, or naming no option of the exercise: wrong.
 */
export function markAnswer(exercise: Exercise, answer: unknown): Verdict {
  if (typeof answer !== 'object' || answer === null) return WRONG;
  if (exercise.type === 'multiple_choice') {
    return 'option_id' in answer && answer.option_id === exercise.correct_option_id ? RIGHT : WRONG;
  }
  return 'text' in answer && typeof answer.text === 'string' ? markText(exercise, answer.text) : WRONG;
}

export function isCorrectAnswer(exercise: Exercise, answer: unknown): boolean {
  return markAnswer(exercise, answer).isCorrect;
}

const RIGHT: Verdict = { isCorrect: true, slipOf: null };
const WRONG: Verdict = { isCorrect: false, slipOf: null };

function markText(exercise: ShortAnswerExercise, text: string): Verdict {
  const given = normalizeAnswer(text);
  if (given === '') return WRONG;
  const accepted = acceptedBy(exercise);
  if (accepted.some(({ plain }) => plain === given)) return RIGHT;
  // A number is right or wrong, also where it may be written in words: sixty is no slip of seventy.
  if (accepted.some(({ plain }) => DIGIT.test(plain))) return WRONG;
  const meant = accepted.find(({ plain }) => isSlipOf(plain, given) && !namesAnotherWord(exercise, plain, given));
  return meant === undefined ? WRONG : { isCorrect: true, slipOf: meant.words };
}

interface Accepted {
  words: string;
  plain: string;
}

/** A server marks answers to one exercise by the thousand. */
const acceptedByExercise = new WeakMap<ShortAnswerExercise, readonly Accepted[]>();

function acceptedBy(exercise: ShortAnswerExercise): readonly Accepted[] {
  const known = acceptedByExercise.get(exercise);
  if (known !== undefined) return known;
  const words = [exercise.canonical_answer, ...exercise.accepted_answers];
  const accepted = words.map((one): Accepted => ({ words: one, plain: normalizeAnswer(one) }));
  acceptedByExercise.set(exercise, accepted);
  return accepted;
}

const DIGIT = /[0-9\u0660-\u0669\u06f0-\u06f9\u0966-\u096f]/u;

/** A word that the question or its explanation names is another word, not a slip: "afferent or efferent?" */
function namesAnotherWord({ prompt, explanation }: ShortAnswerExercise, meant: string, given: string): boolean {
  const named = new Set(normalizeAnswer(`${prompt} ${explanation ?? ''}`).split(BETWEEN_WORDS));
  const meantWords = meant.split(' ');
  return given.split(' ').some((word, index) => word !== meantWords[index] && named.has(word));
}

const BETWEEN_WORDS = /[\s.,;:!?¿¡"'“”«»()…/–—]+/u;

/**
 * Forgives case, Latin accents and ligatures, surrounding and doubled white space, and sentence punctuation at the ends; a minus sign
 * stays.
 */
function normalizeAnswer(text: string): string {
  const plain = text
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/gu, '')
    .toLowerCase()
    .replace(/[\u2018\u2019]/gu, "'")
    .replace(/[ßæœøłđı]/gu, (letter) => PLAIN_LETTERS[letter] ?? letter)
    .replace(/\s+/gu, ' ');
  return trimmed(plain).normalize('NFC');
}

/** What Unicode does not take apart, and keyboards of other languages do not have. */
const PLAIN_LETTERS: Readonly<Record<string, string>> = { ß: 'ss', æ: 'ae', œ: 'oe', ø: 'o', ł: 'l', đ: 'd', ı: 'i' };

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
