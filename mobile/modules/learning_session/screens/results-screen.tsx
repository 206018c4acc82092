import { Button, EmptyState, Screen, Skeleton, SkeletonGroup, useI18n } from '../../ui_system/public.ts';
import { DeliveryLine } from '../components/delivery-line.tsx';
import { LessonAbsent } from '../components/lesson-absent.tsx';
import { LookAgain } from '../components/look-again.tsx';
import { ScoreCard } from '../components/score-card.tsx';
import { useLesson, useLessonResults } from '../queries.ts';

export interface ResultsScreenProps {
  unitId: string;
  lessonId: string;
  onPractise(): void;
  onBackToUnit(): void;
}

/** Score of the newest finished walk through a lesson, what to look at again, and how far its answers have come. */
export function ResultsScreen({ unitId, lessonId, onPractise, onBackToUnit }: ResultsScreenProps) {
  const i18n = useI18n();
  const lessonQuery = useLesson(unitId, lessonId);
  const lesson = lessonQuery.data?.kind === 'lesson' ? lessonQuery.data.lesson : null;
  const resultsQuery = useLessonResults(lesson);
  const results = resultsQuery.data ?? null;
  return (
    <Screen
      title={i18n.t('Results')}
      onBack={onBackToUnit}
      isScrollInTabOrder={results !== null}
      {...(results !== null && { footer: <Button label={i18n.t('Back to unit')} onPress={onBackToUnit} isWide /> })}
    >
      {renderContent()}
    </Screen>
  );

  function renderContent() {
    if (lessonQuery.isPending || (lesson !== null && resultsQuery.isPending)) return <ResultsSkeleton />;
    if (lesson === null || resultsQuery.isError) {
      const kind = lessonQuery.data === undefined || lessonQuery.data.kind === 'lesson' ? 'error' : lessonQuery.data.kind;
      const retry = () => void (lesson === null ? lessonQuery.refetch() : resultsQuery.refetch());
      const isRetrying = lessonQuery.isFetching || resultsQuery.isFetching;
      return <LessonAbsent kind={kind} isRetrying={isRetrying} onRetry={retry} onBackToUnit={onBackToUnit} />;
    }
    if (results === null) {
      return (
        <EmptyState icon="book" title={i18n.t('No results yet')} text={i18n.t('Finish the lesson, and your score is here.')}>
          <Button label={i18n.t('Back to unit')} onPress={onBackToUnit} />
        </EmptyState>
      );
    }
    return (
      <>
        <ScoreCard title={lesson.title} correctCount={results.correctCount} exerciseCount={results.exerciseCount} />
        <DeliveryLine delivery={results.session.delivery} />
        <LookAgain lesson={lesson} results={results} onPractise={onPractise} />
      </>
    );
  }
}

function ResultsSkeleton() {
  return (
    <SkeletonGroup>
      <Skeleton height={180} />
      <Skeleton height={120} />
      <Skeleton height={52} />
    </SkeletonGroup>
  );
}
