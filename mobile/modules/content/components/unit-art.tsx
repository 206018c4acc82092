import { Image, StyleSheet, View, type StyleProp, type ViewStyle } from 'react-native';
import type { AssetView } from '../../offline_cache/public-ui.ts';
import { Icon, Text, usePalette } from '../../ui_system/public.ts';

/** Covers are drawn 16 : 9; the frame has that shape from the start, so that nothing jumps when the picture comes. */
export const ART_ASPECT_RATIO = 16 / 9;

/** The cover of a unit, or its place. With `label` it is a picture with a name, else decoration beside the title. */
export function UnitArt(props: { art: AssetView; label?: string; style?: StyleProp<ViewStyle> }) {
  const { art, label, style } = props;
  const palette = usePalette();
  const name = label === undefined ? { 'aria-hidden': true } : { role: 'img' as const, 'aria-label': label, accessible: true };
  return (
    <View {...name} style={[styles.frame, { backgroundColor: palette.accentSoft }, style]}>
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
  const words = WORDS[reason];
  return (
    <View style={styles.placeholder}>
      <Icon name={reason === 'offline' ? 'offline' : 'book'} size={40} tone="muted" />
      {words === undefined ? null : (
        <Text variant="small" tone="muted">
          {words}
        </Text>
      )}
    </View>
  );
}

const WORDS: Partial<Record<Reason, string>> = {
  offline: 'Picture not on this device',
  waiting_for_wifi: 'Picture waits for Wi-Fi',
  storage_limit: 'Storage limit reached',
};

const styles = StyleSheet.create({
  frame: { width: '100%', aspectRatio: ART_ASPECT_RATIO, overflow: 'hidden' },
  placeholder: { flex: 1, alignItems: 'center', justifyContent: 'center', gap: 8 },
});
