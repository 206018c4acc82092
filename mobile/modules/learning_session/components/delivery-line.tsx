import { StyleSheet, View } from 'react-native';
import { Icon, Text, space, useI18n, type I18n, type IconName } from '../../ui_system/public.ts';
import type { DeliveryState } from '../models.ts';

const LOOKS: Readonly<Record<DeliveryState, { icon: IconName; tone: 'muted' | 'success' | 'danger' }>> = {
  saved_on_device: { icon: 'check', tone: 'muted' },
  sent: { icon: 'forward', tone: 'muted' },
  confirmed: { icon: 'right', tone: 'success' },
  refused: { icon: 'alert', tone: 'danger' },
};

/** How far the answers have come; says each step as it is reached. */
export function DeliveryLine({ delivery }: { delivery: DeliveryState }) {
  const i18n = useI18n();
  const { icon, tone } = LOOKS[delivery];
  return (
    <View role="status" aria-live="polite" style={styles.line}>
      <Icon name={icon} size={16} tone={tone} />
      <Text variant="small" tone={tone}>
        {deliveryWords(i18n, delivery)}
      </Text>
    </View>
  );
}

function deliveryWords(i18n: I18n, delivery: DeliveryState): string {
  switch (delivery) {
    case 'saved_on_device':
      return i18n.t('Saved on this device');
    case 'sent':
      return i18n.t('Sent');
    case 'confirmed':
      return i18n.t('Confirmed by server');
    case 'refused':
      return i18n.t('Not accepted by the server. Downloads says why.');
  }
}

const styles = StyleSheet.create({
  line: { flexDirection: 'row', alignItems: 'center', gap: space.xs, justifyContent: 'center', minHeight: 24 },
});
