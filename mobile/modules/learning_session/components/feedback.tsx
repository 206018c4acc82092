import type { Exercise } from '@haversack/contract';
import { useEffect } from 'react';
import { AccessibilityInfo, Platform, StyleSheet, View } from 'react-native';
import { Icon, Text, radius, space, useI18n, usePalette, type I18n } from '../../ui_system/public.ts';
import type { GivenAnswer } from '../models.ts';

/**
 * What the device makes of an answer, from the stored row. The region stands there, empty, before there is an answer: a screen reader
 * says what comes into a live region, not what comes with one. iOS knows no live regions and is told.
 */
export function Feedback({ exercise, given }: { exercise: Exercise; given: GivenAnswer | null }) {
  const i18n = useI18n();
  const words = given === null ? null : feedbackWords(i18n, exercise, given);
  useAnnounceOnIos(words);
  return (
    <View role="status" aria-live="polite">
      {given === null || words === null ? null : <FeedbackBox words={words} isCorrect={given.isCorrect} />}
    </View>
  );
}

interface FeedbackWords {
  verdict: string;
  reason: string | null;
  explanation: string | null;
  /** Absent where the answer given is the model answer itself. */
  modelAnswer: string | null;
}

export function feedbackWords(i18n: I18n, exercise: Exercise, given: GivenAnswer): FeedbackWords {
  const verdict = given.isCorrect ? i18n.t('That is right.') : i18n.t('That is wrong.');
  const explanation = exercise.explanation ?? null;
  if (exercise.type === 'short_answer') return { verdict, reason: null, explanation, modelAnswer: exercise.canonical_answer };
  const optionById = new Map(exercise.options.map((option) => [option.id, option]));
  const chosen = 'option_id' in given.answer ? optionById.get(given.answer.option_id) : undefined;
  const modelAnswer = given.isCorrect ? null : (optionById.get(exercise.correct_option_id)?.text ?? null);
  return { verdict, reason: chosen?.feedback || null, explanation, modelAnswer };
}

function FeedbackBox({ words, isCorrect }: { words: FeedbackWords; isCorrect: boolean }) {
  const palette = usePalette();
  const tone = isCorrect ? 'success' : 'danger';
  return (
    <View style={[styles.box, { backgroundColor: isCorrect ? palette.successSoft : palette.dangerSoft }]}>
      <View style={styles.verdict}>
        <Icon name={isCorrect ? 'right' : 'wrong'} tone={tone} />
        <Text variant="label" tone={tone}>
          {words.verdict}
        </Text>
      </View>
      {words.reason === null ? null : <Text dir="auto">{words.reason}</Text>}
      {words.explanation === null || words.explanation === words.reason ? null : <Text dir="auto">{words.explanation}</Text>}
      {words.modelAnswer === null ? null : <ModelAnswer text={words.modelAnswer} />}
    </View>
  );
}

export function ModelAnswer({ text }: { text: string }) {
  const i18n = useI18n();
  return (
    <View>
      <Text variant="smallStrong" tone="muted">
        {i18n.t('Model answer')}
      </Text>
      <Text variant="label" dir="auto">
        {text}
      </Text>
    </View>
  );
}

function useAnnounceOnIos(words: FeedbackWords | null): void {
  const spoken =
    words === null ? null : [words.verdict, words.reason, words.explanation, words.modelAnswer].filter(Boolean).join(' ');
  useEffect(() => {
    if (spoken !== null && Platform.OS === 'ios') AccessibilityInfo.announceForAccessibility(spoken);
  }, [spoken]);
}

const styles = StyleSheet.create({
  box: { borderRadius: radius.m, padding: space.l, gap: space.m },
  verdict: { flexDirection: 'row', alignItems: 'center', gap: space.s },
});
