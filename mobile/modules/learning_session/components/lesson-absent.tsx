import type { LessonResult } from '../../content/public.ts';
import { Button, ButtonRow, EmptyState, type IconName } from '../../ui_system/public.ts';

type AbsentKind = Exclude<LessonResult['kind'], 'lesson'>;

const WORDS: Readonly<Record<AbsentKind, { icon: IconName; title: string; text: string }>> = {
  missing: {
    icon: 'search',
    title: 'This lesson is not here',
    text: 'It may have been taken out of its unit. Your answers to it are kept.',
  },
  offline: {
    icon: 'offline',
    title: 'You are offline',
    text: 'This lesson is not on this device yet. Download its unit when you have a connection, and it is here for good.',
  },
  error: {
    icon: 'alert',
    title: 'The lesson could not be opened',
    text: 'Something went wrong. Your answers are safe on this device.',
  },
  outdated: {
    icon: 'refresh',
    title: 'This lesson waits for its authors',
    text: 'The server has its unit only as it was made for an older app. Your answers to it are kept.',
  },
  app_too_old: {
    icon: 'refresh',
    title: 'This lesson needs a newer app',
    text: 'Update the app to open it. Your answers to it are kept.',
  },
};

/** Why there is nothing to read, and what can be done about it. */
export function LessonAbsent(props: { kind: AbsentKind; isRetrying: boolean; onRetry(): void; onBackToUnit(): void }) {
  const { kind, isRetrying, onRetry, onBackToUnit } = props;
  return (
    <EmptyState {...WORDS[kind]}>
      <ButtonRow>
        {kind === 'missing' ? null : <Button label="Try again" icon="refresh" onPress={onRetry} isBusy={isRetrying} />}
        <Button label="Back to unit" kind={kind === 'missing' ? 'primary' : 'secondary'} onPress={onBackToUnit} />
      </ButtonRow>
    </EmptyState>
  );
}
