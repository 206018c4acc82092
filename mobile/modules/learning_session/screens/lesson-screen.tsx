import { useMemo, useRef } from 'react';
import { StyleSheet, View, useWindowDimensions, type ScrollView } from 'react-native';
import { Button, EmptyState, Screen, Skeleton, SkeletonGroup, space, useI18n } from '../../ui_system/public.ts';
import type { LessonContent } from '../../content/public.ts';
import { writeFaultWords } from '../components/asset-words.ts';
import { AudioBar, ONE_LINE_MIN_WIDTH } from '../components/audio-bar.tsx';
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
  const i18n = useI18n();
  const query = useLesson(unitId, lessonId);
  if (query.data?.kind === 'lesson') {
    return <LoadedLesson lesson={query.data.lesson} onFinish={onFinish} onBackToUnit={onBackToUnit} />;
  }
  return (
    <Screen title={i18n.t('Lesson')} onBack={onBackToUnit}>
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
  const i18n = useI18n();
  const scroll = useRef<ScrollView>(null);
  const content = useRef<View>(null);
  const scroller = useMemo(() => ({ scroll, content }), []);
  const { session, isError, error, refetch } = useLessonSession(lesson);
  const isCramped = useIsCramped();
  const audio =
    lesson.audioAssetId === null ? null : (
      <AudioBar assetId={lesson.audioAssetId} title={lesson.title} transcript={lesson.transcript} />
    );
  return (
    <Screen
      title={lesson.title}
      isTitleContent
      onBack={onBackToUnit}
      scrollRef={scroll}
      {...(audio !== null && !isCramped && { footer: audio })}
    >
      <View ref={content} style={styles.content}>
        {isCramped ? audio : null}
        <Markdown text={lesson.bodyMarkdown} />
        {session !== null ? (
          <ExercisePanel key={session.sessionId} lesson={lesson} session={session} scroller={scroller} onFinish={onFinish} />
        ) : isError ? (
          <EmptyState
            icon="alert"
            title={i18n.t('The exercises could not be opened')}
            text={writeFaultWords(i18n, 'start', error)}
          >
            <Button label={i18n.t('Try again')} onPress={() => void refetch()} />
          </EmptyState>
        ) : (
          <Skeleton height={240} />
        )}
      </View>
    </Screen>
  );
}

/**
 * At 400 % zoom a bar that stays would leave no line to read beside it, so there it scrolls with the text. No phone is that short
 * when it is that narrow: turning one never moves the player, which would stop it.
 */
function useIsCramped(): boolean {
  const { width, height } = useWindowDimensions();
  return height < 540 && width < ONE_LINE_MIN_WIDTH;
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

const styles = StyleSheet.create({ content: { gap: space.l } });
