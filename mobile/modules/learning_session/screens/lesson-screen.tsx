import { useRef } from 'react';
import { StyleSheet, View, type ScrollView } from 'react-native';
import { Button, EmptyState, Screen, Skeleton, SkeletonGroup, space } from '../../ui_system/public.ts';
import type { LessonContent } from '../../content/public.ts';
import { writeFaultWords } from '../components/asset-words.ts';
import { AudioBar } from '../components/audio-bar.tsx';
import { ExercisePanel } from '../components/exercise-panel.tsx';
import { LessonAbsent } from '../components/lesson-absent.tsx';
import { Markdown } from '../components/markdown.tsx';
import { useLesson, useLessonSession } from '../queries.ts';

export interface LessonScreenProps {
  unitId: string;
  lessonId: string;
  onFinish(): void;
  onBackToUnit(): void;
}

/** Text and pictures, then the exercises one at a time, with the recording in reach; all of it from this device (rule UI-3). */
export function LessonScreen({ unitId, lessonId, onFinish, onBackToUnit }: LessonScreenProps) {
  const query = useLesson(unitId, lessonId);
  if (query.data?.kind === 'lesson') {
    return <LoadedLesson lesson={query.data.lesson} onFinish={onFinish} onBackToUnit={onBackToUnit} />;
  }
  return (
    <Screen title="Lesson" onBack={onBackToUnit}>
      {query.isPending ? (
        <LessonSkeleton />
      ) : (
        <LessonAbsent
          kind={query.data?.kind ?? 'error'}
          isRetrying={query.isFetching}
          onRetry={() => void query.refetch()}
          onBackToUnit={onBackToUnit}
        />
      )}
    </Screen>
  );
}

function LoadedLesson({ lesson, onFinish, onBackToUnit }: { lesson: LessonContent; onFinish(): void; onBackToUnit(): void }) {
  const scroll = useRef<ScrollView>(null);
  const { session, isError, error, refetch } = useLessonSession(lesson);
  const hasScrolled = useRef(false);
  /** Who comes back in the middle of the exercises is put there; who comes to read begins at the top. */
  const scrollToExercises = (y: number) => {
    if (hasScrolled.current || session === null) return;
    hasScrolled.current = true;
    if (session.answers.length > 0) scroll.current?.scrollTo({ y: y - space.l, animated: false });
  };
  return (
    <Screen
      title={lesson.title}
      onBack={onBackToUnit}
      scrollRef={scroll}
      {...(lesson.audioAssetId !== null && {
        footer: <AudioBar assetId={lesson.audioAssetId} title={lesson.title} transcript={lesson.transcript} />,
      })}
    >
      <Markdown text={lesson.bodyMarkdown} />
      {session !== null ? (
        <View style={styles.exercises} onLayout={(event) => scrollToExercises(event.nativeEvent.layout.y)}>
          <ExercisePanel key={session.sessionId} lesson={lesson} session={session} onFinish={onFinish} />
        </View>
      ) : isError ? (
        <EmptyState
          icon="alert"
          title="The exercises could not be opened"
          text={writeFaultWords('This lesson could not be started', error)}
        >
          <Button label="Try again" onPress={() => void refetch()} />
        </EmptyState>
      ) : (
        <Skeleton height={240} />
      )}
    </Screen>
  );
}

function LessonSkeleton() {
  return (
    <SkeletonGroup>
      <Skeleton height={28} width="70%" />
      <Skeleton height={120} />
      <Skeleton height={220} />
      <Skeleton height={120} />
    </SkeletonGroup>
  );
}

const styles = StyleSheet.create({ exercises: { marginTop: space.xl } });
