import type { Exercise } from '@haversack/contract';
import { RadioGroup, TextField, useI18n, type RadioOption } from '../../ui_system/public.ts';
import type { MarkedAnswer } from '../models.ts';
import type { Draft } from './use-answering.ts';

interface AnswerInputProps {
  exercise: Exercise;
  /** Once there is one it is shown and can no longer be changed. */
  given: MarkedAnswer | null;
  draft: Draft;
  onSubmit(): void;
}

/** Where a learner answers: a choice of options, or a line of text. */
export function AnswerInput({ exercise, given, draft, onSubmit }: AnswerInputProps) {
  const i18n = useI18n();
  if (exercise.type === 'short_answer') {
    return (
      <TextField
        label={i18n.t('Your answer')}
        value={given === null ? draft.text : writtenText(given)}
        onChangeText={draft.write}
        isDisabled={given !== null}
        onSubmit={onSubmit}
      />
    );
  }
  return (
    <RadioGroup
      isContent
      label={exercise.prompt}
      options={exercise.options.map((option) => toRadioOption(exercise, option, given))}
      value={given === null ? draft.optionId : chosenOption(given)}
      onChange={draft.choose}
      isDisabled={given !== null}
    />
  );
}

type Choice = Extract<Exercise, { type: 'multiple_choice' }>;

function toRadioOption(exercise: Choice, option: Choice['options'][number], given: MarkedAnswer | null): RadioOption<string> {
  const base = { value: option.id, label: option.text };
  if (given === null) return base;
  if (option.id === exercise.correct_option_id) return { ...base, verdict: 'right' };
  return option.id === chosenOption(given) ? { ...base, verdict: 'wrong' } : base;
}

function chosenOption({ answer }: MarkedAnswer): string | null {
  return 'option_id' in answer ? answer.option_id : null;
}

function writtenText({ answer }: MarkedAnswer): string {
  return 'text' in answer ? answer.text : '';
}
