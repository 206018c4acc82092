import { StyleSheet, View } from 'react-native';
import { Icon, Text, space, type IconName } from '../../ui_system/public.ts';
import type { DeliveryState } from '../models.ts';

const STATES: Readonly<Record<DeliveryState, { words: string; icon: IconName; tone: 'muted' | 'success' | 'danger' }>> = {
  saved_on_device: { words: 'Saved on this device', icon: 'check', tone: 'muted' },
  sent: { words: 'Sent', icon: 'forward', tone: 'muted' },
  confirmed: { words: 'Confirmed by server', icon: 'right', tone: 'success' },
  refused: { words: 'Not accepted by the server. Downloads says why.', icon: 'alert', tone: 'danger' },
};

/** How far the answers have come; says each step as it is reached. */
export function DeliveryLine({ delivery }: { delivery: DeliveryState }) {
  const { words, icon, tone } = STATES[delivery];
  return (
    <View role="status" aria-live="polite" style={styles.line}>
      <Icon name={icon} size={16} tone={tone} />
      <Text variant="small" tone={tone}>
        {words}
      </Text>
    </View>
  );
}

const styles = StyleSheet.create({
  line: { flexDirection: 'row', alignItems: 'center', gap: space.xs, justifyContent: 'center', minHeight: 24 },
});
