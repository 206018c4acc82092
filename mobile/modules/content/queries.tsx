import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { createContext, useContext, useDeferredValue } from 'react';
import { localQuery, useOpenUnit, useResolvedAsset } from '../offline_cache/public-ui.ts';
import { type ContentService, FIRST_UNITS, type UnitScope } from './models.ts';

const ContentContext = createContext<ContentService | null>(null);
export const ContentProvider = ContentContext.Provider;

function useContent(): ContentService {
  const content = useContext(ContentContext);
  if (content === null) throw new Error('ContentProvider is missing above this screen');
  return content;
}

/**
 * The learner's own units and all that they may see, each with its download state. From SQLite; only the very first time, with nothing
 * stored, one fetch is waited for (rules OC-1, OC-2).
 */
export function useUserUnitCollections() {
  const my = useUnitList('my');
  const all = useUnitList('all');
  return { my, all };
}

/**
 * The first ones, which take the same time however many there are; and where these are not all, all of them: read when the first are on
 * the screen, for they take the longer the more there are.
 */
function useUnitList(scope: UnitScope) {
  const content = useContent();
  const list = localQuery('units', 'downloads');
  const key = ['content', 'units', scope];
  const isRead = useQueryClient().getQueryData(key) !== undefined;
  const first = useQuery({
    ...list,
    queryKey: [...key, 'first'],
    queryFn: () => content.listUnits(scope, FIRST_UNITS),
    initialData: () => content.firstUnits(scope),
    enabled: !isRead,
  });
  const hasMore = first.data?.kind === 'units' && first.data.units.length >= FIRST_UNITS;
  const isShown = useDeferredValue(hasMore, false);
  const all = useQuery({ ...list, queryKey: key, queryFn: () => content.listUnits(scope), enabled: isRead || isShown });
  return all.isPending ? first : all;
}

/** The unit with lessons, objectives, its download state and its art, which is held as long as the caller is mounted. */
export function useUnitDetail(unitId: string) {
  const query = useUnit(unitId);
  const unit = query.data?.kind === 'unit' ? query.data.unit : null;
  const { asset } = useResolvedAsset(unit?.artAssetId ?? null);
  useOpenUnit(unitId);
  return { ...query, art: asset };
}

/** Null until it is known. */
export function useLessonTitle(unitId: string, lessonId: string): string | null {
  const { data } = useUnit(unitId);
  const lessons = data?.kind === 'unit' ? data.unit.lessons : [];
  return lessons.find((lesson) => lesson.id === lessonId)?.title ?? null;
}

function useUnit(unitId: string) {
  const content = useContent();
  return useQuery({
    ...localQuery('units', 'downloads'),
    queryKey: ['content', 'unit', unitId],
    queryFn: () => content.getUnitDetail(unitId),
  });
}

/** Joins or leaves at once; the server hears of it when it can. */
export function useMyUnitsAction(onError: () => void) {
  const content = useContent();
  return useMutation({
    networkMode: 'always',
    mutationFn: ({ unitId, join }: { unitId: string; join: boolean }) =>
      join ? content.joinMyUnits(unitId) : content.leaveMyUnits(unitId),
    onError,
  });
}
