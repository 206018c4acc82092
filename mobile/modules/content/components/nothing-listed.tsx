import { Button, EmptyState, useI18n } from '../../ui_system/public.ts';
import type { UnitList, UnitScope } from '../models.ts';
import { unitsOf } from './select-units.ts';
import { UnitsSkeleton } from './units-list.tsx';

/** Why no unit is listed (not read yet, trouble, offline, nothing found, nothing there) and the way on. */
export function NothingListed(props: {
  list: UnitList | undefined;
  hasFailed: boolean;
  scope: UnitScope;
  search: string;
  onRetry(): void;
  onSeeAll(): void;
}) {
  const { list, hasFailed, scope, search, onRetry, onSeeAll } = props;
  const i18n = useI18n();
  const tryAgain = <Button label={i18n.t('Try again')} icon="refresh" onPress={onRetry} />;
  if (hasFailed || list?.kind === 'error') {
    return (
      <EmptyState icon="alert" title={i18n.t('Units could not be read')} text={i18n.t('Nothing is lost. Try again in a moment.')}>
        {tryAgain}
      </EmptyState>
    );
  }
  if (list === undefined) return <UnitsSkeleton />;
  if (list.kind === 'offline') {
    return (
      <EmptyState
        icon="offline"
        title={i18n.t('You are offline')}
        text={i18n.t('No units are on this device yet. Connect once to see what there is.')}
      >
        {tryAgain}
      </EmptyState>
    );
  }
  if (unitsOf(list).length > 0) {
    return (
      <EmptyState
        icon="search"
        title={i18n.t('No unit found')}
        text={i18n.t('No unit has “{search}” in its title or description.', { search: i18n.content(search.trim()) })}
      />
    );
  }
  if (scope === 'all') {
    return (
      <EmptyState
        icon="book"
        title={i18n.t('No units yet')}
        text={i18n.t('When somebody publishes a unit it appears here by itself.')}
      />
    );
  }
  return (
    <EmptyState
      icon="plus"
      title={i18n.t('Nothing in My units yet')}
      text={i18n.t('Open a unit and choose “Add to my units” to keep it here.')}
    >
      <Button kind="secondary" label={i18n.t('See all units')} onPress={onSeeAll} />
    </EmptyState>
  );
}
