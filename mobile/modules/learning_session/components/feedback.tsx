import { markAnswer, type Exercise } from '@haversack/contract';
import { useEffect } from 'react';
import { AccessibilityInfo, Platform, StyleSheet, View } from 'react-native';
import { Icon, Text, radius, space, useI18n, usePalette, type I18n } from '../../ui_system/public.ts';
import type { GivenAnswer, MarkedAnswer } from '../models.ts';

/**
 * What the device makes of an answer, from the stored row. The region stands there, empty, before there is an answer: a screen reader
 * says what comes into a live region, not what comes with one. iOS knows no live regions and is told.
 */
export function Feedback({ exercise, given }: { exercise: Exercise; given: MarkedAnswer | GivenAnswer | null }) {
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
  /** Whose mark it is, where device and server do not agree. */
  marker: string | null;
}

export function feedbackWords(i18n: I18n, exercise: Exercise, given: MarkedAnswer | GivenAnswer): FeedbackWords {
  const verdict = verdictWords(i18n, exercise, given);
  const explanation = exercise.explanation ?? null;
  const marker =
    'isMarkedOtherwise' in given && given.isMarkedOtherwise
      ? i18n.t('The server marked this otherwise than this device. The server’s mark counts.')
      : null;
  if (exercise.type === 'short_answer')
    return { verdict, reason: null, explanation, modelAnswer: exercise.canonical_answer, marker };
  const optionById = new Map(exercise.options.map((option) => [option.id, option]));
  const chosen = 'option_id' in given.answer ? optionById.get(given.answer.option_id) : undefined;
  const modelAnswer = given.isCorrect ? null : (optionById.get(exercise.correct_option_id)?.text ?? null);
  return { verdict, reason: chosen?.feedback || null, explanation, modelAnswer, marker };
}

function verdictWords(i18n: I18n, exercise: Exercise, given: MarkedAnswer): string {
  if (!given.isCorrect) return i18n.t('That is wrong.');
  const { slipOf } = markAnswer(exercise, given.answer);
  return slipOf === null
    ? i18n.t('That is right.')
    : i18n.t('Right, but mind the spelling: {answer}', { answer: i18n.content(slipOf) });
}

function FeedbackBox({ words, isCorrect }: { words: FeedbackWords; isCorrect: boolean }) {
  const palette = usePalette();
  const tone = isCorrect ? 'success' : 'danger';
  return (
    <View style={[styles.box, { backgroundColor: isCorrect ? palette.successSoft : palette.dangerSoft }]}>
      <View style={styles.verdict}>
        <Icon name={isCorrect ? 'right' : 'wrong'} tone={tone} />
        <Text variant="label" tone={tone} style={styles.verdictText}>
          {words.verdict}
        </Text>
      </View>
      {words.reason === null ? null : <Text dir="auto">{words.reason}</Text>}
      {words.explanation === null || words.explanation === words.reason ? null : <Text dir="auto">{words.explanation}</Text>}
      {words.modelAnswer === null ? null : <ModelAnswer text={words.modelAnswer} />}
      {words.marker === null ? null : (
        <Text variant="small" tone="muted">
          {words.marker}
        </Text>
      )}
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
    words === null
      ? null
      : [words.verdict, words.reason, words.explanation, words.modelAnswer, words.marker].filter(Boolean).join(' ');
  useEffect(() => {
    if (spoken !== null && Platform.OS === 'ios') AccessibilityInfo.announceForAccessibility(spoken);
  }, [spoken]);
}

const styles = StyleSheet.create({
  box: { borderRadius: radius.m, padding: space.l, gap: space.m },
  verdict: { flexDirection: 'row', alignItems: 'center', gap: space.s },
  verdictText: { flexShrink: 1 },
});
