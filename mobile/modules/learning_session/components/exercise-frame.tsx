import type { Exercise } from '@haversack/contract';
import type { ReactNode } from 'react';
import { StyleSheet, View } from 'react-native';
import { Button, Card, Heading, Text, space, useI18n } from '../../ui_system/public.ts';
import type { GivenAnswer, MarkedAnswer } from '../models.ts';
import { AnswerInput } from './answer-input.tsx';
import { FaultNote } from './fault-note.tsx';
import { Feedback } from './feedback.tsx';
import type { Scroller } from './reveal.ts';
import type { Draft } from './use-answering.ts';
import { useFocusOnMount, useOnFeedback } from './use-exercise-focus.ts';

interface ExerciseFrameProps {
  exercise: Exercise;
  /** From 1. */
  number: number;
  count: number;
  given: MarkedAnswer | GivenAnswer | null;
  draft: Draft;
  scroller: Scroller;
  /** It came because the learner moved on: keyboard and screen reader go with them. */
  takesFocus: boolean;
  /** Of the one button that leads on. */
  label: string;
  isBusy?: boolean;
  onPress(): void;
  fault: string | null;
  /** Under the feedback. */
  children?: ReactNode;
}

/** One exercise: question, answer, feedback, and the one button that leads on. */
export function ExerciseFrame(props: ExerciseFrameProps) {
  const { exercise, number, count, given, draft, scroller, takesFocus, label, isBusy = false, onPress, fault, children } = props;
  const i18n = useI18n();
  const head = useFocusOnMount(takesFocus);
  const foot = useOnFeedback(given, scroller);
  return (
    <Card style={styles.card}>
      <View ref={head} tabIndex={-1} style={[styles.head, NO_RING]}>
        <Text variant="smallStrong" tone="accent">
          {i18n.t('Exercise {number} of {count}', { number: i18n.number(number), count: i18n.number(count) })}
        </Text>
        <Heading level={2} dir="auto">
          {exercise.prompt}
        </Heading>
      </View>
      <AnswerInput exercise={exercise} given={given} draft={draft} onSubmit={onPress} />
      <View ref={foot} style={styles.foot}>
        <Feedback exercise={exercise} given={given} />
        {children}
        <FaultNote words={fault} />
        <Button label={label} onPress={onPress} isBusy={isBusy} isWide />
      </View>
    </Card>
  );
}

/** The question takes focus to be read, not to be acted on. Not in the style sheet, whose classes the global ring would override. */
const NO_RING = { outlineWidth: 0 };

const styles = StyleSheet.create({
  card: { gap: space.l },
  head: { gap: space.xs },
  foot: { gap: space.m },
});
