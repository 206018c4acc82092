import { useEffect } from 'react';
import {
  Button,
  EmptyState,
  Heading,
  Screen,
  Skeleton,
  SkeletonGroup,
  TwoColumns,
  useI18n,
  type I18n,
} from '../../ui_system/public.ts';
import { LessonRow } from '../components/lesson-row.tsx';
import { UnitDownloadCard } from '../components/unit-download-card.tsx';
import { UnitObjectives, UnitOverview } from '../components/unit-overview.tsx';
import type { UnitProgress } from '../components/view-models.ts';
import type { UnitDetail, UnitDetailResult } from '../models.ts';
import { useUnitDetail } from '../queries.tsx';

/** One unit: what it is, its download, its lessons. `onTitle` is told the title when it is known, for the window. */
export function UnitScreen(props: {
  unitId: string;
  progress: UnitProgress;
  onBack(): void;
  onOpenLesson(lessonId: string): void;
  onTitle(title: string): void;
}) {
  const { unitId, progress, onBack, onOpenLesson, onTitle } = props;
  const { data, isError, refetch, art } = useUnitDetail(unitId);
  const unit = data?.kind === 'unit' ? data.unit : null;
  const i18n = useI18n();
  const title = unit?.title ?? i18n.t('Unit');
  useEffect(() => onTitle(title), [onTitle, title]);
  return (
    <Screen title={title} isTitleContent={unit !== null} isWide onBack={onBack}>
      {unit === null ? (
        <NotShown result={data} hasFailed={isError} onRetry={() => void refetch()} onBack={onBack} />
      ) : (
        <TwoColumns
          first={
            <>
              <UnitOverview unit={unit} art={art} />
              <UnitDownloadCard unit={unit} />
            </>
          }
          second={
            <>
              <Lessons unit={unit} progress={progress} onOpenLesson={onOpenLesson} />
              <UnitObjectives unit={unit} />
            </>
          }
        />
      )}
    </Screen>
  );
}

function Lessons(props: { unit: UnitDetail; progress: UnitProgress; onOpenLesson(lessonId: string): void }) {
  const { unit, progress, onOpenLesson } = props;
  const i18n = useI18n();
  const introCount = unit.lessons.filter((lesson) => lesson.type === 'intro').length;
  const statusOf = (lessonId: string) => progress.byLessonId.get(lessonId)?.status ?? 'not_started';
  const next =
    unit.lessons.find(({ id }) => statusOf(id) === 'in_progress') ??
    unit.lessons.find(({ id }) => statusOf(id) === 'not_started');
  return (
    <>
      <Heading level={2}>{i18n.t('Lessons')}</Heading>
      {unit.lessons.map((lesson, index) => (
        <LessonRow
          key={lesson.id}
          lesson={lesson}
          place={index + 1 - introCount}
          isNext={lesson.id === next?.id}
          progress={progress.byLessonId.get(lesson.id)}
          onOpen={() => onOpenLesson(lesson.id)}
        />
      ))}
    </>
  );
}

function NotShown(props: { result: UnitDetailResult | undefined; hasFailed: boolean; onRetry(): void; onBack(): void }) {
  const { result, hasFailed, onRetry, onBack } = props;
  const i18n = useI18n();
  const tryAgain = <Button label={i18n.t('Try again')} icon="refresh" onPress={onRetry} />;
  if (hasFailed || result?.kind === 'error') {
    return (
      <EmptyState
        icon="alert"
        title={i18n.t('This unit could not be read')}
        text={i18n.t('Nothing is lost. Try again in a moment.')}
      >
        {tryAgain}
      </EmptyState>
    );
  }
  if (result?.kind === 'missing') {
    return (
      <EmptyState
        icon="book"
        title={i18n.t('This unit is not there')}
        text={i18n.t('It was removed, or it is not for this account. Answers you gave are kept.')}
      >
        <Button label={i18n.t('All units')} onPress={onBack} />
      </EmptyState>
    );
  }
  if (result?.kind === 'outdated' || result?.kind === 'app_too_old') {
    return (
      <EmptyState icon="refresh" {...unplayableWords(i18n, result.kind)}>
        {tryAgain}
        <Button label={i18n.t('All units')} kind="secondary" onPress={onBack} />
      </EmptyState>
    );
  }
  if (result?.kind === 'offline') {
    return (
      <EmptyState
        icon="offline"
        title={i18n.t('You are offline')}
        text={i18n.t('This unit is not on this device. Connect once to see and download it.')}
      >
        {tryAgain}
      </EmptyState>
    );
  }
  return (
    <SkeletonGroup>
      <Skeleton height={220} />
      <Skeleton height={90} />
      <Skeleton height={140} />
      <Skeleton height={110} />
    </SkeletonGroup>
  );
}

function unplayableWords(i18n: I18n, kind: 'outdated' | 'app_too_old'): { title: string; text: string } {
  if (kind === 'outdated') {
    return {
      title: i18n.t('This unit waits for its authors'),
      text: i18n.t(
        'The server has it only as it was made for an older app. It is there again once it is renewed. Answers you gave are kept.',
      ),
    };
  }
  return {
    title: i18n.t('This unit needs a newer app'),
    text: i18n.t('Update the app to read it. Answers you gave are kept.'),
  };
}
