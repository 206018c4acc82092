import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { createContext, useContext } from 'react';
import { localQuery, useOpenUnit, useResolvedAsset } from '../offline_cache/public-ui.ts';
import type { UnitScope } from './models.ts';
import type { ContentService } from './models.ts';

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

/** More than any screen shows at once. */
const FIRST_UNITS = 50;

/** Until all of them are read, which takes longer the more there are, the first ones; reading these takes the same time however many there are. */
function useUnitList(scope: UnitScope) {
  const content = useContent();
  const list = localQuery('units', 'downloads');
  const client = useQueryClient();
  const key = ['content', 'units', scope];
  const first = useQuery({
    ...list,
    queryKey: [...key, 'first'],
    queryFn: () => content.listUnits(scope, FIRST_UNITS),
    enabled: client.getQueryData(key) === undefined,
  });
  const all = useQuery({ ...list, queryKey: key, queryFn: () => content.listUnits(scope) });
  return all.data === undefined && first.data !== undefined ? first : all;
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
