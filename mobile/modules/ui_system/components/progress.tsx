import { StyleSheet, View, type DimensionValue } from 'react-native';
import { useI18n } from '../i18n/language-provider.tsx';
import { usePalette } from '../theme/theme.tsx';
import { radius, space } from '../theme/tokens.ts';
import { Text } from './text.tsx';

/** `value` from 0 to 1. `valueText` says it in words where a percentage says too little ("1.2 MB of 3 MB"). */
export function ProgressBar(props: { label: string; value: number; valueText?: string; tone?: 'accent' | 'success' }) {
  const { label, value, valueText, tone = 'accent' } = props;
  const palette = usePalette();
  const i18n = useI18n();
  const percent = Math.round(Math.min(1, Math.max(0, value)) * 100);
  return (
    <View
      role="progressbar"
      accessible
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
      aria-valuetext={valueText ?? i18n.percent(percent / 100)}
      style={[styles.track, { backgroundColor: palette.sunken }]}
    >
      <View style={[styles.bar, { backgroundColor: palette[tone], width: `${percent}%` }]} />
    </View>
  );
}

/** Holds the place of what is being read. A screen shows one `SkeletonGroup`, which says so once. */
export function Skeleton({ height, width = '100%' }: { height: DimensionValue; width?: DimensionValue }) {
  const palette = usePalette();
  return <View aria-hidden style={[styles.skeleton, { height, width, backgroundColor: palette.sunken }]} />;
}

export function SkeletonGroup({ children }: { children: React.ReactNode }) {
  const i18n = useI18n();
  return (
    <View aria-busy style={styles.group}>
      <View role="status" style={styles.offscreen}>
        <Text variant="small">{i18n.t('Loading')}</Text>
      </View>
      {children}
    </View>
  );
}

const styles = StyleSheet.create({
  track: { height: 8, borderRadius: radius.pill, overflow: 'hidden', alignSelf: 'stretch' },
  bar: { height: 8, borderRadius: radius.pill },
  skeleton: { borderRadius: radius.m },
  group: { gap: space.l },
  offscreen: { position: 'absolute', width: 1, height: 1, overflow: 'hidden', opacity: 0 },
});
