import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StatusBar } from 'expo-status-bar';
import { useCallback, useLayoutEffect, useState, useSyncExternalStore } from 'react';
import { SafeAreaProvider } from 'react-native-safe-area-context';
import { composeApp, type HaversackApp } from './compose.ts';
import {
  appUpdate,
  createPlatform,
  PlatformUnavailableError,
  registerBackgroundSync,
  storagePersistence,
  tabLease,
} from './modules/infrastructure/platform/index';
import { DatabaseTooNewError, type SecureStore, StorageFullError } from './modules/infrastructure/public.ts';
import { StoragePersistenceProvider } from './modules/offline_cache/public-ui.ts';
import {
  AppUpdateProvider,
  CannotStartScreen,
  OpenElsewhereScreen,
  RootNavigator,
  StartingScreen,
  type StartFault,
} from './modules/navigation/public.ts';
import {
  ErrorBoundary,
  installGlobalStyle,
  LanguageProvider,
  PREFERENCE_KEYS,
  PreferencesProvider,
  ThemeProvider,
  ToastProvider,
  usePalette,
  type PreferenceKey,
  type Preferences,
} from './modules/ui_system/public.ts';
import { UserProvider } from './modules/user/public-ui.ts';

installGlobalStyle();

interface Started {
  app: HaversackApp;
  secureStore: SecureStore;
  preferences: Preferences;
}
/** A start is mostly over sooner than this; a screen that says so would be drawn for a blink, and the app after it. */
const SAY_STARTING_AFTER_MS = 400;

type Start =
  | { kind: 'starting'; isLate: boolean }
  | { kind: 'failed'; fault: StartFault }
  | { kind: 'started'; started: Started };

export default function App() {
  const { start, retry } = useStart();
  const lease = useSyncExternalStore(tabLease.subscribe, () => tabLease.state);
  const started = start.kind === 'started' ? start.started : null;
  const isBlank = start.kind === 'starting' && !start.isLate && lease !== 'elsewhere';
  const keepPreference = useCallback(
    (key: PreferenceKey, value: string) => void started?.secureStore.set(preferenceName(key), value),
    [started],
  );
  if (isBlank) return null;
  return (
    <SafeAreaProvider>
      <PreferencesProvider key={start.kind} initial={started?.preferences ?? {}} onChange={keepPreference}>
        <LanguageProvider>
          <ThemeProvider>
            <ThemedStatusBar />
            <ErrorBoundary>
              {lease === 'elsewhere' ? (
                <OpenElsewhereScreen onUseHere={() => tabLease.takeOver()} />
              ) : start.kind === 'failed' ? (
                <CannotStartScreen fault={start.fault} onRetry={retry} />
              ) : started === null ? (
                <StartingScreen />
              ) : (
                <RunningApp app={started.app} />
              )}
            </ErrorBoundary>
          </ThemeProvider>
        </LanguageProvider>
      </PreferencesProvider>
    </SafeAreaProvider>
  );
}

function RunningApp({ app }: { app: HaversackApp }) {
  const scope = useSyncExternalStore(app.subscribe, app.person);
  const [client] = useState(() => new QueryClient());
  return (
    <QueryClientProvider client={client}>
      <UserProvider value={app.user}>
        <AppUpdateProvider value={appUpdate}>
          <StoragePersistenceProvider value={storagePersistence}>
            <ToastProvider>
              <RootNavigator scope={scope} />
            </ToastProvider>
          </StoragePersistenceProvider>
        </AppUpdateProvider>
      </UserProvider>
    </QueryClientProvider>
  );
}

function ThemedStatusBar() {
  return <StatusBar style={usePalette().isDark ? 'light' : 'dark'} />;
}

/** Opens the platform and the app over it, once; `retry` after a fault begins anew. */
function useStart(): { start: Start; retry(): void } {
  const [start, setStart] = useState<Start>({ kind: 'starting', isLate: false });
  const [attempt, setAttempt] = useState(0);
  // Before anything is drawn: there is nothing to draw yet.
  useLayoutEffect(() => {
    openApp().then(
      (started) => setStart({ kind: 'started', started }),
      (error: unknown) => setStart({ kind: 'failed', fault: startFault(error) }),
    );
    const say = (now: Start): Start => (now.kind === 'starting' ? { kind: 'starting', isLate: true } : now);
    const timer = setTimeout(() => setStart(say), SAY_STARTING_AFTER_MS);
    return () => clearTimeout(timer);
  }, [attempt]);
  const retry = () => {
    setStart({ kind: 'starting', isLate: true });
    setAttempt((before) => before + 1);
  };
  return { start, retry };
}

async function openApp(): Promise<Started> {
  const platform = await createPlatform();
  // Beside the opening; whose choices cannot be read begins with the usual ones.
  const preferences = readPreferences(platform.secureStore).catch(() => ({}));
  const app = await composeApp(platform);
  void registerBackgroundSync(async () => app.person()?.offlineCache.syncNow());
  return { app, secureStore: platform.secureStore, preferences: await preferences };
}

async function readPreferences(store: SecureStore): Promise<Preferences> {
  const kept = await Promise.all(PREFERENCE_KEYS.map(async (key) => [key, await store.get(preferenceName(key))] as const));
  return Object.fromEntries(kept.filter(([, value]) => value !== null));
}

function preferenceName(key: PreferenceKey): string {
  return `preference.${key}`;
}

function startFault(error: unknown): StartFault {
  if (error instanceof PlatformUnavailableError) return error.fault;
  if (error instanceof StorageFullError) return 'storage_full';
  return error instanceof DatabaseTooNewError ? 'newer_database' : 'other';
}
