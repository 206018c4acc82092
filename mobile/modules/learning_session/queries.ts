import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { createContext, useCallback, useContext, useEffect } from 'react';
import type { Answer } from '@haversack/contract';
import type { ContentService, LessonContent } from '../content/public.ts';
import { localQuery, useOfflineCache, useOpenUnit } from '../offline_cache/public-ui.ts';
import type { LearningSessionService, LessonSession, MarkedAnswer } from './models.ts';

/** What the screens of a lesson need of one signed-in person; `PersonScope` of the composition root fits as it is. */
export interface LearningSessionParts {
  learningSession: LearningSessionService;
  content: Pick<ContentService, 'getLesson'>;
}

const PartsContext = createContext<LearningSessionParts | null>(null);

/** `value` must be the same object for as long as the person stays; `OfflineCacheProvider` stands above it. */
export const LearningSessionProvider = PartsContext.Provider;

/**
 * Read anew each time a screen opens and then left alone, so that a new version never changes a lesson under its reader. Only while
 * there is none does news from the store make it look again.
 */
export function useLesson(unitId: string, lessonId: string) {
  const { content } = useParts();
  const cache = useOfflineCache();
  useOpenUnit(unitId);
  const query = useQuery({
    ...localQuery(),
    queryKey: ['learning_session', 'lesson', unitId, lessonId],
    queryFn: () => content.getLesson(unitId, lessonId),
    gcTime: 0,
  });
  const isThere = query.data?.kind === 'lesson';
  const { refetch } = query;
  useEffect(() => {
    if (isThere) return undefined;
    return cache.subscribe((topics) => {
      if (topics.includes('units')) void refetch();
    });
  }, [cache, isThere, refetch]);
  return query;
}

/**
 * Opens the session of a lesson once and then follows its rows. Opening writes and following must not, so these are two queries:
 * a refresh after **Finish lesson** would otherwise begin a second session.
 */
export function useLessonSession(lesson: LessonContent | null) {
  const { learningSession } = useParts();
  const opened = useQuery({
    ...localQuery(),
    queryKey: ['learning_session', 'opened', lesson?.id ?? null],
    queryFn: () => (lesson === null ? null : learningSession.openSession(lesson)),
    enabled: lesson !== null,
    gcTime: 0,
  });
  const sessionId = opened.data?.sessionId ?? null;
  const followed = useQuery({
    ...localQuery('outbox', 'progress'),
    queryKey: sessionKey(sessionId),
    queryFn: () => (sessionId === null ? null : learningSession.getSession(sessionId)),
    enabled: sessionId !== null,
  });
  return {
    session: followed.data ?? null,
    isError: opened.isError || followed.isError || followed.data === null,
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
  return useQuery({
    ...localQuery('outbox', 'progress'),
    queryKey: resultsKey(lesson?.id ?? null),
    queryFn: () => (lesson === null ? null : learningSession.getResults(lesson)),
    enabled: lesson !== null,
    staleTime: 0,
  });
}

/** Marks an answer for practice: at once, and nothing is written. */
export function usePractise(lesson: LessonContent): (exerciseId: string, answer: Answer) => MarkedAnswer {
  const { learningSession } = useParts();
  return (exerciseId, answer) => learningSession.practise(lesson, exerciseId, answer);
}

/** How far each lesson has come, of one unit or of all; for the screens that list them. */
export function useLessonProgress(unitId: string | null) {
  const { learningSession } = useParts();
  return useQuery({
    ...localQuery('outbox', 'progress'),
    queryKey: ['learning_session', 'progress', unitId],
    queryFn: () => learningSession.listProgress(unitId),
  });
}

/** Where one stopped in a recording, kept on this device; null until it is known. */
export function useAudioPlace(assetId: string): { place: number | null; remember: (seconds: number) => void } {
  const { learningSession } = useParts();
  const { data, isError } = useQuery({
    ...localQuery(),
    queryKey: ['learning_session', 'audio-place', assetId],
    queryFn: () => learningSession.recallPlace(assetId),
    gcTime: 0,
  });
  // A place that cannot be kept (a full disk) costs a drag of the slider.
  const remember = useCallback(
    (seconds: number) => void learningSession.rememberPlace(assetId, seconds).catch(() => undefined),
    [learningSession, assetId],
  );
  return { place: data ?? (isError ? 0 : null), remember };
}

function useParts(): LearningSessionParts {
  const parts = useContext(PartsContext);
  if (parts === null) throw new Error('LearningSessionProvider is missing above this screen');
  return parts;
}

const sessionKey = (sessionId: string | null) => ['learning_session', 'session', sessionId];
const resultsKey = (lessonId: string | null) => ['learning_session', 'results', lessonId];
