import { StyleSheet, View } from 'react-native';
import { Text } from './text.tsx';

/** Words for screen readers alone, read politely each time they change. Empty says nothing. */
export function Announce({ text }: { text: string }) {
  return (
    <View role="status" aria-live="polite" style={styles.unseen} pointerEvents="none">
      <Text variant="small">{text}</Text>
    </View>
  );
}

const styles = StyleSheet.create({
  unseen: { position: 'absolute', width: 1, height: 1, overflow: 'hidden', opacity: 0 },
});
