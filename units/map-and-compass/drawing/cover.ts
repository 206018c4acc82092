import { traceContours } from './contours.ts';
import { compass } from './compass.ts';
import { COUNTRY, FOOTPATH, PLACE, WATER_LEVEL, heightAt, stream } from './land.ts';
import { COLOUR, line, pathData, smooth, svg, type Point } from './svg.ts';

const TINTS = ['#EAEBD0', '#DCE5C3', '#CBDCB4', '#D9D9A8', '#E6D49B', '#E5C58C', '#DDB27C', '#CF9C6C'];

/** Lark Fell in tinted heights, folded as a map is, with a compass lying on it. */
export function cover(): string {
  const place = ([east, north]: Point): Point => [(east - 42.15) * 262, (20.92 - north) * 262];
  const layers = TINTS.map((tint, index) => `<path d="${levelPaths(60 + index * 45, place)}" fill="${tint}"/>`).join('');
  const lines = Array.from(
    { length: 18 },
    (_, index) =>
      `<path d="${levelPaths(60 + index * 20, place)}" fill="none" stroke="${COLOUR.contour}" stroke-width="${index % 5 === 2 ? 3 : 1.4}" opacity="0.75"/>`,
  ).join('');
  const lake = traceContours((e, n) => -heightAt(e, n), -WATER_LEVEL, COUNTRY, 0.04).map((shore) =>
    pathData(shore.map(place), true),
  );
  const folds = [300, 600, 900]
    .map(
      (x, index) =>
        `<rect x="${x - 60}" width="60" height="675" fill="url(#${index % 2 === 0 ? 'fold' : 'rise'})"/><rect x="${x}" width="60" height="675" fill="url(#${index % 2 === 0 ? 'rise2' : 'fold2'})"/>`,
    )
    .join('');
  const [top, wood] = [place(PLACE.larkFell), place([42.75, 19.2])];
  return svg(
    1200,
    675,
    'Map and compass',
    `<defs>${gradient('fold', 0, 0.16)}${gradient('rise', 0, 0)}${gradient('rise2', 0.02, 0)}${gradient('fold2', 0.16, 0)}
<filter id="shadow" x="-30%" y="-30%" width="160%" height="160%"><feGaussianBlur stdDeviation="14"/></filter></defs>
<rect width="1200" height="675" fill="#F3EFD9"/>${layers}${lines}
${line(stream([45.12, 19.5]).map(place), `stroke="${COLOUR.blue}" stroke-width="5"`)}<path d="${lake.join('')}" fill="${COLOUR.water}" stroke="${COLOUR.blue}" stroke-width="3"/>
${forest(wood)}
${line(smooth(FOOTPATH.map(place)), `stroke="${COLOUR.accent}" stroke-width="8" stroke-dasharray="22 15"`)}
<path d="M${top[0]} ${top[1]}v-86" stroke="${COLOUR.ink}" stroke-width="6"/><path d="M${top[0]} ${top[1] - 86}l62 20l-62 22z" fill="${COLOUR.accent}" stroke="${COLOUR.ink}" stroke-width="3"/>
${folds}
<g opacity="0.35" filter="url(#shadow)" transform="translate(918 430) rotate(24)"><rect x="-176" y="-355" width="380" height="572" rx="24" fill="${COLOUR.ink}"/></g>
${compass({ at: [908, 412], radius: 140, travel: 24, bearing: 24, needle: -6, plateOpacity: 0.82 })}`,
  );
}

function levelPaths(level: number, place: (at: Point) => Point): string {
  return traceContours(heightAt, level, COUNTRY, 0.04)
    .map((contour) => pathData(contour.map(place), true))
    .join('');
}

function gradient(id: string, from: number, to: number): string {
  return `<linearGradient id="${id}"><stop offset="0" stop-color="${COLOUR.ink}" stop-opacity="${from}"/><stop offset="1" stop-color="${COLOUR.ink}" stop-opacity="${to}"/></linearGradient>`;
}

function forest([x, y]: Point): string {
  const trees: Point[] = [
    [0, -60],
    [-70, -20],
    [66, -14],
    [-20, 8],
    [-96, 52],
    [46, 58],
    [-30, 84],
  ];
  return trees
    .map(
      ([dx, dy]) =>
        `<path d="M${x + dx} ${y + dy - 44}l24 38h-12l18 26h-60l18 -26h-12z" fill="${COLOUR.green}"/><path d="M${x + dx} ${y + dy + 20}v14" stroke="${COLOUR.ink}" stroke-width="6"/>`,
    )
    .join('');
}
