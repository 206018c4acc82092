import { View } from 'react-native';
import Svg, { Path } from 'react-native-svg';
import { usePalette } from '../theme/theme.tsx';
import { ICON_PATHS } from './icon-paths.ts';
import { toneColor, type TextTone } from './text.tsx';

export type IconName = keyof typeof ICON_PATHS;

/** A drawing beside words that already say it; hidden from screen readers. */
export function Icon({ name, size = 24, tone = 'ink' }: { name: IconName; size?: number; tone?: TextTone }) {
  const palette = usePalette();
  return (
    <View aria-hidden style={{ width: size, height: size }}>
      <Svg width={size} height={size} viewBox="0 0 24 24">
        <Path d={ICON_PATHS[name]} fill={toneColor(palette, tone)} />
      </Svg>
    </View>
  );
}
