import type { Exercise } from '@haversack/contract';
import { useState } from 'react';
import { Button, Card, Heading, Text, useI18n } from '../../ui_system/public.ts';
import type { LessonContent } from '../../content/public.ts';
import type { MarkedAnswer } from '../models.ts';
import { usePractise } from '../queries.ts';
import { ExerciseFrame } from './exercise-frame.tsx';
import { reveal, type Scroller } from './reveal.ts';
import { emptyWords, useDraft } from './use-answering.ts';

interface PracticeRunProps {
  lesson: LessonContent;
  exercises: readonly Exercise[];
  scroller: Scroller;
  onDone(): void;
}

/** These exercises until each was right once: what goes wrong comes again at the end of the line. Nothing of it is written or counts. */
export function PracticeRun({ lesson, exercises, scroller, onDone }: PracticeRunProps) {
  const i18n = useI18n();
  const [line, setLine] = useState(exercises);
  const [turn, setTurn] = useState(0);
  const [exercise] = line;
  if (exercise === undefined) {
    return (
      <Card>
        <Heading level={2}>{i18n.t('All right now')}</Heading>
        <Text>{i18n.t('This was practice. Your result stays as it was.')}</Text>
        <Button label={i18n.t('Back to results')} onPress={onDone} />
      </Card>
    );
  }
  const goOn = (wasRight: boolean) => {
    setLine(wasRight ? line.slice(1) : [...line.slice(1), exercise]);
    setTurn(turn + 1);
    void reveal(scroller.content.current, scroller, 'start');
  };
  return (
    <PracticeCard
      key={turn}
      lesson={lesson}
      exercise={exercise}
      number={exercises.length - line.length + 1}
      count={exercises.length}
      scroller={scroller}
      takesFocus={turn > 0}
      onContinue={goOn}
    />
  );
}

function PracticeCard(props: {
  lesson: LessonContent;
  exercise: Exercise;
  number: number;
  count: number;
  scroller: Scroller;
  takesFocus: boolean;
  onContinue(wasRight: boolean): void;
}) {
  const { lesson, exercise, onContinue, ...frame } = props;
  const i18n = useI18n();
  const practise = usePractise(lesson);
  const draft = useDraft(exercise);
  const [given, setGiven] = useState<MarkedAnswer | null>(null);
  const [wasEmpty, setWasEmpty] = useState(false);
  const check = () => {
    setWasEmpty(draft.answer === null);
    if (draft.answer !== null) setGiven(practise(exercise.id, draft.answer));
  };
  return (
    <ExerciseFrame
      {...frame}
      exercise={exercise}
      given={given}
      draft={draft}
      label={given === null ? i18n.t('Check answer') : i18n.t('Continue')}
      onPress={given === null ? check : () => onContinue(given.isCorrect)}
      fault={wasEmpty && draft.answer === null ? emptyWords(i18n, exercise.type) : null}
    />
  );
}
