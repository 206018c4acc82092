import { earth, moon } from './moon.ts';
import { dust, figure, label, starDots, type View } from './sky.ts';
import { FIGURES, STARS } from './stars.ts';
import { COLOUR, SKY, line, round, svg, text, type Point } from './svg.ts';

const NAME = { size: 27, weight: 'bold', anchor: 'middle', colour: COLOUR.sun } as const;

/** Orion and the bright stars that his Belt points to, looking south from 45 degrees north. */
export function orion(): string {
  const view: View = { latitude: 45, siderealHours: 5.5, azimuth: 180, altitude: 42, at: [415, 385], scale: 10.4 };
  const names = [...FIGURES.orion, ...FIGURES.belt, 'sirius', 'aldebaran', 'procyon', 'alcyone', 'elnath'] as const;
  const pleiades = [
    [-9, 3],
    [-3, -8],
    [4, 2],
    [9, -6],
    [2, 10],
    [-12, -6],
  ].map(([dx, dy]): Point => [dx ?? 0, dy ?? 0]);
  return svg(
    [800, 690],
    'Orion and the stars around him',
    `${dust(150, [800, 690], 41)}${figure(FIGURES.orion, view)}${figure(['aldebaran', 'sirius'], view).replace('stroke-width="3"', 'stroke-width="3" stroke-dasharray="4 12"').replace(COLOUR.line, COLOUR.accent)}
${figure(FIGURES.belt, view)}${starDots([...new Set(names)], view, { betelgeuse: '#F0A184', rigel: '#CFE3F7', aldebaran: '#F2B48F', sirius: '#E6F0FF' })}
${label(STARS.alcyone, view, 'Pleiades', { by: [0, -26], ...NAME })}${pleiades.map(([dx, dy]) => label(STARS.alcyone, view, '•', { by: [dx, dy + 6], size: 18, anchor: 'middle' })).join('')}
${label(STARS.betelgeuse, view, 'Betelgeuse', { by: [-20, -14], anchor: 'end' })}${label(STARS.rigel, view, 'Rigel', { by: [18, 26] })}${label(STARS.alnilam, view, 'Belt', { by: [42, -8] })}
${label(STARS.sirius, view, 'Sirius', { by: [0, 48], ...NAME })}${label(STARS.aldebaran, view, 'Aldebaran', { by: [70, 40], ...NAME })}${label(STARS.procyon, view, 'Procyon', { by: [20, -22], ...NAME })}${label(STARS.saiph, view, 'Orion', { by: [34, 66], ...NAME })}`,
    SKY,
  );
}

/** Why the stars of the evening change: at night we look away from the Sun. Seen from above the north pole. */
export function yearWheel(): string {
  const centre: Point = [400, 400];
  const seasons = [
    { angle: 180, month: 'December', sky: 'Orion' },
    { angle: 270, month: 'March', sky: 'Leo' },
    { angle: 0, month: 'June', sky: 'Scorpius' },
    { angle: 90, month: 'September', sky: 'Pegasus' },
  ];
  const places = seasons.map(({ angle, month, sky }) => {
    const [dx, dy] = [Math.cos((angle * Math.PI) / 180), -Math.sin((angle * Math.PI) / 180)];
    const at: Point = [centre[0] + dx * 205, centre[1] + dy * 205];
    const out: Point = [centre[0] + dx * 330, centre[1] + dy * 345];
    return `<path d="M${round(at[0] - dy * 46)} ${round(at[1] + dx * 46)}L${round(at[0] + dx * 100 - dy * 90)} ${round(at[1] + dy * 100 + dx * 90)}L${round(at[0] + dx * 100 + dy * 90)} ${round(at[1] + dy * 100 - dx * 90)}L${round(at[0] + dy * 46)} ${round(at[1] - dx * 46)}Z" fill="${COLOUR.line}" opacity="0.28"/>${earth(at, 46, (Math.atan2(-dy, -dx) * 180) / Math.PI)}
${text([out[0], out[1] - 4], sky, NAME)}${text([out[0], out[1] + 28], month, { anchor: 'middle', size: 25 })}`;
  });
  return svg(
    [800, 800],
    'Why the evening stars change through the year',
    `${dust(120, [800, 800], 5)}<circle cx="400" cy="400" r="205" fill="none" stroke="${COLOUR.line}" stroke-width="2.5" stroke-dasharray="4 10"/>
<circle cx="400" cy="400" r="48" fill="${COLOUR.sun}"/>${text([400, 409], 'Sun', { anchor: 'middle', weight: 'bold', colour: COLOUR.ink })}${places.join('')}
<path d="M243 532A220 220 0 0 0 268 557" fill="none" stroke="${COLOUR.accent}" stroke-width="6"/><path transform="translate(270 559) rotate(42)" d="M18 0L-8 -14V14Z" fill="${COLOUR.accent}"/>`,
    SKY,
  );
}

/** The planets keep to one path, the ecliptic; drawn for an evening, as an example. */
export function planetsAtDusk(): string {
  const path = (t: number): Point => [720 - 640 * t, 560 - 560 * t + 180 * t * t];
  const curve = Array.from({ length: 41 }, (_, step) => path(-0.12 + step * 0.031));
  const steady = (t: number, r: number, colour: string): string =>
    `<circle cx="${round(path(t)[0])}" cy="${round(path(t)[1])}" r="${r * 2.1}" fill="${colour}" opacity="0.25"/><circle cx="${round(path(t)[0])}" cy="${round(path(t)[1])}" r="${r}" fill="${colour}"/>`;
  const twinkle = ([x, y]: Point, size: number): string =>
    `<path transform="translate(${x} ${y})" d="M0 ${-size}Q${size * 0.12} ${-size * 0.12} ${size} 0Q${size * 0.12} ${size * 0.12} 0 ${size}Q${-size * 0.12} ${size * 0.12} ${-size} 0Q${-size * 0.12} ${-size * 0.12} 0 ${-size}Z" fill="${COLOUR.paper}"/>`;
  const tag = (t: number, words: string, dx: number, dy: number): string =>
    text([path(t)[0] + dx, path(t)[1] + dy], words, { size: 28, weight: 'bold', colour: COLOUR.sun });
  return svg(
    [800, 690],
    'Planets along the ecliptic after sunset',
    `<defs><linearGradient id="dusk" x2="0" y2="1"><stop offset="0" stop-color="${COLOUR.night}"/><stop offset="0.55" stop-color="${COLOUR.dusk}"/><stop offset="0.78" stop-color="#8A6A86"/><stop offset="0.9" stop-color="#E08E62"/></linearGradient></defs>
<rect width="800" height="690" fill="url(#dusk)"/>${dust(60, [800, 300], 77)}
${line(curve, `stroke="${COLOUR.sun}" stroke-width="3" stroke-dasharray="4 12"`)}
${[
  [110, 420],
  [240, 480],
  [600, 110],
  [700, 230],
  [440, 60],
  [60, 250],
  [480, 470],
]
  .map(([x, y], index) => twinkle([x ?? 0, y ?? 0], 13 + (index % 3) * 5))
  .join('')}
${steady(0.2, 11, '#FFFBEA')}${tag(0.2, 'Venus', 26, 14)}${moon(path(0.42), 30, 0.14, 44)}${tag(0.42, 'Moon', 44, 14)}
${steady(0.66, 9, '#F7E3B8')}${tag(0.66, 'Jupiter', -16, 52)}${steady(0.9, 6.5, '#E58A63')}${tag(0.9, 'Mars', 4, 46)}
<path d="M-10 620q110 -62 230 -24q150 30 260 -8q170 -50 330 26v90h-820z" fill="${COLOUR.hill}"/>${text([690, 668], 'W', { size: 34, weight: 'bold', colour: COLOUR.sun, anchor: 'middle' })}${text([90, 668], 'S', { size: 34, weight: 'bold', colour: COLOUR.sun, anchor: 'middle' })}
${text([30, 108], 'the ecliptic', { size: 26 })}`,
  );
}
