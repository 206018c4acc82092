import { dust, figure, fromGalactic, ground, label, placeOf, starDots, type View } from './sky.ts';
import { FIGURES, STARS } from './stars.ts';
import { COLOUR, SKY, line, pathData, repeatable, round, svg, text, type Point } from './svg.ts';

/** Perseids: all the paths, drawn backwards, meet near here at the peak (IMO). */
const RADIANT = { ra: 3.2, dec: 58 };

/** Looking north-east after midnight in mid-August at 45 degrees north. */
export function perseids(): string {
  const view: View = { latitude: 45, siderealHours: 22.6, azimuth: 38, altitude: 38, at: [400, 400], scale: 8.4 };
  const radiant = placeOf(RADIANT, view);
  const paths: readonly (readonly [number, number, number])[] = [
    [200, 120, 110],
    [155, 190, 150],
    [290, 130, 120],
    [335, 190, 140],
    [20, 150, 110],
    [60, 90, 60],
    [120, 110, 80],
    [180, 300, 90],
  ];
  const meteors = paths.map(([degrees, from, length]) => meteor(radiant, degrees, from, length));
  const names = [...FIGURES.cassiopeia, ...FIGURES.perseus, 'algol', 'capella'] as const;
  const style = { size: 27, weight: 'bold', colour: COLOUR.sun } as const;
  return svg(
    [800, 820],
    'The Perseids and the Milky Way',
    `${milkyWay(view)}${dust(170, [800, 740], 11)}${meteors.join('')}${figure(FIGURES.cassiopeia, view)}${figure(FIGURES.perseus, view)}${starDots([...new Set(names)], view)}
<circle cx="${round(radiant[0])}" cy="${round(radiant[1])}" r="24" fill="none" stroke="${COLOUR.accent}" stroke-width="4"/>${text([radiant[0] - 40, radiant[1] - 20], 'Radiant', { ...style, colour: '#F0A184', anchor: 'end' })}
${label(STARS.gammaCas, view, 'Cassiopeia', { by: [-62, 0], ...style, anchor: 'end' })}${label(STARS.zetaPer, view, 'Perseus', { by: [-30, 48], ...style })}${label(STARS.capella, view, 'Capella', { by: [18, 10] })}
${ground(view, [800, 820], { N: 0, NE: 45 })}`,
    SKY,
  );
}

/** A meteor that starts `from` units off the radiant and flies straight away from it. */
function meteor([x, y]: Point, degrees: number, from: number, length: number): string {
  const [dx, dy] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  const [start, end]: [Point, Point] = [
    [x + dx * from, y + dy * from],
    [x + dx * (from + length), y + dy * (from + length)],
  ];
  const side = 3.4;
  return `${line([[x + dx * 30, y + dy * 30], start], `stroke="#F0A184" stroke-width="1.6" stroke-dasharray="2 9" opacity="0.7"`)}<path d="${pathData([start, [end[0] - dy * side, end[1] + dx * side], [end[0] + dx * 5, end[1] + dy * 5], [end[0] + dy * side, end[1] - dx * side]], true)}" fill="${COLOUR.paper}"/>`;
}

/** The band of the Milky Way where it is: along the galactic equator. */
export function milkyWay(view: View, width = 9): string {
  const next = repeatable(314);
  const edge = (latitude: number): Point[] =>
    Array.from({ length: 60 }, (_, step) => placeOf(fromGalactic(60 + step * 3, latitude * (0.85 + 0.3 * next())), view));
  const band = (half: number, opacity: number): string =>
    `<path d="${pathData([...edge(half), ...edge(-half).reverse()], true)}" fill="#C9D8EA" opacity="${opacity}"/>`;
  const grains = Array.from({ length: 420 }, () => {
    const [x, y] = placeOf(fromGalactic(60 + next() * 180, (next() + next() + next() - 1.5) * width), view);
    return `<circle cx="${round(x)}" cy="${round(y)}" r="${round(0.7 + next() * 1.1)}" fill="${COLOUR.paper}" opacity="0.55"/>`;
  });
  return `<defs><filter id="soft"><feGaussianBlur stdDeviation="16"/></filter></defs><g filter="url(#soft)">${band(width, 0.14)}${band(width * 0.6, 0.14)}${band(width * 0.3, 0.12)}</g>${grains.join('')}`;
}
