import { traceContours, type Area } from './contours.ts';
import { COLOUR, line, pathData, round, svg, text, type Point } from './svg.ts';

const AREA: Area = { west: 0, east: 10, south: 0, north: 4 };
const LEFT = 70;
const UNIT = 66;

interface Bump {
  at: Point;
  height: number;
  width: Point;
}

function land(bumps: readonly Bump[]): (east: number, north: number) => number {
  return (east, north) =>
    bumps.reduce((sum, { at, height, width }) => {
      const [dx, dy] = [(east - at[0]) / width[0], (north - at[1]) / width[1]];
      return sum + height * Math.exp(-(dx * dx + dy * dy) / 2);
    }, 0);
}

/** A hill seen from the side above the same hill on the map; dotted lines drop from one to the other. */
export function hillAndItsContours(): string {
  const hill = land([
    { at: [3.4, 2], height: 78, width: [1.05, 0.85] },
    { at: [5.6, 2], height: 62, width: [2.1, 0.8] },
  ]);
  const x = (east: number): number => LEFT + east * UNIT;
  const y = (height: number): number => 300 - height * 2.15;
  const profile: Point[] = Array.from({ length: 201 }, (_, step) => [x(step / 20), y(hill(step / 20, 2))]);
  const levels = [20, 40, 60, 80, 100];
  const side = levels.map(
    (level) =>
      `${line(
        [
          [x(0), y(level)],
          [x(10), y(level)],
        ],
        `stroke="${COLOUR.contour}" stroke-width="1.5"`,
      )}${text([58, y(level) + 8], String(level), { size: 24, anchor: 'end', colour: '#8A5F38' })}`,
  );
  const drops = levels.flatMap((level) =>
    crossings((east) => hill(east, 2), level).map((east) =>
      line(
        [
          [x(east), y(level)],
          [x(east), 490],
        ],
        `stroke="${COLOUR.blue}" stroke-width="2" stroke-dasharray="2 7"`,
      ),
    ),
  );
  const plan = levels.map((level) => contourPaths(hill, level, ([e, n]) => [x(e), 622 - n * UNIT]));
  return svg(
    800,
    690,
    'A hill from the side and from above',
    `${side.join('')}<path d="${pathData(profile)}L${x(10)} 300L${x(0)} 300Z" fill="${COLOUR.green}" fill-opacity="0.85" stroke="${COLOUR.ink}" stroke-width="3"/>
${text([x(0.1), 50], 'From the side', { weight: 'bold' })}${text([58, 50], 'm', { size: 24, anchor: 'end', colour: '#8A5F38' })}
<rect x="${x(0)}" y="352" width="${UNIT * 10}" height="276" rx="10" fill="#F6F1DF" stroke="${COLOUR.ink}" stroke-width="2.5"/>${plan.join('')}${drops.join('')}
${text([x(0.15), 390], 'On the map', { weight: 'bold', halo: '#F6F1DF' })}${text([x(1.35), 668], 'Steep: lines close', { anchor: 'middle' })}${text([x(7.9), 668], 'Gentle: lines apart', { anchor: 'middle' })}
${line(
  [
    [x(1.6), 640],
    [x(2.35), 520],
  ],
  `stroke="${COLOUR.accent}" stroke-width="4"`,
)}${line(
      [
        [x(7.8), 640],
        [x(7.7), 520],
      ],
      `stroke="${COLOUR.accent}" stroke-width="4"`,
    )}`,
  );
}

function crossings(height: (east: number) => number, level: number): number[] {
  const found: number[] = [];
  for (let east = 0.02; east <= 10; east += 0.02) {
    if (height(east - 0.02) < level !== height(east) < level) found.push(east - 0.01);
  }
  return found;
}

function contourPaths(height: (e: number, n: number) => number, level: number, place: (at: Point) => Point, area = AREA): string {
  const d = traceContours(height, level, area, 0.05).map((contour) => pathData(contour.map(place), true));
  return `<path d="${d.join('')}" fill="none" stroke="${COLOUR.contour}" stroke-width="2.4"/>`;
}

interface Form {
  name: string;
  hint: string;
  height: (east: number, north: number) => number;
  marks: string;
}

/** Four shapes of the ground and the pattern that each makes. Arrows point downhill. */
export function shapesOfGround(): string {
  const size = 4;
  const area: Area = { west: 0, east: size, south: 0, north: size };
  const cell = 78;
  const arrow = (from: Point, to: Point): string => {
    const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
    const turn = (Math.atan2(dy, dx) * 180) / Math.PI;
    return `${line([from, to], `stroke="${COLOUR.accent}" stroke-width="5"`)}<path transform="translate(${to[0]} ${to[1]}) rotate(${round(turn)})" d="M14 0L-8 -11V11Z" fill="${COLOUR.accent}"/>`;
  };
  const forms: Form[] = [
    {
      name: 'Hilltop',
      hint: 'rings, one in another',
      height: land([{ at: [2, 2], height: 106, width: [0.95, 0.7] }]),
      marks: '',
    },
    {
      name: 'Saddle',
      hint: 'low point between two tops',
      height: land([
        { at: [0.75, 2], height: 100, width: [0.75, 0.8] },
        { at: [3.25, 2], height: 100, width: [0.75, 0.8] },
      ]),
      marks: arrow([156, 150], [156, 60]) + arrow([156, 162], [156, 252]),
    },
    {
      name: 'Valley',
      hint: 'Vs point uphill; stream',
      height: (e, n) => 26 * n - 46 * Math.exp(-(((e - 2) / 0.55) ** 2) / 2) + 8,
      marks: `${line(
        [
          [156, 30],
          [156, 300],
        ],
        `stroke="${COLOUR.blue}" stroke-width="4"`,
      )}${arrow([62, 90], [62, 240])}`,
    },
    {
      name: 'Ridge or spur',
      hint: 'Us point downhill',
      height: (e, n) => 26 * n + 40 * Math.exp(-(((e - 2) / 0.75) ** 2) / 2) - 20,
      marks: arrow([156, 40], [156, 260]),
    },
  ];
  const panels = forms.map(({ name, hint, height, marks }, index) => {
    const place = ([e, n]: Point): Point => [e * cell, (size - n) * cell];
    const lines = [10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110]
      .map((level) => contourPaths(height, level, place, area))
      .join('');
    return `<g transform="translate(${index % 2 === 0 ? 52 : 436} ${index < 2 ? 18 : 426})"><clipPath id="form${index}"><rect x="2" y="2" width="308" height="308" rx="14"/></clipPath>
<rect width="312" height="312" rx="16" fill="#F6F1DF"/><g clip-path="url(#form${index})">${lines}${marks}</g><rect width="312" height="312" rx="16" fill="none" stroke="${COLOUR.ink}" stroke-width="2.5"/>
${text([156, 346], name, { weight: 'bold', anchor: 'middle' })}${text([156, 378], hint, { anchor: 'middle', size: 25 })}</g>`;
  });
  return svg(800, 830, 'Four shapes of the ground', panels.join(''));
}
