import { StyleSheet, View } from 'react-native';
import {
  Badge,
  Button,
  Card,
  Heading,
  Icon,
  radius,
  space,
  Text,
  useI18n,
  usePalette,
  type I18n,
} from '../../ui_system/public.ts';
import type { LessonListItem } from '../models.ts';
import type { LessonProgressView } from './view-models.ts';

/** One lesson of a unit: what it is, how far the learner is in it, and the way in. `isNext`: where to go on. */
export function LessonRow(props: {
  lesson: LessonListItem;
  place: number;
  isNext: boolean;
  progress: LessonProgressView | undefined;
  onOpen(): void;
}) {
  const { lesson, place, isNext, progress, onOpen } = props;
  const isBegun = progress?.status === 'in_progress';
  const i18n = useI18n();
  const title = i18n.content(lesson.title);
  return (
    <Card style={styles.row}>
      <View style={styles.about}>
        <Mark lesson={lesson} place={place} isDone={progress?.status === 'completed'} isNext={isNext} />
        <View style={styles.words}>
          <Heading level={3} variant="heading" dir="auto">
            {lesson.title}
          </Heading>
          <Text variant="small" tone="muted">
            {lessonFacts(i18n, lesson, place)}
          </Text>
          {progress === undefined ? null : <LessonProgressBadge progress={progress} />}
        </View>
      </View>
      <Button
        label={isBegun ? i18n.t('Continue lesson') : i18n.t('Start lesson')}
        name={isBegun ? i18n.t('Continue lesson: {title}', { title }) : i18n.t('Start lesson: {title}', { title })}
        kind={isNext ? 'primary' : 'secondary'}
        isCompact
        onPress={onOpen}
      />
    </Card>
  );
}

/** The lesson's number, or that it is done; the words beside it say both. */
function Mark(props: { lesson: LessonListItem; place: number; isDone: boolean; isNext: boolean }) {
  const { lesson, place, isDone, isNext } = props;
  const palette = usePalette();
  const i18n = useI18n();
  const fill = isDone ? palette.successSoft : isNext ? palette.accentSoft : palette.sunken;
  return (
    <View aria-hidden style={[styles.mark, { backgroundColor: fill }]}>
      {isDone ? (
        <Icon name="check" tone="success" />
      ) : lesson.type === 'intro' ? (
        <Icon name="book" size={20} tone={isNext ? 'accent' : 'muted'} />
      ) : (
        <Text variant="label" tone={isNext && palette.isDark ? 'accent' : isNext ? 'ink' : 'muted'}>
          {i18n.number(place)}
        </Text>
      )}
    </View>
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

/** "Lesson 2 · 6 min · 5 exercises". */
function lessonFacts(i18n: I18n, { type, durationSeconds, exerciseCount }: LessonListItem, place: number): string {
  return [
    type === 'intro' ? i18n.t('Introduction') : i18n.t('Lesson {number}', { number: i18n.number(place) }),
    durationSeconds === null ? null : i18n.duration(durationSeconds),
    exerciseCount === null || exerciseCount === 0
      ? null
      : i18n.t('{count, plural, one {# exercise} other {# exercises}}', { count: exerciseCount }),
  ]
    .filter((fact) => fact !== null)
    .join(' · ');
}

const MARK_SIZE = 44;

const styles = StyleSheet.create({
  row: { flexDirection: 'row', flexWrap: 'wrap', alignItems: 'center', justifyContent: 'flex-end' },
  about: { flexGrow: 1, flexShrink: 1, flexBasis: 250, flexDirection: 'row', gap: space.m },
  mark: {
    minWidth: MARK_SIZE,
    height: MARK_SIZE,
    borderRadius: radius.pill,
    paddingHorizontal: space.xs,
    alignItems: 'center',
    justifyContent: 'center',
  },
  words: { flex: 1, minWidth: 0, gap: space.xs },
});
