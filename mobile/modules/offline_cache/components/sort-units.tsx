import { View } from 'react-native';
import { Button, useI18n, usePreference } from '../../ui_system/public.ts';
import type { CachedUnit } from '../models.ts';

/** By name, as they come, until the person asks what takes the room. */
export function useSorted(units: readonly CachedUnit[]): readonly CachedUnit[] {
  const [order] = usePreference('downloads-order', 'name');
  if (order !== 'size') return units;
  return units.toSorted((a, b) => b.download.doneBytes - a.download.doneBytes);
}

export function SortByButton() {
  const i18n = useI18n();
  const [order, setOrder] = usePreference('downloads-order', 'name');
  return (
    <View style={{ flexDirection: 'row' }}>
      {order === 'size' ? (
        <Button kind="quiet" isCompact label={i18n.t('Sort by name')} onPress={() => setOrder('name')} />
      ) : (
        <Button kind="quiet" isCompact label={i18n.t('Sort by size')} onPress={() => setOrder('size')} />
      )}
    </View>
  );
}
