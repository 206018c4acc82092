import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { render } from '@testing-library/react-native';
import type { ReactElement } from 'react';
import type { createInMemoryServices } from './in-memory-services.ts';
import type { LessonContent } from '../modules/content/public.ts';
import { OfflineCacheProvider } from '../modules/offline_cache/public-ui.ts';
import { PreferencesProvider, ThemeProvider } from '../modules/ui_system/public.ts';
import { LearningSessionProvider, type LearningSessionParts } from '../modules/learning_session/queries.ts';

type Services = ReturnType<typeof createInMemoryServices>;

/** Draws a screen of this module over services; call again with the same ones to see what a new start of the app would show. */
export async function renderOver(services: LearningSessionParts & Pick<Services, 'offlineCache'>, screen: ReactElement) {
  const client = new QueryClient({ defaultOptions: { queries: { gcTime: Infinity }, mutations: { gcTime: Infinity } } });
  return render(
    <QueryClientProvider client={client}>
      <OfflineCacheProvider cache={services.offlineCache}>
        <LearningSessionProvider value={services}>
          <PreferencesProvider initial={{}} onChange={() => undefined}>
            <ThemeProvider>{screen}</ThemeProvider>
          </PreferencesProvider>
        </LearningSessionProvider>
      </OfflineCacheProvider>
    </QueryClientProvider>,
  );
}

export const UNIT_ID = '3f1c1f6e-0000-4000-8000-000000000001';
export const LESSON_ID = '3f1c1f6e-0000-4000-8000-000000000002';
const BURN = '3f1c1f6e-0000-4000-8000-0000000000a1';
const NUMBER = '3f1c1f6e-0000-4000-8000-0000000000a2';
const BUTTER = '3f1c1f6e-0000-4000-8000-0000000000b1';
const WATER = '3f1c1f6e-0000-4000-8000-0000000000b2';

/** One exercise of each kind. */
export function sampleLesson(changes: Partial<LessonContent> = {}): LessonContent {
  return {
    id: LESSON_ID,
    unitId: UNIT_ID,
    unitVersion: 3,
    title: 'Burns',
    position: 1,
    bodyMarkdown: '# Cool it\n\nRunning water, for **as long** as it takes.\n\n![A hand under a tap](asset:picture-1)',
    audioAssetId: null,
    transcript: null,
    exercises: [
      {
        id: BURN,
        type: 'multiple_choice',
        prompt: 'What do you put on a fresh burn?',
        options: [
          { id: BUTTER, text: 'Butter', feedback: 'Fat keeps the heat in.' },
          { id: WATER, text: 'Cool running water', feedback: 'It takes the heat out.' },
        ],
        correct_option_id: WATER,
        explanation: 'Cool a burn for twenty minutes.',
      },
      {
        id: NUMBER,
        type: 'short_answer',
        prompt: 'For how many minutes?',
        canonical_answer: 'twenty',
        accepted_answers: ['20'],
        explanation: 'Less leaves heat below the skin.',
      },
    ],
    ...changes,
  };
}
