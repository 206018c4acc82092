import Svg, { Path } from 'react-native-svg';
import { usePalette } from '../../../ui_system/public.ts';
import type { markKind } from './math-box.ts';

interface StrokesProps {
  width: number | '100%';
  height: number;
  d: string;
  /** Of the drawing; absent: points, as `width` and `height` are. */
  viewBox?: string;
  thickness: number;
}

function Strokes({ width, height, d, viewBox, thickness }: StrokesProps) {
  const palette = usePalette();
  return (
    <Svg width={width} height={height} {...(viewBox !== undefined && { viewBox, preserveAspectRatio: 'none' })}>
      <Path
        d={d}
        stroke={palette.ink}
        strokeWidth={thickness}
        strokeLinejoin="round"
        strokeLinecap="round"
        fill="none"
        vectorEffect="non-scaling-stroke"
      />
    </Svg>
  );
}

/** As thick as the lines of the letters beside it. */
export const thicknessOf = (size: number): number => Math.max(1, size * 0.07);

/** A bracket as high as what it holds; null for a sign that is none. */
export function Bracket({ sign, height, size }: { sign: string; height: number; size: number }) {
  const width = size * 0.42;
  const d = bracketPath(sign, width, height, size * 0.08);
  return d === null ? null : <Strokes width={width} height={height} d={d} thickness={thicknessOf(size)} />;
}

function bracketPath(sign: string, width: number, height: number, edge: number): string | null {
  const [left, right, top, bottom, middle, centre] = [edge, width - edge, edge, height - edge, height / 2, width / 2];
  switch (sign) {
    case '(':
      return `M${right} ${top}Q${left - centre / 2} ${middle} ${right} ${bottom}`;
    case ')':
      return `M${left} ${top}Q${right + centre / 2} ${middle} ${left} ${bottom}`;
    case '[':
      return `M${right} ${top}H${left}V${bottom}H${right}`;
    case ']':
      return `M${left} ${top}H${right}V${bottom}H${left}`;
    case '⌊':
      return `M${left} ${top}V${bottom}H${right}`;
    case '⌋':
      return `M${right} ${top}V${bottom}H${left}`;
    case '⌈':
      return `M${right} ${top}H${left}V${bottom}`;
    case '⌉':
      return `M${left} ${top}H${right}V${bottom}`;
    case '⟨':
      return `M${right} ${top}L${left} ${middle}L${right} ${bottom}`;
    case '⟩':
      return `M${left} ${top}L${right} ${middle}L${left} ${bottom}`;
    case '{':
      return `M${right} ${top}Q${centre} ${top} ${centre} ${top + width}V${middle - width / 2}Q${centre} ${middle} ${left} ${middle}Q${centre} ${middle} ${centre} ${middle + width / 2}V${bottom - width}Q${centre} ${bottom} ${right} ${bottom}`;
    case '}':
      return `M${left} ${top}Q${centre} ${top} ${centre} ${top + width}V${middle - width / 2}Q${centre} ${middle} ${right} ${middle}Q${centre} ${middle} ${centre} ${middle + width / 2}V${bottom - width}Q${centre} ${bottom} ${left} ${bottom}`;
    case '|':
    case '∣':
      return `M${centre} ${top}V${bottom}`;
    case '∥':
      return `M${left} ${top}V${bottom}M${right} ${top}V${bottom}`;
    default:
      return null;
  }
}

/** The hook of a root; its line is the upper edge of what stands under it. */
export function RootSign({ height, size }: { height: number; size: number }) {
  const [width, thickness] = [size * 0.6, thicknessOf(size)];
  const [top, bottom] = [thickness / 2, height - thickness];
  const d = `M0 ${bottom - height * 0.38}L${width * 0.28} ${bottom - height * 0.44}L${width * 0.56} ${bottom}L${width} ${top}`;
  return <Strokes width={width} height={height} d={d} thickness={thickness} />;
}

/** Over or under the whole width of what it marks. */
export function Mark({ kind, height, size }: { kind: NonNullable<ReturnType<typeof markKind>>; height: number; size: number }) {
  return <Strokes width="100%" height={height} viewBox="0 0 100 20" d={MARK_PATHS[kind]} thickness={thicknessOf(size)} />;
}

const MARK_PATHS = {
  line: 'M4 12H96',
  arrow: 'M4 12H92M76 4L94 12L76 20',
  hat: 'M24 18L50 4L76 18',
  tilde: 'M18 14Q34 2 50 12T82 10',
  dot: 'M50 12L50 12',
  brace_over: 'M3 19Q4 11 14 11H40Q49 11 50 2Q51 11 60 11H86Q96 11 97 19',
  brace_under: 'M3 1Q4 9 14 9H40Q49 9 50 18Q51 9 60 9H86Q96 9 97 1',
} as const;
