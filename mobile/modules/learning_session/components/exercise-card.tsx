import { StyleSheet, View } from 'react-native';
import { Button, Card, Heading, Text, space, useI18n, type I18n } from '../../ui_system/public.ts';
import type { LessonContent } from '../../content/public.ts';
import type { LessonSession } from '../models.ts';
import { AnswerInput } from './answer-input.tsx';
import { FaultNote } from './fault-note.tsx';
import { Feedback } from './feedback.tsx';
import type { PlayerStep } from './lesson-player-state.ts';
import type { Scroller } from './reveal.ts';
import { useAnswering, useDraft } from './use-answering.ts';
import { useFocusOnMount, useOnFeedback } from './use-exercise-focus.ts';

interface ExerciseCardProps {
  step: PlayerStep;
  count: number;
  lesson: LessonContent;
  session: LessonSession;
  scroller: Scroller;
  /** It came because the learner moved on: keyboard and screen reader go with them. */
  takesFocus: boolean;
  onContinue(): void;
  onFinish(): void;
  finishFault: string | null;
}

/** One exercise: question, answer, feedback, and the one button that leads on. */
export function ExerciseCard(props: ExerciseCardProps) {
  const { step, count, lesson, session, scroller, takesFocus, onContinue, onFinish, finishFault } = props;
  const { exercise, given, next } = step;
  const i18n = useI18n();
  const head = useFocusOnMount(takesFocus);
  const foot = useOnFeedback(given, scroller);
  const draft = useDraft(exercise);
  const answering = useAnswering(lesson, session, exercise, draft.answer);
  const press = { check: answering.check, continue: onContinue, finish: onFinish }[next];
  return (
    <Card style={styles.card}>
      <View ref={head} tabIndex={-1} style={[styles.head, NO_RING]}>
        <Text variant="smallStrong" tone="accent">
          {i18n.t('Exercise {number} of {count}', { number: i18n.number(step.index + 1), count: i18n.number(count) })}
        </Text>
        <Heading level={2} dir="auto">
          {exercise.prompt}
        </Heading>
      </View>
      <AnswerInput exercise={exercise} given={given} draft={draft} onSubmit={press} />
      <View ref={foot} style={styles.foot}>
        <Feedback exercise={exercise} given={given} />
        <FaultNote words={given === null ? answering.fault : finishFault} />
        <Button label={buttonWords(i18n, next)} onPress={press} isBusy={answering.isSlow} isWide />
      </View>
    </Card>
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

/** The question takes focus to be read, not to be acted on. Not in the style sheet, whose classes the global ring would override. */
const NO_RING = { outlineWidth: 0 };

const styles = StyleSheet.create({
  card: { gap: space.l },
  head: { gap: space.xs },
  foot: { gap: space.m },
});
