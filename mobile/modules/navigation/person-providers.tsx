import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import type { PersonScope } from '../../compose.ts';
import { ContentProvider } from '../content/public-ui.ts';
import { LearningSessionProvider } from '../learning_session/public-ui.ts';
import { OfflineCacheProvider } from '../offline_cache/public-ui.ts';

/** All that the screens of one person read from. Another person gets another query client: nothing of one is shown to the other (rule OC-5). */
export function PersonProviders({ scope, children }: { scope: PersonScope; children: ReactNode }) {
  // What was read stays for as long as the person does: it is small, and kept right by the store's own notices.
  const [client] = useState(() => new QueryClient({ defaultOptions: { queries: { gcTime: Infinity } } }));
  return (
    <QueryClientProvider client={client}>
      <OfflineCacheProvider cache={scope.offlineCache}>
        <ContentProvider value={scope.content}>
          <LearningSessionProvider value={scope}>{children}</LearningSessionProvider>
        </ContentProvider>
      </OfflineCacheProvider>
    </QueryClientProvider>
  );
}
