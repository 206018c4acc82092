import type { ReactNode } from 'react';
import { useSyncStatus } from '../../offline_cache/public-ui.ts';
import { Banner, Button } from '../../ui_system/public.ts';
import type { UnitList } from '../models.ts';

/** What a person should know above the list: sending waits for them (rule AU-3), or units wait for a newer app (rule SV-2). */
export function UnitsNotices(props: { list: UnitList | undefined; onSignInAgain(): void; children?: ReactNode }) {
  const { list, onSignInAgain, children } = props;
  const { needsSignIn } = useSyncStatus();
  const waiting = list?.kind === 'units' ? (list.unitsForNewerApps ?? 0) : 0;
  return (
    <>
      {children}
      {needsSignIn ? (
        <Banner tone="warning" icon="account" text="Sign in again to send your work. Until then it is kept safe on this device.">
          <Button kind="secondary" label="Sign in again" onPress={onSignInAgain} />
        </Banner>
      ) : null}
      {waiting > 0 ? <Banner icon="refresh" text={newerAppText(waiting)} /> : null}
    </>
  );
}

function newerAppText(count: number): string {
  return count === 1
    ? 'Update the app: 1 unit needs a newer version of Haversack.'
    : `Update the app: ${count} units need a newer version of Haversack.`;
}
