import { useI18n, type I18n } from '../../ui_system/public.ts';
import type { LessonContent } from '../../content/public.ts';
import type { LessonSession } from '../models.ts';
import { DeliveryLine } from './delivery-line.tsx';
import { ExerciseFrame } from './exercise-frame.tsx';
import type { PlayerStep } from './lesson-player-state.ts';
import type { Scroller } from './reveal.ts';
import { useAnswering, useDraft } from './use-answering.ts';

interface ExerciseCardProps {
  step: PlayerStep;
  count: number;
  lesson: LessonContent;
  session: LessonSession;
  scroller: Scroller;
  takesFocus: boolean;
  onContinue(): void;
  onFinish(): void;
  finishFault: string | null;
}

/** An exercise whose answer is written and counts, and how far that answer has come (rule OB-1). */
export function ExerciseCard(props: ExerciseCardProps) {
  const { step, count, lesson, session, scroller, takesFocus, onContinue, onFinish, finishFault } = props;
  const { exercise, given, next } = step;
  const i18n = useI18n();
  const draft = useDraft(exercise);
  const answering = useAnswering(lesson, session, exercise, draft.answer);
  return (
    <ExerciseFrame
      exercise={exercise}
      number={step.index + 1}
      count={count}
      given={given}
      draft={draft}
      scroller={scroller}
      takesFocus={takesFocus}
      label={buttonWords(i18n, next)}
      isBusy={answering.isSlow}
      onPress={{ check: answering.check, continue: onContinue, finish: onFinish }[next]}
      fault={given === null ? answering.fault : finishFault}
    >
      {given === null ? null : <DeliveryLine delivery={given.delivery} />}
    </ExerciseFrame>
  );
}

function buttonWords(i18n: I18n, next: PlayerStep['next']): string {
  switch (next) {
    case 'check':
      return i18n.t('Check answer');
    case 'continue':
      return i18n.t('Continue');
    case 'finish':
      return i18n.t('Finish lesson');
  }
}
