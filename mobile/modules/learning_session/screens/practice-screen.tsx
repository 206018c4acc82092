import { useMemo, useRef } from 'react';
import { StyleSheet, View, type ScrollView } from 'react-native';
import { Banner, Button, EmptyState, Screen, Skeleton, space, useI18n } from '../../ui_system/public.ts';
import { LessonAbsent } from '../components/lesson-absent.tsx';
import { PracticeRun } from '../components/practice-run.tsx';
import { useLesson, useLessonResults } from '../queries.ts';

export interface PracticeScreenProps {
  unitId: string;
  lessonId: string;
  onBackToResults(): void;
  onBackToUnit(): void;
}

/** What went wrong in the newest finished walk through a lesson, once more, for oneself alone. */
export function PracticeScreen({ unitId, lessonId, onBackToResults, onBackToUnit }: PracticeScreenProps) {
  const i18n = useI18n();
  const scroll = useRef<ScrollView>(null);
  const content = useRef<View>(null);
  const scroller = useMemo(() => ({ scroll, content }), []);
  const lessonQuery = useLesson(unitId, lessonId);
  const lesson = lessonQuery.data?.kind === 'lesson' ? lessonQuery.data.lesson : null;
  const results = useLessonResults(lesson).data;
  return (
    <Screen title={i18n.t('Practice')} onBack={onBackToResults} scrollRef={scroll}>
      <View ref={content} style={styles.content}>
        {renderContent()}
      </View>
    </Screen>
  );

  function renderContent() {
    if (lessonQuery.data !== undefined && lessonQuery.data.kind !== 'lesson') {
      const { kind } = lessonQuery.data;
      const retry = () => void lessonQuery.refetch();
      return <LessonAbsent kind={kind} isRetrying={lessonQuery.isFetching} onRetry={retry} onBackToUnit={onBackToUnit} />;
    }
    if (lesson === null || results === undefined) return <Skeleton height={320} />;
    const wrong = lesson.exercises.filter(({ id }) => results?.wrongExerciseIds.includes(id));
    if (wrong.length === 0) {
      return (
        <EmptyState icon="right" title={i18n.t('Nothing to practise')} text={i18n.t('Nothing went wrong in this lesson.')}>
          <Button label={i18n.t('Back to results')} onPress={onBackToResults} />
        </EmptyState>
      );
    }
    return (
      <>
        <Banner text={i18n.t('Practice: nothing here counts or is sent. Your result stays as it is.')} />
        <PracticeRun lesson={lesson} exercises={wrong} scroller={scroller} onDone={onBackToResults} />
      </>
    );
  }
}

const styles = StyleSheet.create({ content: { gap: space.l } });
