import { useMemo } from 'react';
import type { UnitProgress } from '../content/public-ui.ts';
import { useLessonProgress } from '../learning_session/public-ui.ts';

/** Progress as the screens of units show it; of one unit, or of all. */
export function useUnitProgress(unitId: string | null): UnitProgress {
  const { data } = useLessonProgress(unitId);
  return useMemo(() => {
    const items = data ?? [];
    const completedByUnitId = new Map<string, number>();
    for (const { unitId: id, status } of items) {
      if (status === 'completed') completedByUnitId.set(id, (completedByUnitId.get(id) ?? 0) + 1);
    }
    return { byLessonId: new Map(items.map((item) => [item.lessonId, item])), completedByUnitId };
  }, [data]);
}
