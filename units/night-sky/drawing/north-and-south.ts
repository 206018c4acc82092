import { dust, figure, ground, label, placeOf, project, starDots, toHorizon, type View } from './sky.ts';
import { FIGURES, STARS } from './stars.ts';
import { COLOUR, SKY, line, round, svg, text, type Point } from './svg.ts';

const NAME = { size: 28, weight: 'bold', anchor: 'middle', colour: COLOUR.sun } as const;

/** Looking north at 50 degrees north when right ascension 6 h is due south: the Plough right of Polaris, Cassiopeia left. */
export function findingNorth(): string {
  const view: View = { latitude: 50, siderealHours: 6.3, azimuth: 0, altitude: 40, at: [400, 330], scale: 8.6 };
  const [merak, dubhe, polaris] = [placeOf(STARS.merak, view), placeOf(STARS.dubhe, view), placeOf(STARS.polaris, view)];
  const { azimuth } = toHorizon(STARS.polaris, view);
  const foot = project(0, azimuth, view);
  return svg(
    [800, 745],
    'Finding north with the Plough and Cassiopeia',
    `${dust(170, [800, 660], 7)}${figure(FIGURES.plough, view)}${figure(FIGURES.cassiopeia, view)}${figure(FIGURES.littleBear, view)}
${arrow(merak, polaris, 24)}${line(
      [
        [polaris[0], polaris[1] + 18],
        [foot[0], foot[1] - 4],
      ],
      `stroke="${COLOUR.sun}" stroke-width="3.5" stroke-dasharray="4 11"`,
    )}
${starDots([...FIGURES.plough, ...FIGURES.cassiopeia, ...FIGURES.littleBear], view, { merak: COLOUR.accent, dubhe: COLOUR.accent, polaris: COLOUR.sun })}
<circle cx="${round(polaris[0])}" cy="${round(polaris[1])}" r="15" fill="none" stroke="${COLOUR.sun}" stroke-width="3"/>
${text([polaris[0], polaris[1] - 28], 'Pole Star', NAME)}${label(STARS.megrez, view, 'The Plough', { by: [-6, 130], ...NAME, anchor: 'end' })}${label(STARS.schedar, view, 'Cassiopeia', { by: [10, 110], ...NAME })}
${text([merak[0] + 2, merak[1] - 20], 'Merak', { anchor: 'middle' })}${text([dubhe[0] - 22, dubhe[1] - 8], 'Dubhe', { anchor: 'end' })}
${ground(view, [800, 745], { N: 0 }, ['← west', 'east →'])}`,
    SKY,
  );
}

/** Looking south at 35 degrees south, the Southern Cross climbing on the left. */
export function findingSouth(): string {
  const view: View = { latitude: -35, siderealHours: 9.6, azimuth: 180, altitude: 35, at: [430, 430], scale: 9.6 };
  const pole = project(35, 180, view);
  const [gacrux, acrux] = [placeOf(STARS.gacrux, view), placeOf(STARS.acrux, view)];
  const foot = project(0, 180, view);
  const steps = [1, 2, 3, 4].map(
    (step): Point => [acrux[0] + ((pole[0] - acrux[0]) * step) / 4.474, acrux[1] + ((pole[1] - acrux[1]) * step) / 4.474],
  );
  const names = [
    'acrux',
    'mimosa',
    'gacrux',
    'imai',
    'ginan',
    'rigilKentaurus',
    'hadar',
    'achernar',
    'canopus',
    'avior',
    'aspidiske',
    'alsephina',
    'markeb',
  ] as const;
  return svg(
    [800, 840],
    'Finding south with the Southern Cross',
    `${dust(190, [800, 760], 23)}${figure(['gacrux', 'acrux'], view)}${figure(['mimosa', 'imai'], view)}
${arrow(gacrux, pole, 20)}${steps.map(([x, y], index) => `<circle cx="${round(x)}" cy="${round(y)}" r="8" fill="${COLOUR.accent}"/>${text([x - 22, y + 26], String(index + 1), { size: 25, anchor: 'middle' })}`).join('')}
${line([pole, [foot[0], foot[1] - 4]], `stroke="${COLOUR.sun}" stroke-width="3.5" stroke-dasharray="4 11"`)}
<path d="M${round(pole[0] - 14)} ${round(pole[1])}h28M${round(pole[0])} ${round(pole[1] - 14)}v28" stroke="${COLOUR.sun}" stroke-width="4"/>
${starDots(names, view)}
${label(STARS.mimosa, view, 'Southern Cross', { by: [-84, -100], ...NAME })}${label(STARS.rigilKentaurus, view, 'The Pointers', { by: [10, 50], ...NAME })}
${text([pole[0] + 24, pole[1] - 16], 'South pole', { ...NAME, anchor: 'start' })}${text([pole[0] + 24, pole[1] + 16], 'of the sky', { ...NAME, anchor: 'start' })}
${label(STARS.aspidiske, view, 'False Cross', { by: [20, -96], anchor: 'middle' })}${label(STARS.canopus, view, 'Canopus', { by: [0, 42], anchor: 'middle' })}${label(STARS.achernar, view, 'Achernar', { by: [-16, 40], anchor: 'middle' })}
${crossEnlarged(view)}${ground(view, [800, 840], { S: 180 }, ['← east', 'west →'])}`,
    SKY,
  );
}

/** The Cross three times as large, tilted as it stands in the sky, so that its five stars can be told apart. */
function crossEnlarged(view: View): string {
  const middle = { ra: 12.45, dec: -60 };
  const [x, y] = placeOf(middle, view);
  const at: Point = [172, 556];
  const size = 3;
  return `<circle cx="${at[0]}" cy="${at[1]}" r="112" fill="${COLOUR.night}" stroke="${COLOUR.line}" stroke-width="2.5"/><g transform="translate(${at[0]} ${at[1]}) scale(${size}) translate(${round(-x)} ${round(-y)})">${figure(['gacrux', 'acrux'], view).replace('"3"', '"0.9"')}${figure(['mimosa', 'imai'], view).replace('"3"', '"0.9"')}
<g>${(['acrux', 'mimosa', 'gacrux', 'imai', 'ginan'] as const).map((name) => `<circle cx="${round(placeOf(STARS[name], view)[0])}" cy="${round(placeOf(STARS[name], view)[1])}" r="${round((5.4 - STARS[name].magnitude) * 0.55)}" fill="${COLOUR.paper}"/>`).join('')}</g></g>
${text([at[0], at[1] + 146], 'the Cross, 3 times larger', { anchor: 'middle', size: 25 })}`;
}

/** A line from star to pole with an arrowhead that ends `gap` before it. */
function arrow(from: Point, to: Point, gap: number): string {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  const length = Math.hypot(dx, dy);
  const tip: Point = [to[0] - (dx / length) * gap, to[1] - (dy / length) * gap];
  const turn = (Math.atan2(dy, dx) * 180) / Math.PI;
  return `${line([from, tip], `stroke="${COLOUR.accent}" stroke-width="4" stroke-dasharray="12 9"`)}<path transform="translate(${round(tip[0])} ${round(tip[1])}) rotate(${round(turn)})" d="M4 0L-18 -11V11Z" fill="${COLOUR.accent}"/>`;
}
