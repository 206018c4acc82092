import type { ReactNode } from 'react';
import { StyleSheet, useWindowDimensions, View } from 'react-native';
import { useTextScale } from '../theme/text-size';
import { space, TWO_COLUMNS_MIN_WIDTH } from '../theme/tokens.ts';

/** Beside each other where the window is wide enough for both, else one below the other, `first` above. For a `Screen` that `isWide`. */
export function TwoColumns({ first, second }: { first: ReactNode; second: ReactNode }) {
  const hasRoom = useHasRoomForTwo();
  return (
    <View style={hasRoom ? styles.beside : styles.below}>
      <View style={hasRoom ? styles.first : styles.below}>{first}</View>
      <View style={hasRoom ? styles.second : styles.below}>{second}</View>
    </View>
  );
}

/** Large text needs the whole width for its lines. */
export function useHasRoomForTwo(): boolean {
  return useWindowDimensions().width >= TWO_COLUMNS_MIN_WIDTH * useTextScale();
}

const styles = StyleSheet.create({
  beside: { flexDirection: 'row', alignItems: 'flex-start', gap: space.xxl },
  below: { gap: space.l },
  first: { flex: 5, gap: space.l, minWidth: 0 },
  second: { flex: 6, gap: space.l, minWidth: 0 },
});
