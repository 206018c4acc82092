import { useCallback, type ReactElement } from 'react';
import { FlatList, StyleSheet, useWindowDimensions, View, type ListRenderItemInfo } from 'react-native';
import { columnStyle, Skeleton, SkeletonGroup, space, useTextScale, useToastRoom } from '../../ui_system/public.ts';
import type { UnitListItem } from '../models.ts';
import { UnitCard } from './unit-card.tsx';
import type { UnitProgress, UnitsNavigation } from './view-models.ts';

const CARD_MIN_WIDTH = 300;
const COLUMNS_MAX = 3;

/**
 * Heights of the screen that are drawn: this one and three on each side. FlatList's own 21 make a start draw forty cards; with fewer a
 * fast wheel runs into empty space (docs/benchmarks/app.md).
 */
const DRAWN_SCREENS = 7;
/** Enough to fill a phone, and a desktop's three columns; the rest follows when the first are seen. */
const FIRST_ROWS = 3;

/** The grid of cards; drawn only as far as it is seen, so that two thousand units scroll like ten. */
export function UnitsList(props: {
  units: readonly UnitListItem[];
  progress: UnitProgress;
  navigation: UnitsNavigation;
  header: ReactElement;
  empty: ReactElement;
  onRefresh(): void;
  isRefreshing: boolean;
}) {
  const { units, progress, navigation, header, empty, onRefresh, isRefreshing } = props;
  const columns = useColumnCount();
  const toastRoom = useToastRoom();
  const { completedByUnitId } = progress;
  const { unitHref, onOpenUnit } = navigation;
  // The same function while nothing that it shows has changed: then no card is drawn again for what happens around the list.
  const renderUnit = useCallback(
    ({ item }: ListRenderItemInfo<UnitListItem>) => (
      <View style={[styles.cell, { width: `${100 / columns}%` }]}>
        <UnitCard
          unit={item}
          completedLessons={completedByUnitId.get(item.id) ?? 0}
          href={unitHref(item.id)}
          onOpenUnit={onOpenUnit}
        />
      </View>
    ),
    [columns, completedByUnitId, unitHref, onOpenUnit],
  );
  return (
    <FlatList
      key={columns}
      data={units}
      numColumns={columns}
      keyExtractor={(unit) => unit.id}
      ListHeaderComponent={header}
      ListEmptyComponent={empty}
      keyboardShouldPersistTaps="handled"
      contentContainerStyle={[columnStyle(true), styles.content, { paddingBottom: space.xxxl + toastRoom }]}
      onRefresh={onRefresh}
      refreshing={isRefreshing}
      renderItem={renderUnit}
      windowSize={DRAWN_SCREENS}
      initialNumToRender={FIRST_ROWS}
    />
  );
}

/** The same grid before the first read has come back. */
export function UnitsSkeleton() {
  const columns = useColumnCount();
  return (
    <SkeletonGroup>
      <View style={styles.skeleton}>
        {Array.from({ length: columns * 2 }, (_, index) => (
          <View key={index} style={[styles.cell, { width: `${100 / columns}%` }]}>
            <Skeleton height={320} />
          </View>
        ))}
      </View>
    </SkeletonGroup>
  );
}

function useColumnCount(): number {
  const { width } = useWindowDimensions();
  const scale = useTextScale();
  return Math.max(1, Math.min(COLUMNS_MAX, Math.floor(width / (CARD_MIN_WIDTH * scale))));
}

const styles = StyleSheet.create({
  /** Cells bring their own half of the gap. */
  content: { paddingTop: space.l, paddingHorizontal: space.s },
  cell: { padding: space.s },
  skeleton: { flexDirection: 'row', flexWrap: 'wrap' },
});
