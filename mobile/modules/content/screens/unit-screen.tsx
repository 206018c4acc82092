import { useEffect } from 'react';
import { Button, EmptyState, Heading, Screen, Skeleton, SkeletonGroup } from '../../ui_system/public.ts';
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
  const title = unit?.title ?? 'Unit';
  useEffect(() => onTitle(title), [onTitle, title]);
  return (
    <Screen title={title} onBack={onBack}>
      {unit === null ? (
        <NotShown result={data} hasFailed={isError} onRetry={() => void refetch()} onBack={onBack} />
      ) : (
        <>
          <UnitOverview unit={unit} art={art} />
          <UnitDownloadCard unit={unit} />
          <Lessons unit={unit} progress={progress} onOpenLesson={onOpenLesson} />
          <UnitObjectives unit={unit} />
        </>
      )}
    </Screen>
  );
}

function Lessons(props: { unit: UnitDetail; progress: UnitProgress; onOpenLesson(lessonId: string): void }) {
  const { unit, progress, onOpenLesson } = props;
  const introCount = unit.lessons.filter((lesson) => lesson.type === 'intro').length;
  return (
    <>
      <Heading level={2}>Lessons</Heading>
      {unit.lessons.map((lesson, index) => (
        <LessonRow
          key={lesson.id}
          lesson={lesson}
          place={index + 1 - introCount}
          progress={progress.byLessonId.get(lesson.id)}
          onOpen={() => onOpenLesson(lesson.id)}
        />
      ))}
    </>
  );
}

function NotShown(props: { result: UnitDetailResult | undefined; hasFailed: boolean; onRetry(): void; onBack(): void }) {
  const { result, hasFailed, onRetry, onBack } = props;
  const tryAgain = <Button label="Try again" icon="refresh" onPress={onRetry} />;
  if (hasFailed || result?.kind === 'error') {
    return (
      <EmptyState icon="alert" title="This unit could not be read" text="Nothing is lost. Try again in a moment.">
        {tryAgain}
      </EmptyState>
    );
  }
  if (result?.kind === 'missing') {
    return (
      <EmptyState
        icon="book"
        title="This unit is not there"
        text="It was removed, or it is not for this account. Answers you gave are kept."
      >
        <Button label="All units" onPress={onBack} />
      </EmptyState>
    );
  }
  if (result?.kind === 'outdated' || result?.kind === 'app_too_old') {
    return (
      <EmptyState {...UNPLAYABLE[result.kind]}>
        {tryAgain}
        <Button label="All units" kind="secondary" onPress={onBack} />
      </EmptyState>
    );
  }
  if (result?.kind === 'offline') {
    return (
      <EmptyState
        icon="offline"
        title="You are offline"
        text="This unit is not on this device. Connect once to see and download it."
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

const UNPLAYABLE = {
  outdated: {
    icon: 'refresh',
    title: 'This unit waits for its authors',
    text: 'The server has it only as it was made for an older app. It is there again once it is renewed. Answers you gave are kept.',
  },
  app_too_old: {
    icon: 'refresh',
    title: 'This unit needs a newer app',
    text: 'Update the app to read it. Answers you gave are kept.',
  },
} as const;
