import { StyleSheet, View } from 'react-native';
import Svg, { Circle, Path, Rect } from 'react-native-svg';
import { usePalette } from '../theme/theme.tsx';

/** Sky, light and two rows of hills; muted, so that real covers lead. The last letters of a dark one are as quiet. */
const DAYS = [
  { sky: '#f6dcc4', light: '#f0b768', far: '#d9b08c', near: '#b98a66' },
  { sky: '#dcebe4', light: '#f3d9a4', far: '#a9c8b6', near: '#7fa893' },
  { sky: '#dbe6f0', light: '#f6e3b8', far: '#a5bcd2', near: '#7f9bb8' },
  { sky: '#f3e2ea', light: '#f3c9a4', far: '#cfabbd', near: '#ab849b' },
] as const;
const NIGHTS = [
  { sky: '#3a2a20', light: '#b9824a', far: '#54392a', near: '#2b1f18' },
  { sky: '#1f332b', light: '#b9a878', far: '#2f4d41', near: '#172721' },
  { sky: '#1f2b38', light: '#c2b084', far: '#30455a', near: '#18222d' },
  { sky: '#33242c', light: '#b98a6a', far: '#4d3643', near: '#261b21' },
] as const;

/** What stands in for a picture that is not there, or not yet: a landscape, always the same one for the same `seed`. */
export function Cover({ seed }: { seed: string }) {
  const { isDark } = usePalette();
  const variant = [...seed].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 4096, 7);
  const colors = (isDark ? NIGHTS : DAYS)[variant % DAYS.length] ?? DAYS[0];
  const shift = (Math.floor(variant / DAYS.length) % 5) * 14;
  return (
    <View aria-hidden style={StyleSheet.absoluteFill}>
      <Svg width="100%" height="100%" viewBox="0 0 320 180" preserveAspectRatio="xMidYMid slice">
        <Rect width={320} height={180} fill={colors.sky} />
        <Circle cx={90 + 2 * shift} cy={62 + shift / 3} r={26} fill={colors.light} />
        <Path d={`M-70 180 ${40 + shift} 74l52 58 ${46 + shift / 2}-42L400 180z`} fill={colors.far} strokeLinejoin="round" />
        <Path d={`M-10 180c${60 + shift}-64 ${150 - shift}-44 200-26s94 4 150-20v60z`} fill={colors.near} />
      </Svg>
    </View>
  );
}
