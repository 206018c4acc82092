import { StyleSheet, View } from 'react-native';
import { Badge, Button, Card, Heading, space, Text, useI18n, type I18n } from '../../ui_system/public.ts';
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
  const i18n = useI18n();
  const title = i18n.content(lesson.title);
  return (
    <Card style={styles.row}>
      <View style={styles.words}>
        <Text variant="smallStrong" tone="muted">
          {lesson.type === 'intro' ? i18n.t('Introduction') : i18n.t('Lesson {number}', { number: i18n.number(place) })}
        </Text>
        <Heading level={3} variant="heading" dir="auto">
          {lesson.title}
        </Heading>
        <View style={styles.facts}>
          {progress === undefined ? null : <LessonProgressBadge progress={progress} />}
          <Text variant="small" tone="muted">
            {lessonFacts(i18n, lesson)}
          </Text>
        </View>
      </View>
      <Button
        label={isBegun ? i18n.t('Continue lesson') : i18n.t('Start lesson')}
        name={isBegun ? i18n.t('Continue lesson: {title}', { title }) : i18n.t('Start lesson: {title}', { title })}
        kind={progress?.status === 'completed' ? 'secondary' : 'primary'}
        onPress={onOpen}
      />
    </Card>
  );
}

function LessonProgressBadge({ progress }: { progress: LessonProgressView }) {
  const i18n = useI18n();
  if (progress.status === 'in_progress') return <Badge label={i18n.t('Begun')} tone="accent" />;
  if (progress.status === 'not_started') return null;
  const words =
    progress.bestScore === null ? i18n.t('Done') : i18n.t('Done · best {percent}', { percent: i18n.percent(progress.bestScore) });
  return <Badge label={words} tone="success" icon="check" />;
}

function lessonFacts(i18n: I18n, { durationSeconds, exerciseCount }: LessonListItem): string {
  return [
    durationSeconds === null ? null : i18n.duration(durationSeconds),
    exerciseCount === null || exerciseCount === 0
      ? null
      : i18n.t('{count, plural, one {# exercise} other {# exercises}}', { count: exerciseCount }),
  ]
    .filter((fact) => fact !== null)
    .join(' · ');
}

const styles = StyleSheet.create({
  row: { flexDirection: 'row', flexWrap: 'wrap', alignItems: 'center' },
  facts: { flexDirection: 'row', flexWrap: 'wrap', alignItems: 'center', gap: space.s },
  words: { flex: 1, minWidth: 220, gap: space.xs },
});
