import { STARS, type Star, type StarName } from './stars.ts';
import { COLOUR, line, repeatable, round, text, type Point } from './svg.ts';

const RAD = Math.PI / 180;
type Vector = readonly [x: number, y: number, z: number];

/** Where one looks from, when, and to: degrees; `siderealHours` is the right ascension that stands due south (north) just then. */
export interface View {
  latitude: number;
  siderealHours: number;
  /** Middle of the view: azimuth from north over east, and altitude. */
  azimuth: number;
  altitude: number;
  /** Middle of the view on the drawing, and the drawing's units for a degree there. */
  at: Point;
  scale: number;
}

/** Altitude and azimuth (from north over east), in degrees. */
export function toHorizon(
  { ra, dec }: Pick<Star, 'ra' | 'dec'>,
  view: Pick<View, 'latitude' | 'siderealHours'>,
): { altitude: number; azimuth: number } {
  const hourAngle = (view.siderealHours - ra) * 15 * RAD;
  const [latitude, declination] = [view.latitude * RAD, dec * RAD];
  const altitude = Math.asin(
    Math.sin(declination) * Math.sin(latitude) + Math.cos(declination) * Math.cos(latitude) * Math.cos(hourAngle),
  );
  const azimuth = Math.atan2(
    -Math.cos(declination) * Math.sin(hourAngle),
    Math.sin(declination) * Math.cos(latitude) - Math.cos(declination) * Math.sin(latitude) * Math.cos(hourAngle),
  );
  return { altitude: altitude / RAD, azimuth: (azimuth / RAD + 360) % 360 };
}

/** Stereographic projection of a direction in the sky onto the drawing: shapes stay true. */
export function project(altitude: number, azimuth: number, view: View): Point {
  const vector = (alt: number, az: number): Vector => [
    Math.cos(alt * RAD) * Math.sin(az * RAD),
    Math.cos(alt * RAD) * Math.cos(az * RAD),
    Math.sin(alt * RAD),
  ];
  const dot = (a: Vector, b: Vector): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
  const direction = vector(altitude, azimuth);
  const right = vector(0, view.azimuth + 90);
  const up = vector(view.altitude + 90, view.azimuth);
  const factor = 2 / (1 + dot(direction, vector(view.altitude, view.azimuth))) / RAD;
  return [view.at[0] + dot(direction, right) * factor * view.scale, view.at[1] - dot(direction, up) * factor * view.scale];
}

export function placeOf(star: Pick<Star, 'ra' | 'dec'>, view: View): Point {
  const { altitude, azimuth } = toHorizon(star, view);
  return project(altitude, azimuth, view);
}

/** A star as a disc; brighter stars are larger. */
export function dot([x, y]: Point, magnitude: number, colour: string = COLOUR.paper): string {
  return `<circle cx="${round(x)}" cy="${round(y)}" r="${round(Math.max(1.4, 7.6 - magnitude * 1.45))}" fill="${colour}"/>`;
}

export function starDots(names: readonly StarName[], view: View, colours: Partial<Record<StarName, string>> = {}): string {
  return names.map((name) => dot(placeOf(STARS[name], view), STARS[name].magnitude, colours[name])).join('');
}

export function figure(names: readonly StarName[], view: View): string {
  return line(
    names.map((name) => placeOf(STARS[name], view)),
    `stroke="${COLOUR.line}" stroke-width="3"`,
  );
}

/** Words beside a star; `by` is how far to the right and down they begin. */
export function label(
  star: Pick<Star, 'ra' | 'dec'>,
  view: View,
  words: string,
  { by, ...style }: { by: Point } & Parameters<typeof text>[2],
): string {
  const [x, y] = placeOf(star, view);
  return text([x + by[0], y + by[1]], words, style);
}

/** Small stars for depth, scattered evenly: decoration, not a catalogue. */
export function dust(count: number, [width, height]: Point, seed: number): string {
  const next = repeatable(seed);
  return Array.from(
    { length: count },
    () =>
      `<circle cx="${round(next() * width)}" cy="${round(next() * height)}" r="${round(0.6 + next() ** 3 * 1.5)}" fill="${COLOUR.paper}" opacity="${round(0.25 + next() * 0.5)}"/>`,
  ).join('');
}

/** The ground below the horizon, with compass letters where they belong; `sides` names what lies further left and right. */
export function ground(
  view: View,
  [width, height]: Point,
  letters: Record<string, number>,
  sides: readonly string[] = [],
): string {
  const horizon = Array.from({ length: 61 }, (_, step) => project(0, view.azimuth - 90 + step * 3, view));
  const d = horizon
    .map(([x, y], index) => `${index === 0 ? 'M' : 'L'}${round(x)} ${round(y + Math.sin(index * 1.3) * 4)}`)
    .join('');
  const marks = Object.entries(letters).map(([letter, azimuth]) => {
    const [x, y] = project(0, azimuth, view);
    return text([x, y + 44], letter, { anchor: 'middle', weight: 'bold', size: 34, colour: COLOUR.sun });
  });
  const ends = sides.map((side, index) =>
    text([index === 0 ? 34 : width - 34, height - 34], side, {
      anchor: index === 0 ? 'start' : 'end',
      size: 28,
      colour: COLOUR.sun,
    }),
  );
  return `<path d="${d}L${width + 400} ${height}H-400Z" fill="${COLOUR.hill}"/>${marks.join('')}${ends.join('')}`;
}

/** From galactic longitude and latitude, in degrees, to right ascension and declination (J2000). */
export function fromGalactic(longitude: number, latitude: number): Pick<Star, 'ra' | 'dec'> {
  const [poleRa, poleDec, node] = [192.85948 * RAD, 27.12825 * RAD, 122.93192 * RAD];
  const [l, b] = [longitude * RAD, latitude * RAD];
  const dec = Math.asin(Math.sin(poleDec) * Math.sin(b) + Math.cos(poleDec) * Math.cos(b) * Math.cos(node - l));
  const y = Math.cos(b) * Math.sin(node - l);
  const x = Math.sin(b) * Math.cos(poleDec) - Math.cos(b) * Math.sin(poleDec) * Math.cos(node - l);
  const ra = ((Math.atan2(y, x) + poleRa) / RAD + 720) % 360;
  return { ra: ra / 15, dec: dec / RAD };
}
