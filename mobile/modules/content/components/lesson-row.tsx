import { StyleSheet, View } from 'react-native';
import { Badge, Button, Card, formatCount, formatDuration, formatNumber, Heading, space, Text } from '../../ui_system/public.ts';
import type { LessonListItem } from '../models.ts';
import type { LessonProgressView } from './view-models.ts';

/** One lesson of a unit: what it is, how far the learner is in it, and the way in. */
export function LessonRow(props: {
  lesson: LessonListItem;
  place: number;
  progress: LessonProgressView | undefined;
  onOpen(): void;
}) {
  const { lesson, place, progress, onOpen } = props;
  const isBegun = progress?.status === 'in_progress';
  const verb = isBegun ? 'Continue lesson' : 'Start lesson';
  return (
    <Card style={styles.row}>
      <View style={styles.words}>
        <Text variant="smallStrong" tone="muted">
          {lesson.type === 'intro' ? 'Introduction' : `Lesson ${formatNumber(place)}`}
        </Text>
        <Heading level={3} variant="heading">
          {lesson.title}
        </Heading>
        <View style={styles.facts}>
          {progress === undefined ? null : <LessonProgressBadge progress={progress} />}
          <Text variant="small" tone="muted">
            {lessonFacts(lesson)}
          </Text>
        </View>
      </View>
      <Button
        label={verb}
        name={`${verb}: ${lesson.title}`}
        kind={progress?.status === 'completed' ? 'secondary' : 'primary'}
        onPress={onOpen}
      />
    </Card>
  );
}

function LessonProgressBadge({ progress }: { progress: LessonProgressView }) {
  if (progress.status === 'in_progress') return <Badge label="Begun" tone="accent" />;
  if (progress.status === 'not_started') return null;
  const score = progress.bestScore === null ? '' : ` · best ${formatNumber(Math.round(progress.bestScore * 100))}%`;
  return <Badge label={`Done${score}`} tone="success" icon="check" />;
}

function lessonFacts({ durationSeconds, exerciseCount }: LessonListItem): string {
  return [
    durationSeconds === null ? null : formatDuration(durationSeconds),
    exerciseCount === null || exerciseCount === 0 ? null : formatCount(exerciseCount, 'exercise', 'exercises'),
  ]
    .filter((fact) => fact !== null)
    .join(' · ');
}

const styles = StyleSheet.create({
  row: { flexDirection: 'row', flexWrap: 'wrap', alignItems: 'center' },
  facts: { flexDirection: 'row', flexWrap: 'wrap', alignItems: 'center', gap: space.s },
  words: { flex: 1, minWidth: 220, gap: space.xs },
});
