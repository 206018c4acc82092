import { StyleSheet, View } from 'react-native';
import { Icon, Text, radius, space, usePalette } from '../../ui_system/public.ts';

/** What went wrong just now, read aloud at once. */
export function FaultNote({ words }: { words: string | null }) {
  const palette = usePalette();
  if (words === null) return null;
  return (
    <View role="alert" aria-live="assertive" style={[styles.note, { backgroundColor: palette.dangerSoft }]}>
      <Icon name="alert" size={20} tone="danger" />
      <Text tone="danger" style={styles.words}>
        {words}
      </Text>
    </View>
  );
}

const styles = StyleSheet.create({
  note: {
    flexDirection: 'row',
    alignItems: 'center',
    gap: space.m,
    padding: space.m,
    borderRadius: radius.m,
    alignSelf: 'stretch',
  },
  words: { flex: 1 },
});
