import { Button, EmptyState } from '../../ui_system/public.ts';
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
  const tryAgain = <Button label="Try again" icon="refresh" onPress={onRetry} />;
  if (hasFailed || list?.kind === 'error') {
    return (
      <EmptyState icon="alert" title="Units could not be read" text="Nothing is lost. Try again in a moment.">
        {tryAgain}
      </EmptyState>
    );
  }
  if (list === undefined) return <UnitsSkeleton />;
  if (list.kind === 'offline') {
    return (
      <EmptyState
        icon="offline"
        title="You are offline"
        text="No units are on this device yet. Connect once to see what there is."
      >
        {tryAgain}
      </EmptyState>
    );
  }
  if (unitsOf(list).length > 0) {
    return (
      <EmptyState icon="search" title="No unit found" text={`No unit has “${search.trim()}” in its title or description.`} />
    );
  }
  if (scope === 'all') {
    return <EmptyState icon="book" title="No units yet" text="When somebody publishes a unit it appears here by itself." />;
  }
  return (
    <EmptyState icon="plus" title="Nothing in My units yet" text="Open a unit and choose “Add to my units” to keep it here.">
      <Button kind="secondary" label="See all units" onPress={onSeeAll} />
    </EmptyState>
  );
}
