import { LIMITS, type Answer, type Exercise } from '@haversack/contract';
import { NotificationFeedbackType, notificationAsync } from 'expo-haptics';
import { useEffect, useRef, useState } from 'react';
import { Platform, StyleSheet, View } from 'react-native';
import { Button, Card, Heading, RadioGroup, Text, TextField, space, type RadioOption } from '../../ui_system/public.ts';
import type { LessonContent } from '../../content/public.ts';
import type { GivenAnswer, LessonSession } from '../models.ts';
import { useRecordAnswer } from '../queries.ts';
import { writeFaultWords } from './asset-words.ts';
import { FaultNote } from './fault-note.tsx';
import { Feedback } from './feedback.tsx';
import type { PlayerStep } from './lesson-player-state.ts';
import { reveal, type Scroller } from './reveal.ts';

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

/** A write that takes longer than this shows that it is under way; sooner, the change would only flicker. */
const BUSY_AFTER_MS = 300;

export function ExerciseCard(props: ExerciseCardProps) {
  const { step, count, lesson, session, scroller, takesFocus, onContinue, onFinish, finishFault } = props;
  const { exercise, given, next } = step;
  const head = useFocusOnMount(takesFocus);
  const draft = useDraft(exercise);
  const record = useAnswering(lesson, session, exercise, draft.answer);
  const foot = useOnFeedback(given, scroller);
  const press = { check: record.check, continue: onContinue, finish: onFinish }[next];
  return (
    <Card style={styles.card}>
      <View ref={head} tabIndex={-1} style={[styles.head, NO_RING]}>
        <Text variant="smallStrong" tone="accent">
          {`Exercise ${step.index + 1} of ${count}`}
        </Text>
        <Heading level={2}>{exercise.prompt}</Heading>
      </View>
      {exercise.type === 'multiple_choice' ? (
        <RadioGroup
          label={exercise.prompt}
          options={exercise.options.map((option) => toRadioOption(exercise, option, given))}
          value={given === null ? draft.optionId : chosenOption(given)}
          onChange={draft.choose}
          isDisabled={given !== null}
        />
      ) : (
        <TextField
          label="Your answer"
          value={given === null ? draft.text : writtenText(given)}
          onChangeText={draft.write}
          isDisabled={given !== null}
          onSubmit={press}
        />
      )}
      <View ref={foot} style={styles.foot}>
        <Feedback exercise={exercise} given={given} />
        <FaultNote words={given === null ? record.fault : finishFault} />
        <Button label={BUTTON_WORDS[next]} onPress={press} isBusy={record.isSlow} isWide />
      </View>
    </Card>
  );
}

const BUTTON_WORDS = { check: 'Check answer', continue: 'Continue', finish: 'Finish lesson' } as const;

/** What is chosen or written and not yet checked. */
function useDraft(exercise: Exercise) {
  const [optionId, choose] = useState<string | null>(null);
  const [text, write] = useState('');
  const written = text.trim().slice(0, LIMITS.answerTextMaxChars);
  const answer: Answer | null =
    exercise.type === 'multiple_choice'
      ? optionId === null
        ? null
        : { option_id: optionId }
      : written === ''
        ? null
        : { text: written };
  return { optionId, text, answer, choose, write };
}

/** Writes the answer once; while that is under way, or after it, pressing again does nothing. */
function useAnswering(lesson: LessonContent, session: LessonSession, exercise: Exercise, answer: Answer | null) {
  const { mutate, isPending, isError, error } = useRecordAnswer(session, lesson);
  const [shownAt] = useState(() => performance.now());
  const [isAnswerMissing, setIsAnswerMissing] = useState(false);
  const isSlow = useIsLong(isPending);
  const check = () => {
    setIsAnswerMissing(answer === null);
    if (answer === null || isPending) return;
    mutate({ exerciseId: exercise.id, answer, timeSpentMs: Math.round(performance.now() - shownAt) });
  };
  return { check, isSlow, fault: faultWords() };

  function faultWords(): string | null {
    if (isAnswerMissing && answer === null) {
      return exercise.type === 'multiple_choice' ? 'Choose an answer first.' : 'Write an answer first.';
    }
    return isError ? writeFaultWords('Your answer could not be saved', error) : null;
  }
}

function useIsLong(isPending: boolean): boolean {
  const [isLong, setIsLong] = useState(false);
  useEffect(() => {
    if (!isPending) return undefined;
    const timer = setTimeout(() => setIsLong(true), BUSY_AFTER_MS);
    return () => {
      clearTimeout(timer);
      setIsLong(false);
    };
  }, [isPending]);
  return isLong;
}

function useFocusOnMount(takesFocus: boolean) {
  const element = useRef<View>(null);
  useEffect(() => {
    if (takesFocus) focusInBrowser(element.current);
  }, [takesFocus]);
  return element;
}

/**
 * When the answer is stored: brings feedback and **Continue** before the reader, and lets a phone be felt. Enter in the text field
 * takes the focus out of it; then the button gets it, so that Enter again goes on.
 */
function useOnFeedback(given: GivenAnswer | null, scroller: Scroller) {
  const foot = useRef<View>(null);
  const [hadFeedback] = useState(given !== null);
  const isCorrect = given?.isCorrect ?? null;
  useEffect(() => {
    if (isCorrect === null || hadFeedback) return;
    void reveal(foot.current, scroller, 'whole');
    void feel(isCorrect);
    if (Platform.OS !== 'web' || document.activeElement !== document.body) return;
    focusInBrowser((foot.current as unknown as HTMLElement | null)?.querySelector('button') ?? null);
  }, [isCorrect, hadFeedback, scroller]);
  return foot;
}

/** Besides the words, never instead of them; a phone without the motor is no fault. */
async function feel(isCorrect: boolean): Promise<void> {
  if (Platform.OS === 'web') return;
  try {
    await notificationAsync(isCorrect ? NotificationFeedbackType.Success : NotificationFeedbackType.Error);
  } catch {
    return;
  }
}

/** The scroller moves on its own terms (`reveal`). */
function focusInBrowser(element: View | HTMLElement | null): void {
  if (Platform.OS === 'web') (element as HTMLElement | null)?.focus({ preventScroll: true });
}

type Choice = Extract<Exercise, { type: 'multiple_choice' }>;

function toRadioOption(exercise: Choice, option: Choice['options'][number], given: GivenAnswer | null): RadioOption<string> {
  const base = { value: option.id, label: option.text };
  if (given === null) return base;
  if (option.id === exercise.correct_option_id) return { ...base, verdict: 'right' };
  return option.id === chosenOption(given) ? { ...base, verdict: 'wrong' } : base;
}

function chosenOption({ answer }: GivenAnswer): string | null {
  return 'option_id' in answer ? answer.option_id : null;
}

function writtenText({ answer }: GivenAnswer): string {
  return 'text' in answer ? answer.text : '';
}

/** The question takes focus to be read, not to be acted on. Not in the style sheet, whose classes the global ring would override. */
const NO_RING = { outlineWidth: 0 };

const styles = StyleSheet.create({
  card: { gap: space.l },
  head: { gap: space.xs },
  foot: { gap: space.m },
});
