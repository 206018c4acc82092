import { StyleSheet, View } from 'react-native';
import Svg, { Path } from 'react-native-svg';
import { useI18n } from '../i18n/language-provider.tsx';
import { usePalette } from '../theme/theme.tsx';
import { ICON_PATHS } from './icon-paths.ts';
import { toneColor, type TextTone } from './text.tsx';

export type IconName = keyof typeof ICON_PATHS;

/** A drawing beside words that already say it; hidden from screen readers. */
export function Icon({ name, size = 24, tone = 'ink' }: { name: IconName; size?: number; tone?: TextTone }) {
  const palette = usePalette();
  const isMirrored = useI18n().direction === 'rtl' && POINTING.has(name);
  return (
    <View aria-hidden style={[{ width: size, height: size }, isMirrored && styles.mirrored]}>
      <Svg width={size} height={size} viewBox="0 0 24 24">
        <Path d={ICON_PATHS[name]} fill={toneColor(palette, tone)} />
      </Svg>
    </View>
  );
}

/** They point where reading goes, or begin their lines there. What plays, skips and turns keeps its way in every language. */
const POINTING: ReadonlySet<IconName> = new Set(['back', 'forward', 'transcript']);

const styles = StyleSheet.create({ mirrored: { transform: [{ scaleX: -1 }] } });
