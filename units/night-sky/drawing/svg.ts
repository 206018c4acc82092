/** A point on the drawing, in its units, x to the right, y down. */
export type Point = readonly [x: number, y: number];

export const COLOUR = {
  paper: '#FBF6EC',
  ink: '#2B2A33',
  accent: '#C8553D',
  green: '#5B8E7D',
  blue: '#3D6B8E',
  sun: '#F2C14E',
  night: '#1B2440',
  dusk: '#2F4A75',
  hill: '#141A2C',
  line: '#7FA3C4',
} as const;

interface TextStyle {
  size?: number;
  colour?: string;
  anchor?: 'start' | 'middle' | 'end';
  weight?: 'normal' | 'bold';
}

export function svg([width, height]: Point, title: string, body: string, ground: string = COLOUR.paper): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="Liberation Sans, Arial, sans-serif" stroke-linejoin="round" stroke-linecap="round">
<title>${title}</title>
<defs><linearGradient id="sky" x2="0" y2="1"><stop offset="0" stop-color="${COLOUR.night}"/><stop offset="1" stop-color="${COLOUR.dusk}"/></linearGradient></defs>
<rect width="${width}" height="${height}" fill="${ground}"/>
${body}
</svg>
`;
}

/** Ground of a picture of the night: dark above, a little lighter towards the horizon. */
export const SKY = 'url(#sky)';

export function text([x, y]: Point, words: string, style: TextStyle = {}): string {
  const { size = 26, colour = COLOUR.paper, anchor = 'start', weight = 'normal' } = style;
  return `<text x="${round(x)}" y="${round(y)}" font-size="${size}" fill="${colour}" text-anchor="${anchor}" font-weight="${weight}">${words}</text>`;
}

export function line(points: readonly Point[], attributes: string): string {
  return `<path d="${pathData(points)}" fill="none" ${attributes}/>`;
}

/** Path data through the points; `closed` joins the last to the first. */
export function pathData(points: readonly Point[], closed = false): string {
  return points.map(([x, y], index) => `${index === 0 ? 'M' : 'L'}${round(x)} ${round(y)}`).join('') + (closed ? 'Z' : '');
}

export function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** The same numbers each time, from 0 to 1: pictures must not change when they are drawn again (Park and Miller's generator). */
export function repeatable(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
}
