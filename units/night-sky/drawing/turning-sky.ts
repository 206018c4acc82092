import { dot, ground, placeOf, toHorizon, type View } from './sky.ts';
import { FIGURES, STARS, type Star } from './stars.ts';
import { COLOUR, SKY, line, repeatable, round, svg, text } from './svg.ts';

const HOURS = 2;

/** Two hours of the northern sky at 45 degrees north: each star draws 30 degrees of a circle round the pole. */
export function starTrails(): string {
  const view: View = { latitude: 45, siderealHours: 20.2, azimuth: 0, altitude: 36, at: [400, 400], scale: 7.4 };
  const next = repeatable(99);
  const faint: Star[] = Array.from({ length: 150 }, () => ({
    ra: next() * 24,
    dec: (Math.asin(0.1 + 0.9 * next()) * 180) / Math.PI,
    magnitude: 2.6 + next() * 2.4,
  }));
  const bright = [...new Set([...FIGURES.plough, ...FIGURES.cassiopeia, ...FIGURES.littleBear])]
    .filter((name) => name !== 'polaris')
    .map((name) => STARS[name]);
  const tints = ['#FBF6EC', '#F6DFA0', '#BFD6EA', '#F0C3A8'];
  const trails = [...faint, ...bright].map((star, index) => trail(star, view, tints[index % tints.length] ?? COLOUR.paper));
  const [x, y] = placeOf({ ra: 0, dec: 90 }, view);
  return svg(
    [800, 800],
    'Star trails of two hours around the pole',
    `${trails.join('')}${dot(placeOf(STARS.polaris, view), STARS.polaris.magnitude, COLOUR.sun)}${text([x, y - 24], 'Pole Star', { anchor: 'middle', weight: 'bold', colour: COLOUR.sun, size: 28 })}
${turningArrow([x, y])}${firs()}${ground(view, [800, 800], { N: 0 }, ['← west', 'east →'])}`,
    SKY,
  );
}

function trail(star: Star, view: View, colour: string): string {
  const steps = Array.from({ length: 13 }, (_, step) => ({ ...view, siderealHours: view.siderealHours + (HOURS * step) / 12 }));
  const seen = steps.filter((moment) => toHorizon(star, moment).altitude > -4);
  if (seen.length < 2) return '';
  const width = round(Math.max(1.2, 5.6 - star.magnitude));
  return line(
    seen.map((moment) => placeOf(star, moment)),
    `stroke="${colour}" stroke-width="${width}" opacity="${round(Math.max(0.35, 1.15 - star.magnitude * 0.15))}"`,
  );
}

/** Facing north the sky turns against the clock. */
function turningArrow([x, y]: readonly [number, number]): string {
  const r = 92;
  return `<path d="M${round(x + r)} ${round(y + 20)}A${r} ${r} 0 0 0 ${round(x + 40)} ${round(y - 84)}" fill="none" stroke="${COLOUR.accent}" stroke-width="6"/><path transform="translate(${round(x + 38)} ${round(y - 84)}) rotate(204)" d="M16 0L-10 -14V14Z" fill="${COLOUR.accent}"/>`;
}

function firs(): string {
  return [
    [70, 716, 1.5],
    [150, 722, 1.1],
    [700, 716, 1.3],
    [752, 722, 0.9],
  ]
    .map(
      ([x, y, size]) =>
        `<path transform="translate(${x} ${y}) scale(${size})" d="M0 -110L26 -60H13L36 -20H18L44 30H-44L-18 -20H-36L-13 -60H-26Z" fill="${COLOUR.hill}"/>`,
    )
    .join('');
}

/** How much fainter a light one can see, minute by minute, and what a white lamp does to it. */
export function eyesInTheDark(): string {
  const [left, bottom, width, height] = [90, 390, 660, 340];
  const x = (minutes: number): number => left + (minutes / 40) * width;
  // Cones level off in about 8 minutes; then the rods, slower, go on for half an hour (log units of sensitivity).
  const sensitivity = (minutes: number): number =>
    Math.max(1.55 * (1 - Math.exp(-minutes / 2)), 4.1 * (1 - Math.exp(-(minutes - 3.2) / 8.5)));
  const y = (value: number): number => bottom - (value / 4.3) * height;
  const rise = (from: number, to: number, since: number): readonly (readonly [number, number])[] =>
    Array.from({ length: 80 }, (_, step) => {
      const minutes = from + ((to - from) * step) / 79;
      return [x(minutes), y(sensitivity(minutes - since))];
    });
  const lamp = 30;
  const grid = [0, 10, 20, 30, 40].map(
    (minutes) =>
      `${line(
        [
          [x(minutes), bottom],
          [x(minutes), bottom - height],
        ],
        `stroke="${COLOUR.line}" stroke-width="1.2" opacity="0.45"`,
      )}${text([x(minutes), bottom + 38], String(minutes), { anchor: 'middle' })}`,
  );
  return svg(
    [800, 490],
    'How eyes get used to the dark',
    `${grid.join('')}${line(
      [
        [left, bottom - height],
        [left, bottom],
        [left + width, bottom],
      ],
      `stroke="${COLOUR.paper}" stroke-width="3"`,
    )}
${line(rise(lamp, 40, lamp), `stroke="${COLOUR.accent}" stroke-width="6"`)}${line(
      [
        [x(lamp), y(sensitivity(lamp))],
        [x(lamp), y(0)],
      ],
      `stroke="${COLOUR.accent}" stroke-width="4" stroke-dasharray="6 9"`,
    )}
${line(rise(lamp, 40, 0), `stroke="${COLOUR.sun}" stroke-width="6" stroke-dasharray="3 12"`)}${line(rise(0, lamp, 0), `stroke="${COLOUR.sun}" stroke-width="6"`)}
<circle cx="${x(lamp)}" cy="${round(y(sensitivity(lamp)))}" r="12" fill="#FFFFFF"/>
${text([x(29.2), y(3.2) + 10], 'A long look at', { anchor: 'end' })}${text([x(29.2), y(3.2) + 42], 'a white lamp', { anchor: 'end' })}
${text([x(5.4), y(0.85)], 'Colour-seeing cones are done', { size: 25 })}${text([x(11), y(2.2) + 20], 'Rods go on', { size: 25 })}
<g transform="translate(46 ${bottom - height / 2}) rotate(-90)">${text([0, 0], 'fainter things seen →', { anchor: 'middle' })}</g>
${text([left + width / 2, bottom + 82], 'minutes in the dark', { anchor: 'middle' })}`,
    SKY,
  );
}
