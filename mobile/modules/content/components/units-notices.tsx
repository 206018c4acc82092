import type { ReactNode } from 'react';
import { useSyncStatus } from '../../offline_cache/public-ui.ts';
import { Banner, Button, useI18n } from '../../ui_system/public.ts';
import type { UnitList } from '../models.ts';

/** What a person should know above the list: sending waits for them (rule AU-3), or units wait for a newer app (rule SV-2). */
export function UnitsNotices(props: { list: UnitList | undefined; onSignInAgain(): void; children?: ReactNode }) {
  const { list, onSignInAgain, children } = props;
  const i18n = useI18n();
  const { needsSignIn } = useSyncStatus();
  const waiting = list?.kind === 'units' ? (list.unitsForNewerApps ?? 0) : 0;
  return (
    <>
      {children}
      {needsSignIn ? (
        <Banner
          tone="warning"
          icon="account"
          text={i18n.t('Sign in again to send your work. Until then it is kept safe on this device.')}
        >
          <Button kind="secondary" label={i18n.t('Sign in again')} onPress={onSignInAgain} />
        </Banner>
      ) : null}
      {waiting > 0 ? (
        <Banner
          icon="refresh"
          text={i18n.t(
            '{count, plural, one {Update the app: # unit needs a newer version of Haversack.} other {Update the app: # units need a newer version of Haversack.}}',
            { count: waiting },
          )}
        />
      ) : null}
    </>
  );
}
