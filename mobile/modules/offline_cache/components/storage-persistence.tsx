import { createContext, useContext, useSyncExternalStore } from 'react';
import { Text, useI18n } from '../../ui_system/public.ts';

/** `StoragePersistence` of the platform fits as it is. */
interface Persistence {
  readonly isEvictable: boolean | null;
  ask(): Promise<void>;
  subscribe(listener: () => void): () => void;
}

const PersistenceContext = createContext<Persistence>({
  isEvictable: false,
  ask: () => Promise.resolve(),
  subscribe: () => () => undefined,
});
export const StoragePersistenceProvider = PersistenceContext.Provider;

/** For the moment at which a person has chosen to keep something. What the browser says to it changes nothing but the words below. */
export function useAskToPersist(): () => void {
  const persistence = useContext(PersistenceContext);
  return () => void persistence.ask().catch(() => undefined);
}

/** What the browser itself may take away, in words; nothing where it may not. */
export function EvictionNote() {
  const persistence = useContext(PersistenceContext);
  const isEvictable = useSyncExternalStore(persistence.subscribe, () => persistence.isEvictable);
  const i18n = useI18n();
  if (isEvictable !== true) return null;
  return (
    <Text variant="small" tone="muted">
      {i18n.t(
        'This browser may clear what is kept here, unsent answers included, when the device is short of space or after weeks without a visit. Installing Haversack, or adding it to the home screen, makes that unlikely.',
      )}
    </Text>
  );
}
