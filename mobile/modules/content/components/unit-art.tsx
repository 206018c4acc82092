import { Image, StyleSheet, View, type StyleProp, type ViewStyle } from 'react-native';
import type { AssetView } from '../../offline_cache/public-ui.ts';
import { Cover, Icon, radius, space, Text, useI18n, usePalette, type I18n } from '../../ui_system/public.ts';

/** Covers are drawn 16 : 9; the frame has that shape from the start, so that nothing jumps when the picture comes. */
export const ART_ASPECT_RATIO = 16 / 9;

/** The cover of a unit, or a landscape in its place. With `label` it is a picture with a name, else decoration beside the title. */
export function UnitArt(props: { unitId: string; art: AssetView; label?: string; style?: StyleProp<ViewStyle> }) {
  const { unitId, art, label, style } = props;
  const name = label === undefined ? { 'aria-hidden': true } : { role: 'img' as const, 'aria-label': label, accessible: true };
  return (
    <View {...name} style={[styles.frame, style]}>
      <Cover seed={unitId} />
      {art.kind === 'shown' ? (
        <Image source={{ uri: art.uri }} alt="" resizeMode="cover" style={StyleSheet.absoluteFill} />
      ) : art.kind === 'placeholder' ? (
        <Placeholder reason={art.reason} />
      ) : null}
    </View>
  );
}

type Reason = Extract<AssetView, { kind: 'placeholder' }>['reason'];

function Placeholder({ reason }: { reason: Reason }) {
  const i18n = useI18n();
  const palette = usePalette();
  const words = placeholderWords(i18n, reason);
  if (words === null) return null;
  return (
    <View style={styles.placeholder}>
      <View style={[styles.note, { backgroundColor: palette.surface }]}>
        <Icon name={reason === 'offline' ? 'offline' : 'info'} size={16} tone="muted" />
        <Text variant="small" tone="muted">
          {words}
        </Text>
      </View>
    </View>
  );
}

function placeholderWords(i18n: I18n, reason: Reason): string | null {
  switch (reason) {
    case 'offline':
      return i18n.t('Picture not on this device');
    case 'waiting_for_wifi':
      return i18n.t('Picture waits for Wi-Fi');
    case 'storage_limit':
      return i18n.t('Storage limit reached');
    default:
      return null;
  }
}

const styles = StyleSheet.create({
  frame: { width: '100%', aspectRatio: ART_ASPECT_RATIO, overflow: 'hidden' },
  placeholder: { flex: 1, flexDirection: 'row', alignItems: 'flex-end', padding: space.m },
  note: {
    flexDirection: 'row',
    alignItems: 'center',
    gap: space.xs,
    flexShrink: 1,
    paddingHorizontal: space.m,
    paddingVertical: space.xs,
    borderRadius: radius.m,
  },
});
