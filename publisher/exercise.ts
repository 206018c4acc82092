import { LIMITS } from '@haversack/contract';
import type { FaultList, Place } from './faults.ts';
import { readFields, type Fields, type YamlSource } from './yaml-fields.ts';

type Sourced<T> = { value: T; place: Place };
export type OptionSource = { key: string; text: string; why: string; isCorrect: boolean; place: Place };
type ExerciseHead = {
  key: string;
  place: Place;
  objective: Sourced<string> | null;
  prompt: Sourced<string>;
  explanation: string;
};
export type ExerciseSource = ExerciseHead &
  (
    | { type: 'multiple_choice'; options: OptionSource[] }
    | { type: 'short_answer'; answer: Sourced<string>; accepted: Sourced<string>[] }
  );

/** Keys stand in ids for ever: small letters, digits and single hyphens. */
const KEY = /^[a-z0-9]+(-[a-z0-9]+)*$/u;

/** Reads a `key` field and says when it is not one. */
export function readKey(fields: Fields): string {
  const key = fields.text('key', LIMITS.titleMaxChars);
  if (key !== '' && !KEY.test(key)) fields.fault('key', `key "${key}" may hold small letters, digits and hyphens only`);
  return key;
}

/** Reads the YAML of one `exercise` block. */
export function readExercise(source: YamlSource, faults: FaultList): ExerciseSource | null {
  const fields = readFields(source, faults);
  if (!fields) return null;
  const type = fields.oneOf('type', ['multiple_choice', 'short_answer']);
  const head: ExerciseHead = {
    key: readKey(fields),
    place: fields.place(),
    objective: fields.has('objective') ? sourced(fields, 'objective', LIMITS.titleMaxChars) : null,
    prompt: sourced(fields, 'prompt', LIMITS.promptMaxChars),
    explanation: fields.text('explanation', LIMITS.promptMaxChars),
  };
  if (type === null) return null;
  const exercise: ExerciseSource =
    type === 'multiple_choice' ? { ...head, type, options: readOptions(fields) } : { ...head, type, ...readAnswers(fields) };
  fields.end();
  return exercise;
}

function sourced(fields: Fields, name: string, maxChars: number): Sourced<string> {
  return { value: fields.text(name, maxChars), place: fields.place(name) };
}

function readAnswers(fields: Fields): { answer: Sourced<string>; accepted: Sourced<string>[] } {
  const accepted = fields.has('accepted') ? fields.texts('accepted', LIMITS.optionTextMaxChars) : [];
  if (accepted.length > LIMITS.acceptedAnswersMax)
    fields.fault('accepted', `at most ${LIMITS.acceptedAnswersMax} accepted answers`);
  return {
    answer: sourced(fields, 'answer', LIMITS.optionTextMaxChars),
    accepted: accepted.map(({ text, place }) => ({ value: text, place })),
  };
}

function readOptions(fields: Fields): OptionSource[] {
  const options = fields.maps('options').map(readOption);
  if (fields.has('options') && (options.length < 2 || options.length > LIMITS.optionsPerExerciseMax)) {
    fields.fault('options', `2 to ${LIMITS.optionsPerExerciseMax} options are needed, here are ${options.length}`);
  }
  const correct = options.filter(({ isCorrect }) => isCorrect);
  if (options.length > 0 && correct.length !== 1) {
    fields.fault('options', `exactly one option must be "correct: true"; here are ${correct.length}`);
  }
  nameRepeated(fields, options);
  return options;
}

function readOption(fields: Fields, index: number): OptionSource {
  const isCorrect = fields.has('correct') && fields.flag('correct');
  const text = fields.text('text', LIMITS.optionTextMaxChars);
  const isWhyNeeded = !isCorrect && !fields.has('why');
  if (isWhyNeeded) fields.fault(undefined, `the wrong option "${text}" needs a "why"`);
  const option = {
    key: fields.has('key') ? readKey(fields) : String(index + 1),
    text,
    why: isWhyNeeded ? '' : (fields.optionalText('why', LIMITS.optionTextMaxChars) ?? ''),
    isCorrect,
    place: fields.place(),
  };
  fields.end();
  return option;
}

function nameRepeated(fields: Fields, options: OptionSource[]): void {
  for (const [index, option] of options.entries()) {
    const earlier = options.slice(0, index);
    if (earlier.some(({ key }) => key === option.key)) fields.fault('options', `two options have the key "${option.key}"`);
    if (option.text !== '' && earlier.some(({ text }) => text === option.text)) {
      fields.fault('options', `two options say "${option.text}"`);
    }
  }
}
