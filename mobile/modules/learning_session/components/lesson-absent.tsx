import type { LessonResult } from '../../content/public.ts';
import { Button, ButtonRow, EmptyState, useI18n, type I18n, type IconName } from '../../ui_system/public.ts';

type AbsentKind = Exclude<LessonResult['kind'], 'lesson'>;

const ICONS: Readonly<Record<AbsentKind, IconName>> = {
  missing: 'search',
  offline: 'offline',
  error: 'alert',
  outdated: 'refresh',
  app_too_old: 'refresh',
};

/** Why there is nothing to read, and what can be done about it. */
export function LessonAbsent(props: { kind: AbsentKind; isRetrying: boolean; onRetry(): void; onBackToUnit(): void }) {
  const { kind, isRetrying, onRetry, onBackToUnit } = props;
  const i18n = useI18n();
  return (
    <EmptyState icon={ICONS[kind]} {...absentWords(i18n, kind)}>
      <ButtonRow>
        {kind === 'missing' ? null : <Button label={i18n.t('Try again')} icon="refresh" onPress={onRetry} isBusy={isRetrying} />}
        <Button label={i18n.t('Back to unit')} kind={kind === 'missing' ? 'primary' : 'secondary'} onPress={onBackToUnit} />
      </ButtonRow>
    </EmptyState>
  );
}

function absentWords(i18n: I18n, kind: AbsentKind): { title: string; text: string } {
  switch (kind) {
    case 'missing':
      return {
        title: i18n.t('This lesson is not here'),
        text: i18n.t('It may have been taken out of its unit. Your answers to it are kept.'),
      };
    case 'offline':
      return {
        title: i18n.t('You are offline'),
        text: i18n.t(
          'This lesson is not on this device yet. Download its unit when you have a connection, and it is here for good.',
        ),
      };
    case 'error':
      return {
        title: i18n.t('The lesson could not be opened'),
        text: i18n.t('Something went wrong. Your answers are safe on this device.'),
      };
    case 'outdated':
      return {
        title: i18n.t('This lesson waits for its authors'),
        text: i18n.t('The server has its unit only as it was made for an older app. Your answers to it are kept.'),
      };
    case 'app_too_old':
      return {
        title: i18n.t('This lesson needs a newer app'),
        text: i18n.t('Update the app to open it. Your answers to it are kept.'),
      };
  }
}
