/** A point on the drawing, in its units, x to the right, y down. */
export type Point = readonly [x: number, y: number];

export const COLOUR = {
  paper: '#FBF6EC',
  ink: '#2B2A33',
  accent: '#C8553D',
  green: '#5B8E7D',
  blue: '#3D6B8E',
  sun: '#F2C14E',
  contour: '#B98A5E',
  wood: '#CFE0CF',
  water: '#BCD6E4',
  grey: '#8A8792',
} as const;

interface TextStyle {
  size?: number;
  colour?: string;
  anchor?: 'start' | 'middle' | 'end';
  weight?: 'normal' | 'bold';
  italic?: boolean;
  /** Colour of the rim that keeps letters readable on lines; none without it. */
  halo?: string;
}

export function svg(width: number, height: number, title: string, body: string): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="Liberation Sans, Arial, sans-serif" stroke-linejoin="round" stroke-linecap="round">
<title>${title}</title>
<rect width="${width}" height="${height}" fill="${COLOUR.paper}"/>
${body}
</svg>
`;
}

export function text([x, y]: Point, words: string, style: TextStyle = {}): string {
  const { size = 26, colour = COLOUR.ink, anchor = 'start', weight = 'normal', italic = false, halo } = style;
  const rim = halo === undefined ? '' : ` stroke="${halo}" stroke-width="7" paint-order="stroke"`;
  const slant = italic ? ' font-style="italic"' : '';
  return `<text x="${round(x)}" y="${round(y)}" font-size="${size}" fill="${colour}" text-anchor="${anchor}" font-weight="${weight}"${slant}${rim}>${words}</text>`;
}

export function line(points: readonly Point[], attributes: string): string {
  return `<path d="${pathData(points)}" fill="none" ${attributes}/>`;
}

/** Path data through the points; `closed` joins the last to the first. */
export function pathData(points: readonly Point[], closed = false): string {
  return points.map(([x, y], index) => `${index === 0 ? 'M' : 'L'}${round(x)} ${round(y)}`).join('') + (closed ? 'Z' : '');
}

/** A smooth open curve through the points (Catmull-Rom, as short straight pieces). */
export function smooth(points: readonly Point[], steps = 8): Point[] {
  const at = (index: number): Point => points[Math.min(points.length - 1, Math.max(0, index))] ?? [0, 0];
  const curve: Point[] = [];
  for (let index = 0; index < points.length - 1; index += 1) {
    const [a, b, c, d] = [at(index - 1), at(index), at(index + 1), at(index + 2)];
    for (let step = 0; step < steps; step += 1) {
      const t = step / steps;
      const mix = (axis: 0 | 1): number =>
        0.5 *
        (2 * b[axis] +
          (c[axis] - a[axis]) * t +
          (2 * a[axis] - 5 * b[axis] + 4 * c[axis] - d[axis]) * t * t +
          (3 * b[axis] - a[axis] - 3 * c[axis] + d[axis]) * t * t * t);
      curve.push([mix(0), mix(1)]);
    }
  }
  return [...curve, at(points.length - 1)];
}

export function round(value: number): number {
  return Math.round(value * 10) / 10;
}
