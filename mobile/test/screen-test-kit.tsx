import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { render } from '@testing-library/react-native';
import type { ReactElement } from 'react';
import type { UnitDetail } from '../modules/content/public.ts';
import { ContentProvider } from '../modules/content/public-ui.ts';
import { OfflineCacheProvider } from '../modules/offline_cache/public-ui.ts';
import {
  LanguageProvider,
  PreferencesProvider,
  ThemeProvider,
  ToastProvider,
  type PreferenceKey,
  type Preferences,
} from '../modules/ui_system/public.ts';
import { UserProvider } from '../modules/user/public-ui.ts';
import { createInMemoryServices } from './in-memory-services.ts';
import { createInMemoryUser } from './in-memory-user.ts';

interface Behind {
  services?: ReturnType<typeof createInMemoryServices>;
  user?: ReturnType<typeof createInMemoryUser>;
  preferences?: Preferences;
  onPreference?: (key: PreferenceKey, value: string) => void;
}

/** Draws a screen as the navigator does, over what stands behind it. */
export async function renderScreen(screen: ReactElement, behind: Behind = {}) {
  const { services = createInMemoryServices(), user = createInMemoryUser(), preferences = {}, onPreference } = behind;
  const client = new QueryClient({ defaultOptions: { queries: { gcTime: Infinity }, mutations: { gcTime: Infinity } } });
  return render(
    <PreferencesProvider initial={preferences} onChange={onPreference ?? (() => undefined)}>
      <LanguageProvider>
        <ThemeProvider>
          <QueryClientProvider client={client}>
            <UserProvider value={user.service}>
              <ToastProvider>
                <OfflineCacheProvider cache={services.offlineCache}>
                  <ContentProvider value={services.content}>{screen}</ContentProvider>
                </OfflineCacheProvider>
              </ToastProvider>
            </UserProvider>
          </QueryClientProvider>
        </ThemeProvider>
      </LanguageProvider>
    </PreferencesProvider>,
  );
}

/** A unit with an introduction and a lesson; `changes` are what matters to the test. */
export function sampleUnit(changes: Partial<UnitDetail> = {}): UnitDetail {
  return {
    id: 'unit-1',
    title: 'First aid',
    description: 'What to do until help comes.',
    level: 'beginner',
    lessonCount: 2,
    downloadSizeBytes: 3_200_000,
    artAssetId: null,
    isInMyUnits: false,
    download: sampleDownload('not_downloaded'),
    version: 1,
    isKept: false,
    objectives: [{ id: 'objective-1', title: 'Stop a bleeding' }],
    lessons: [
      { id: 'intro', title: 'Welcome', position: 0, type: 'intro', durationSeconds: 60, exerciseCount: 0 },
      { id: 'burns', title: 'Burns', position: 1, type: 'standard', durationSeconds: 360, exerciseCount: 5 },
    ],
    ...changes,
  };
}

export function sampleDownload(
  status: UnitDetail['download']['status'],
  changes: Partial<UnitDetail['download']> = {},
): UnitDetail['download'] {
  return { status, reason: null, doneBytes: 0, totalBytes: 3_200_000, ...changes };
}
