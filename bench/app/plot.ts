/** One line of a plot: y over x, both on logarithmic axes. */
export interface Line {
  name: string;
  points: readonly { x: number; y: number }[];
}
export interface Plot {
  title: string;
  xLabel: string;
  yLabel: string;
  lines: readonly Line[];
}

const WIDTH = 720;
const HEIGHT = 400;
const LEFT = 70;
const RIGHT = 170;
const TOP = 40;
const BOTTOM = 50;
/** Told apart by people who see few colours too (Okabe and Ito). */
const COLOURS = ['#000000', '#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#8a7a00'];

export function toSvg({ title, xLabel, yLabel, lines }: Plot): string {
  const points = lines.flatMap((line) => line.points);
  const xs = [...new Set(points.map(({ x }) => x))].sort((one, other) => one - other);
  const [lowest, highest] = decades(points.map(({ y }) => y));
  const across = axis(xs[0] ?? 1, xs.at(-1) ?? 10, LEFT, WIDTH - RIGHT);
  const up = axis(10 ** lowest, 10 ** highest, HEIGHT - BOTTOM, TOP);
  const ticks = Array.from({ length: highest - lowest + 1 }, (_, index) => 10 ** (lowest + index));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escaped(title)}" font-family="sans-serif" font-size="12">
<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>
<text x="${LEFT}" y="22" font-size="15">${escaped(title)}</text>
${ticks.map((y) => rule(y, up(y))).join('\n')}
${xs.map((x) => `<text x="${across(x)}" y="${HEIGHT - BOTTOM + 18}" text-anchor="middle">${x.toLocaleString('en')}</text>`).join('\n')}
<text x="${(LEFT + WIDTH - RIGHT) / 2}" y="${HEIGHT - 10}" text-anchor="middle">${escaped(xLabel)}</text>
<text x="16" y="${(TOP + HEIGHT - BOTTOM) / 2}" text-anchor="middle" transform="rotate(-90 16 ${(TOP + HEIGHT - BOTTOM) / 2})">${escaped(yLabel)}</text>
${lines.map((line, index) => drawLine(line, index, across, up)).join('\n')}
</svg>
`;
}

function decades(values: readonly number[]): [number, number] {
  const lowest = Math.floor(Math.log10(Math.min(...values)));
  return [lowest, Math.max(lowest + 1, Math.ceil(Math.log10(Math.max(...values))))];
}

type Axis = (value: number) => number;
function axis(from: number, to: number, start: number, end: number): Axis {
  const span = Math.log10(to) - Math.log10(from) || 1;
  return (value) => Math.round((start + ((Math.log10(value) - Math.log10(from)) / span) * (end - start)) * 10) / 10;
}

const rule = (value: number, y: number): string =>
  `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y}" y2="${y}" stroke="#dddddd"/><text x="${LEFT - 6}" y="${y + 4}" text-anchor="end">${value.toLocaleString('en')}</text>`;

function drawLine({ name, points }: Line, index: number, across: Axis, up: Axis): string {
  const colour = COLOURS[index % COLOURS.length] ?? '#000000';
  const path = points.map(({ x, y }) => `${across(x)},${up(y)}`).join(' ');
  const dots = points.map(({ x, y }) => `<circle cx="${across(x)}" cy="${up(y)}" r="3.5" fill="${colour}"/>`).join('');
  // The legend keeps the order of the table: ends of lines may lie on each other.
  const legend = `<rect x="${WIDTH - RIGHT + 16}" y="${TOP + index * 20}" width="12" height="12" fill="${colour}"/><text x="${WIDTH - RIGHT + 34}" y="${TOP + 10 + index * 20}">${escaped(name)}</text>`;
  return `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2"/>${dots}${legend}`;
}

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
