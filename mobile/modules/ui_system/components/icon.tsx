import { StyleSheet, View } from 'react-native';
import Svg, { Path } from 'react-native-svg';
import { useI18n } from '../i18n/language-provider.tsx';
import { useTextScale } from '../theme/text-size';
import { usePalette } from '../theme/theme.tsx';
import { ICON_PATHS } from './icon-paths.ts';
import { toneColor, type TextTone } from './text.tsx';

export type IconName = keyof typeof ICON_PATHS;

/** A drawing beside words that already say it; hidden from screen readers. */
export function Icon({ name, size = 24, tone = 'ink' }: { name: IconName; size?: number; tone?: TextTone }) {
  const palette = usePalette();
  const side = size * Math.min(useTextScale(), SCALE_MAX);
  const isMirrored = useI18n().direction === 'rtl' && POINTING.has(name);
  return (
    <View aria-hidden style={[{ width: side, height: side }, isMirrored && styles.mirrored]}>
      <Svg width={side} height={side} viewBox="0 0 24 24">
        <Path d={ICON_PATHS[name]} fill={toneColor(palette, tone)} />
      </Svg>
    </View>
  );
}

/** Drawings grow with the words beside them, as far as the round buttons leave room. */
const SCALE_MAX = 1.75;

/** They point where reading goes, or begin their lines there. What plays, skips and turns keeps its way in every language. */
const POINTING: ReadonlySet<IconName> = new Set(['back', 'forward', 'transcript']);

const styles = StyleSheet.create({ mirrored: { transform: [{ scaleX: -1 }] } });
