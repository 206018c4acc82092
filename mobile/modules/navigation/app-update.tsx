import { createContext, useContext, useSyncExternalStore } from 'react';
import { Banner, Button, useI18n } from '../ui_system/public.ts';

/** A newer shell that lies ready; applying it loads the app anew. */
export interface AppUpdateSource {
  readonly isWaiting: boolean;
  apply(): void;
  subscribe(listener: () => void): () => void;
}

const AppUpdateContext = createContext<AppUpdateSource>({
  isWaiting: false,
  apply: () => undefined,
  subscribe: () => () => undefined,
});
export const AppUpdateProvider = AppUpdateContext.Provider;

/** Shown on the list of units alone, where nothing is being written: loading anew never costs an answer. */
export function UpdateNotice() {
  const i18n = useI18n();
  const update = useContext(AppUpdateContext);
  const isWaiting = useSyncExternalStore(update.subscribe, () => update.isWaiting);
  if (!isWaiting) return null;
  return (
    <Banner icon="refresh" text={i18n.t('A new version of Haversack is ready.')}>
      <Button kind="secondary" label={i18n.t('Update now')} onPress={() => update.apply()} />
    </Banner>
  );
}
