import { traceContours } from './contours.ts';
import { CONTOUR_STEP, COUNTRY, FOOTPATH, HOUSES, PLACE, ROAD, WATER_LEVEL, WOOD, heightAt, stream } from './land.ts';
import { COLOUR, line, pathData, round, smooth, svg, text, type Point } from './svg.ts';

const SCALE = 150;
export const MAP = { left: 44, top: 12, width: 750, height: 600 } as const;

/** From kilometres of the grid to the drawing. */
export function onMap([east, north]: Point): Point {
  return [MAP.left + (east - COUNTRY.west) * SCALE, MAP.top + (COUNTRY.north - north) * SCALE];
}

/** The country as a map: woods, water, contours, grid with its numbers, ways, houses, and names when asked for. */
export function mapOfCountry(options: { names: boolean }): string {
  const frame = `x="${MAP.left}" y="${MAP.top}" width="${MAP.width}" height="${MAP.height}"`;
  return `<clipPath id="frame"><rect ${frame}/></clipPath>
<rect ${frame} fill="#F6F1DF"/>
<g clip-path="url(#frame)">
${ground()}
${grid()}
${ways()}
${options.names ? names() : ''}
</g>
<rect ${frame} fill="none" stroke="${COLOUR.ink}" stroke-width="2.5"/>
${gridNumbers()}`;
}

export function wholeMap(title: string, over: string, options = { names: true }): string {
  return svg(816, 660, title, mapOfCountry(options) + over);
}

export function ground(): string {
  const wood = `<path d="${pathData(smooth([...WOOD, WOOD[0] ?? PLACE.church].map(onMap)), true)}" fill="${COLOUR.wood}"/>`;
  const lake = traceContours((e, n) => -heightAt(e, n), -WATER_LEVEL, COUNTRY, 0.04);
  const shores = lake.map((shore) => pathData(shore.map(onMap), true)).join('');
  const water = `<path d="${shores}" fill="${COLOUR.water}" stroke="${COLOUR.blue}" stroke-width="2"/>`;
  const becks = [stream([45.12, 19.5])]
    .map((course) => line(course.map(onMap), `stroke="${COLOUR.blue}" stroke-width="3"`))
    .join('');
  return wood + trees() + contourLines() + becks + water;
}

function contourLines(): string {
  let lines = '';
  for (let level = 60; level < 400; level += CONTOUR_STEP) {
    const width = level % 100 === 0 ? 2.6 : 1.2;
    const d = traceContours(heightAt, level, COUNTRY, 0.04).map((contour) => pathData(contour.map(onMap), true));
    lines += `<path d="${d.join('')}" fill="none" stroke="${COLOUR.contour}" stroke-width="${width}"/>`;
  }
  return lines;
}

function trees(): string {
  const places: Point[] = [
    [42.35, 19.1],
    [42.65, 18.85],
    [42.85, 19.25],
    [42.5, 19.5],
    [42.75, 19.55],
    [42.55, 19.2],
  ];
  return places
    .map(onMap)
    .map(
      ([x, y]) =>
        `<path d="M${x} ${y - 16}l9 20h-18zM${x} ${y + 4}v7" fill="${COLOUR.green}" stroke="${COLOUR.green}" stroke-width="3"/>`,
    )
    .join('');
}

function ways(): string {
  const road = smooth(ROAD.map(onMap));
  const path = smooth(FOOTPATH.map(onMap));
  return `${line(road, `stroke="${COLOUR.ink}" stroke-width="11"`)}${line(road, `stroke="${COLOUR.sun}" stroke-width="7"`)}
${line(path, `stroke="${COLOUR.accent}" stroke-width="4" stroke-dasharray="11 8"`)}
${HOUSES.map((at) => house(onMap(at))).join('')}${church(onMap(PLACE.church))}${house(onMap(PLACE.bothy), 20)}
${bridge(onMap(PLACE.bridge))}${summit(onMap(PLACE.larkFell))}${summit(onMap(PLACE.crowHill))}`;
}

export function house([x, y]: Point, size = 15): string {
  return `<rect x="${round(x - size / 2)}" y="${round(y - size / 2)}" width="${size}" height="${size}" fill="${COLOUR.ink}" stroke="${COLOUR.paper}" stroke-width="1.5"/>`;
}

export function church([x, y]: Point): string {
  return `<path d="M${x - 12} ${y - 4}h24v20h-24z" fill="${COLOUR.ink}" stroke="${COLOUR.paper}" stroke-width="2"/><path d="M${x} ${y - 6}v-24M${x - 9} ${y - 21}h18" stroke="${COLOUR.ink}" stroke-width="5" fill="none"/>`;
}

export function bridge([x, y]: Point): string {
  return `<path d="M${x - 22} ${y - 19}l7 7h30l7 -7M${x - 22} ${y + 15}l7 -7h30l7 7" fill="none" stroke="${COLOUR.ink}" stroke-width="3.5"/>`;
}

export function summit([x, y]: Point): string {
  return `<path d="M${x} ${y - 14}l14 24h-28z" fill="${COLOUR.paper}" stroke="${COLOUR.ink}" stroke-width="3.5"/><circle cx="${x}" cy="${y + 2}" r="3.2" fill="${COLOUR.ink}"/>`;
}

function names(): string {
  const halo = '#F6F1DF';
  const label = (at: Point, words: string, extra = {}): string => text(onMap(at), words, { size: 25, halo, ...extra });
  const height = (at: Point): string => String(Math.round(heightAt(...at)));
  return [
    label([44.02, 20.08], 'Lark Fell', { anchor: 'end', weight: 'bold' }),
    label([44.02, 19.9], height(PLACE.larkFell), { anchor: 'end' }),
    label([46.2, 19.42], 'Crow Hill', { weight: 'bold' }),
    label([46.2, 19.24], height(PLACE.crowHill)),
    label([42.55, 18.27], 'Aldwick', { anchor: 'middle', weight: 'bold' }),
    label([44.6, 18.74], 'Bothy', { anchor: 'end' }),
    label([46.1, 17.5], 'Mere Water', { anchor: 'middle', italic: true, colour: COLOUR.blue, halo: COLOUR.water }),
    label([42.6, 20.0], 'Hag Wood', { anchor: 'middle', italic: true, colour: '#3F6A5B' }),
  ].join('');
}

function grid(): string {
  let lines = '';
  for (let east = COUNTRY.west + 1; east < COUNTRY.east; east += 1) {
    lines += line(
      [onMap([east, COUNTRY.south]), onMap([east, COUNTRY.north])],
      `stroke="${COLOUR.blue}" stroke-width="1.6" opacity="0.75"`,
    );
  }
  for (let north = COUNTRY.south + 1; north < COUNTRY.north; north += 1) {
    lines += line(
      [onMap([COUNTRY.west, north]), onMap([COUNTRY.east, north])],
      `stroke="${COLOUR.blue}" stroke-width="1.6" opacity="0.75"`,
    );
  }
  return lines;
}

function gridNumbers(): string {
  const style = { size: 24, colour: COLOUR.blue, weight: 'bold' } as const;
  let numbers = '';
  for (let east = COUNTRY.west; east <= COUNTRY.east; east += 1) {
    numbers += text([onMap([east, 17])[0], MAP.top + MAP.height + 30], String(east), { ...style, anchor: 'middle' });
  }
  for (let north = COUNTRY.south; north <= COUNTRY.north; north += 1) {
    const y = Math.max(30, onMap([42, north])[1] + 8);
    numbers += text([MAP.left - 8, y], String(north), { ...style, anchor: 'end' });
  }
  return numbers;
}
