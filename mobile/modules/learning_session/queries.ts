import { useMutation, useQuery, useQueryClient, type QueryKey } from '@tanstack/react-query';
import { createContext, useCallback, useContext, useEffect, useState } from 'react';
import type { Answer } from '@haversack/contract';
import type { ContentService, LessonContent } from '../content/public.ts';
import type { ChangeTopic, DownloadReason, OfflineCacheScreensApi } from '../offline_cache/public.ts';
import type { LessonSession } from './models.ts';
import type { LearningSessionService } from './public.ts';

/** What the screens of a lesson need of one signed-in person; `PersonScope` of the composition root fits as it is. */
export interface LearningSessionParts {
  learningSession: LearningSessionService;
  content: Pick<ContentService, 'getLesson'>;
  offlineCache: Pick<OfflineCacheScreensApi, 'subscribe' | 'syncStatus' | 'resolveAsset'>;
}

const PartsContext = createContext<LearningSessionParts | null>(null);

/** `value` must be the same object for as long as the person stays, and the query client another for each person (rule OC-5). */
export const LearningSessionProvider = PartsContext.Provider;

/** Everything here reads SQLite: the network's state must not pause it, and a local fault does not go away by asking again. */
const LOCAL = { networkMode: 'always', retry: false } as const;

/** Read anew each time a screen opens and then left alone, so that a new version never changes a lesson under its reader. */
export function useLesson(unitId: string, lessonId: string) {
  const { content } = useParts();
  const queryKey = ['learning_session', 'lesson', unitId, lessonId];
  const query = useQuery({
    ...LOCAL,
    queryKey,
    queryFn: () => content.getLesson(unitId, lessonId),
    staleTime: Infinity,
    gcTime: 0,
  });
  const isThere = query.data?.kind === 'lesson';
  const { refetch } = query;
  useStoreChanges(
    useCallback(
      (topics) => {
        if (!isThere && topics.includes('units')) void refetch();
      },
      [isThere, refetch],
    ),
  );
  return query;
}

/**
 * Opens the session of a lesson once and then follows its rows. Opening writes and following must not, so these are two queries:
 * a refresh after **Finish lesson** would otherwise begin a second session.
 */
export function useLessonSession(lesson: LessonContent | null) {
  const { learningSession } = useParts();
  const opened = useQuery({
    ...LOCAL,
    queryKey: ['learning_session', 'opened', lesson?.id ?? null],
    queryFn: () => (lesson === null ? null : learningSession.openSession(lesson)),
    enabled: lesson !== null,
    staleTime: Infinity,
    gcTime: 0,
  });
  const sessionId = opened.data?.sessionId ?? null;
  const followed = useQuery({
    ...LOCAL,
    queryKey: sessionKey(sessionId),
    queryFn: () => (sessionId === null ? null : learningSession.getSession(sessionId)),
    enabled: sessionId !== null,
    staleTime: Infinity,
  });
  useRefreshOnDelivery(sessionKey(sessionId));
  return {
    session: followed.data ?? null,
    isError: opened.isError || followed.isError,
    error: opened.error,
    refetch: opened.refetch,
  };
}

/** Resolves when the row is on disk and has been read back: what the screen then shows comes from that row (rule OB-1). */
export function useRecordAnswer(session: LessonSession, lesson: LessonContent) {
  const { learningSession } = useParts();
  const client = useQueryClient();
  return useMutation({
    networkMode: 'always',
    mutationFn: (given: { exerciseId: string; answer: Answer; timeSpentMs: number }) =>
      learningSession.recordAnswer(session.sessionId, lesson, given.exerciseId, given.answer, given.timeSpentMs),
    onSettled: () => client.refetchQueries({ queryKey: sessionKey(session.sessionId) }),
  });
}

export function useCompleteSession(session: LessonSession, lesson: LessonContent) {
  const { learningSession } = useParts();
  const client = useQueryClient();
  return useMutation({
    networkMode: 'always',
    mutationFn: () => learningSession.completeSession(session.sessionId, lesson),
    onSuccess: (results) => client.setQueryData(resultsKey(lesson.id), results),
  });
}

/** Of the newest completed session; null when there is none. */
export function useLessonResults(lesson: LessonContent | null) {
  const { learningSession } = useParts();
  const queryKey = resultsKey(lesson?.id ?? null);
  const query = useQuery({
    ...LOCAL,
    queryKey,
    queryFn: () => (lesson === null ? null : learningSession.getResults(lesson)),
    enabled: lesson !== null,
  });
  useRefreshOnDelivery(queryKey);
  return query;
}

export type AssetView =
  | { kind: 'loading' }
  | { kind: 'shown'; uri: string }
  | { kind: 'placeholder'; reason: Exclude<DownloadReason, null> };

/** The bytes of an asset for as long as the caller is mounted (rule DL-10); asks again by itself when the network comes back. */
export function useAsset(assetId: string): { asset: AssetView; retry: () => void } {
  const { offlineCache } = useParts();
  const [asset, setAsset] = useState<AssetView>({ kind: 'loading' });
  const [attempt, setAttempt] = useState(0);
  const retry = useCallback(() => {
    setAsset({ kind: 'loading' });
    setAttempt((before) => before + 1);
  }, []);

  useEffect(() => {
    let isShown = true;
    let release = () => {};
    const show = async () => {
      const resolved = await offlineCache.resolveAsset(assetId);
      if (resolved.kind === 'placeholder') {
        if (isShown) setAsset(resolved);
      } else if (isShown) {
        release = resolved.release;
        setAsset({ kind: 'shown', uri: resolved.uri });
      } else resolved.release();
    };
    show().catch(() => {
      if (isShown) setAsset({ kind: 'placeholder', reason: 'not_available' });
    });
    return () => {
      isShown = false;
      release();
    };
  }, [offlineCache, assetId, attempt]);

  useOnBackOnline(asset.kind === 'placeholder', retry);
  return { asset, retry };
}

/** A small thing that outlives a screen but not the app, like the place in a recording. */
export function useRemembered<T>(name: string, fallback: T): { recall: () => T; remember: (value: T) => void } {
  const client = useQueryClient();
  const recall = useCallback(
    () => client.getQueryData<T>(['learning_session', 'remembered', name]) ?? fallback,
    [client, name, fallback],
  );
  const remember = useCallback(
    (value: T) => {
      const queryKey = ['learning_session', 'remembered', name];
      client.setQueryDefaults(queryKey, { gcTime: Infinity });
      client.setQueryData<T>(queryKey, value);
    },
    [client, name],
  );
  return { recall, remember };
}

function useParts(): LearningSessionParts {
  const parts = useContext(PartsContext);
  if (parts === null) throw new Error('LearningSessionProvider is missing above this screen');
  return parts;
}

const sessionKey = (sessionId: string | null) => ['learning_session', 'session', sessionId];
const resultsKey = (lessonId: string | null) => ['learning_session', 'results', lessonId];

function useStoreChanges(onChange: (topics: readonly ChangeTopic[]) => void): void {
  const { offlineCache } = useParts();
  useEffect(() => offlineCache.subscribe(onChange), [offlineCache, onChange]);
}

/** Reads the rows again when the outbox moved, so that the delivery line does. */
function useRefreshOnDelivery(queryKey: QueryKey): void {
  const client = useQueryClient();
  const name = JSON.stringify(queryKey);
  useStoreChanges(
    useCallback(
      (topics) => {
        if (topics.includes('outbox') || topics.includes('progress')) {
          void client.invalidateQueries({ queryKey: JSON.parse(name) as QueryKey });
        }
      },
      [client, name],
    ),
  );
}

/**
 * Only the step from offline to online counts: resolving an asset itself changes the store, so that following every change of it
 * would ask for ever.
 */
function useOnBackOnline(isWaiting: boolean, onBackOnline: () => void): void {
  const { offlineCache } = useParts();
  useEffect(() => {
    if (!isWaiting) return undefined;
    let wasOnline = offlineCache.syncStatus().isOnline;
    return offlineCache.subscribe(() => {
      const { isOnline } = offlineCache.syncStatus();
      if (isOnline && !wasOnline) onBackOnline();
      wasOnline = isOnline;
    });
  }, [offlineCache, isWaiting, onBackOnline]);
}
