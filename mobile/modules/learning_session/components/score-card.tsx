import { StyleSheet } from 'react-native';
import { Card, Heading, ProgressBar, Text, space } from '../../ui_system/public.ts';

interface ScoreCardProps {
  /** Of the lesson. */
  title: string;
  correctCount: number;
  /** 0: the lesson only wanted to be read. */
  exerciseCount: number;
}

export function ScoreCard({ title, correctCount, exerciseCount }: ScoreCardProps) {
  const share = exerciseCount === 0 ? 1 : correctCount / exerciseCount;
  return (
    <Card style={styles.card}>
      <Text variant="label" tone="muted" align="center">
        {title}
      </Text>
      <Heading level={2} variant="display" align="center">
        {exerciseCount === 0 ? 'Lesson finished' : `${correctCount} of ${exerciseCount} right`}
      </Heading>
      {exerciseCount === 0 ? null : (
        <ProgressBar label="Score" value={share} tone="success" valueText={`${correctCount} of ${exerciseCount} right`} />
      )}
      <Text align="center">{praise(share)}</Text>
    </Card>
  );
}

function praise(share: number): string {
  if (share === 1) return 'Well done. Nothing to look at again.';
  if (share >= 0.6) return 'Good work. A little is worth another look.';
  return 'Look at these again now, and they stay longer. You can do the lesson again whenever you like.';
}

const styles = StyleSheet.create({ card: { gap: space.m, padding: space.xl } });
