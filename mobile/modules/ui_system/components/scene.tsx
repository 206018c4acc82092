import { View } from 'react-native';
import Svg, { Circle, G, Path, Rect } from 'react-native-svg';
import { usePalette } from '../theme/theme.tsx';
import { type Palette } from '../theme/tokens.ts';
import { Bag } from './logo.tsx';

/** What the bag on its way meets. `bag`: nothing yet · `cloud`: no network · `signpost`: it went wrong · `flag`: it is done. */
export type SceneName = 'bag' | 'cloud' | 'signpost' | 'flag' | 'book' | 'lens';

const WIDTH = 240;
const HEIGHT = 150;

/** A drawing above words that say the same: hills at the edge of the day, and one thing in them. Hidden from screen readers. */
export function Scene({ name, width = WIDTH }: { name: SceneName; width?: number | '100%' }) {
  const colors = sceneColors(usePalette());
  return (
    <View aria-hidden style={{ width, aspectRatio: WIDTH / HEIGHT, maxWidth: '100%' }}>
      <Svg width="100%" height="100%" viewBox={`0 0 ${WIDTH} ${HEIGHT}`}>
        <Circle cx={178} cy={46} r={20} fill={colors.sun} />
        <Path d="M8 150c18-62 44-76 70-58 16-30 44-46 66-14 22-18 66-8 88 72z" fill={colors.far} />
        <Path d="M0 150c14-30 50-38 88-32 50 8 118-16 152 32z" fill={colors.near} />
        <Path
          d="M96 150c10-12 34-12 40-20 4-6-10-8-6-14"
          fill="none"
          stroke={colors.path}
          strokeWidth={4}
          strokeLinecap="round"
        />
        <Thing name={name} colors={colors} />
      </Svg>
    </View>
  );
}

type Colors = ReturnType<typeof sceneColors>;

function sceneColors({ isDark, accent, ink, surface }: Palette) {
  return isDark
    ? { sun: '#e9c88f', far: '#2e4a3c', near: '#3d6350', path: '#d8c8a8', ink, paper: '#f4ecdf', accent, cloud: '#4a4339' }
    : { sun: '#f3c57a', far: '#cfdcc2', near: '#a9c39b', path: '#fff6e6', ink, paper: surface, accent, cloud: '#ffffff' };
}

function Thing({ name, colors }: { name: SceneName; colors: Colors }) {
  switch (name) {
    case 'bag':
      return (
        <G transform="translate(62 66) scale(0.15)">
          <Bag />
        </G>
      );
    case 'cloud':
      return (
        <>
          <G transform="translate(62 78) scale(0.125)">
            <Bag />
          </G>
          <Path
            d="M124 62a17 17 0 0 1 1-34 25 25 0 0 1 47-4 19 19 0 0 1 4 38z"
            fill={colors.cloud}
            stroke={colors.ink}
            strokeWidth={3}
          />
          <Path d="M122 76 184 14" stroke={colors.accent} strokeWidth={5} strokeLinecap="round" />
        </>
      );
    case 'signpost':
      return (
        <>
          <Path d="M112 132V56" stroke={colors.ink} strokeWidth={6} strokeLinecap="round" />
          <Path d="M82 62h54l12 11-12 11H82z" fill={colors.accent} />
          <Path d="M138 90H92l-12 10 12 10h46z" fill={colors.paper} stroke={colors.ink} strokeWidth={3} strokeLinejoin="round" />
        </>
      );
    case 'flag':
      return (
        <>
          <Path d="M144 80V24" stroke={colors.ink} strokeWidth={5} strokeLinecap="round" />
          <Path d="M146 26c14-8 22 8 40 0v26c-18 8-26-8-40 0z" fill={colors.accent} />
          <G transform="translate(62 84) scale(0.115)">
            <Bag />
          </G>
        </>
      );
    case 'book':
      return (
        <G stroke={colors.ink} strokeWidth={3} strokeLinejoin="round">
          <Path d="M116 74c-14-12-34-14-52-8v54c18-6 38-4 52 8z" fill={colors.paper} />
          <Path d="M116 74c14-12 34-14 52-8v54c-18-6-38-4-52 8z" fill={colors.paper} />
          <Path d="M76 82c10-2 20-1 28 4M76 96c10-2 20-1 28 4M156 82c-10-2-20-1-28 4" fill="none" strokeWidth={2.5} />
        </G>
      );
    case 'lens':
      return (
        <>
          <Rect x={129} y={94} width={48} height={13} rx={6.5} fill={colors.accent} transform="rotate(45 129 100)" />
          <Circle cx={106} cy={72} r={34} fill={colors.paper} fillOpacity={0.85} stroke={colors.ink} strokeWidth={6} />
          <Path d="M88 70a19 19 0 0 1 14-17" fill="none" stroke={colors.accent} strokeWidth={4} strokeLinecap="round" />
        </>
      );
  }
}
