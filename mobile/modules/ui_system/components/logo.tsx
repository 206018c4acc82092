import { View } from 'react-native';
import Svg, { Path, Rect } from 'react-native-svg';

/** The app's sign. Beside its name, which says it in words. */
export function Logo({ size = 40 }: { size?: number }) {
  return (
    <View aria-hidden style={{ width: size, height: size }}>
      <Svg width={size} height={size} viewBox="0 0 512 512">
        <Rect width={512} height={512} rx={128} fill="#1f4d3a" />
        <Bag />
      </Svg>
    </View>
  );
}

/** The bag alone, in a square of 512, to stand inside another drawing. */
export function Bag() {
  return (
    <>
      <Path d="M156 236C150 118 208 84 256 84s106 34 100 152" fill="none" stroke="#e9c88f" strokeWidth={22} />
      <Rect x={112} y={196} width={288} height={222} rx={44} fill="#d9964a" />
      <Path
        d="M112 240a44 44 0 0 1 44-44h200a44 44 0 0 1 44 44v34c0 26-18 40-42 44l-80 14a128 128 0 0 1-44 0l-80-14c-24-4-42-18-42-44z"
        fill="#f0b768"
      />
      <Rect x={232} y={296} width={48} height={70} rx={12} fill="#fff6e6" />
      <Path d="m247 322 9 22 9-22" fill="none" stroke="#1f4d3a" strokeWidth={7} strokeLinecap="round" strokeLinejoin="round" />
    </>
  );
}
