import { StyleSheet } from 'react-native';
import { Card, Heading, ProgressBar, Text, space, useI18n, type I18n } from '../../ui_system/public.ts';

interface ScoreCardProps {
  /** Of the lesson. */
  title: string;
  correctCount: number;
  /** 0: the lesson only wanted to be read. */
  exerciseCount: number;
}

export function ScoreCard({ title, correctCount, exerciseCount }: ScoreCardProps) {
  const i18n = useI18n();
  const score = i18n.t('{correct} of {count} right', { correct: i18n.number(correctCount), count: i18n.number(exerciseCount) });
  const share = exerciseCount === 0 ? 1 : correctCount / exerciseCount;
  return (
    <Card style={styles.card}>
      <Text variant="label" tone="muted" align="center" dir="auto">
        {title}
      </Text>
      <Heading level={2} variant="display" align="center">
        {exerciseCount === 0 ? i18n.t('Lesson finished') : score}
      </Heading>
      {exerciseCount === 0 ? null : <ProgressBar label={i18n.t('Score')} value={share} tone="success" valueText={score} />}
      <Text align="center">{praise(i18n, share)}</Text>
    </Card>
  );
}

function praise(i18n: I18n, share: number): string {
  if (share === 1) return i18n.t('Well done. Nothing to look at again.');
  if (share >= 0.6) return i18n.t('Good work. A little is worth another look.');
  return i18n.t('Look at these again now, and they stay longer. You can do the lesson again whenever you like.');
}

const styles = StyleSheet.create({ card: { gap: space.m, padding: space.xl } });
