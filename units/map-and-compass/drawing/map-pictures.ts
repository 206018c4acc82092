import { PLACE } from './land.ts';
import { bridge, church, house, onMap, summit, wholeMap } from './map.ts';
import { COLOUR, line, round, smooth, svg, text, type Point } from './svg.ts';

export function legend(): string {
  const way = (colour: string, dash: string): string =>
    line(
      [
        [-45, 0],
        [45, 0],
      ],
      `stroke="${colour}" stroke-width="6" ${dash}`,
    );
  const entries: readonly (readonly [string, string])[] = [
    [
      `${way(COLOUR.ink, '')}${line(
        [
          [-45, 0],
          [45, 0],
        ],
        `stroke="${COLOUR.ink}" stroke-width="15"`,
      )}${line(
        [
          [-45, 0],
          [45, 0],
        ],
        `stroke="${COLOUR.sun}" stroke-width="10"`,
      )}`,
      'Road',
    ],
    [way(COLOUR.accent, 'stroke-dasharray="15 10"'), 'Footpath'],
    [house([-24, 0], 24) + house([16, 4], 24), 'House, hut'],
    [church([0, 4]), 'Church'],
    [summit([0, 2]), 'Summit, height'],
    [bridge([0, 2]), 'Bridge'],
    [
      `<path d="M-45 -18h90v36h-90z" fill="${COLOUR.wood}"/><path d="M0 -16l9 20h-18zM0 4v9" fill="${COLOUR.green}" stroke="${COLOUR.green}" stroke-width="3"/>`,
      'Wood',
    ],
    [`<path d="M-45 -18h90v36h-90z" fill="${COLOUR.water}" stroke="${COLOUR.blue}" stroke-width="2.5"/>`, 'Lake'],
    [
      line(
        smooth([
          [-45, 8],
          [-15, -8],
          [15, 8],
          [45, -8],
        ]),
        `stroke="${COLOUR.blue}" stroke-width="4"`,
      ),
      'Stream',
    ],
    [
      [-14, 0, 14]
        .map((dy) =>
          line(
            smooth([
              [-45, dy + 8],
              [0, dy - 8],
              [45, dy + 6],
            ]),
            `stroke="${COLOUR.contour}" stroke-width="${dy === 0 ? 4.5 : 2.2}"`,
          ),
        )
        .join(''),
      'Contours (20 m)',
    ],
  ];
  const cells = entries.map(
    ([symbol, name], index) =>
      `<g transform="translate(${index % 2 === 0 ? 88 : 468} ${66 + Math.floor(index / 2) * 86})">${symbol}${text([72, 10], name, { size: 29 })}</g>`,
  );
  return svg(
    800,
    476,
    'Legend of the map',
    `<rect x="10" y="10" width="780" height="456" rx="18" fill="#F6F1DF" stroke="${COLOUR.ink}" stroke-width="2.5"/>${cells.join('')}`,
  );
}

/** Measuring a bent path with the edge of a piece of paper, and reading it off at the scale bar. */
export function measuringAPath(): string {
  const bends: Point[] = [
    [90, 330],
    [250, 250],
    [380, 285],
    [560, 150],
  ];
  const lengths = bends
    .slice(1)
    .map((to, index) => Math.hypot(to[0] - (bends[index]?.[0] ?? 0), to[1] - (bends[index]?.[1] ?? 0)));
  const marks = lengths.reduce<number[]>((sums, length) => [...sums, (sums.at(-1) ?? 0) + length], [0]);
  const kilometre = 250;
  const bar = [0, 1, 2].map(
    (km) =>
      `<rect x="${120 + km * kilometre}" y="500" width="${km === 2 ? kilometre / 2 : kilometre}" height="22" fill="${km % 2 === 0 ? COLOUR.ink : COLOUR.paper}" stroke="${COLOUR.ink}" stroke-width="2.5"/>`,
  );
  const numbers = [0, 1, 2].map((km) =>
    text([120 + km * kilometre, 556], km === 0 ? '0' : `${km} km`, { anchor: 'middle', size: 28 }),
  );
  const ticks = marks.map(
    (at, index) =>
      `<path d="M${round(120 + at)} 494v-34" stroke="${COLOUR.accent}" stroke-width="5"/>${text([120 + at, 448], 'ABCD'[index] ?? '', { anchor: 'middle', weight: 'bold', size: 28 })}`,
  );
  const spots = bends.map(
    ([x, y], index) =>
      `<circle cx="${x}" cy="${y}" r="9" fill="${COLOUR.ink}"/>${text([x, y - 22], 'ABCD'[index] ?? '', { anchor: 'middle', weight: 'bold', size: 30, halo: '#F6F1DF' })}`,
  );
  return svg(
    800,
    590,
    'Measuring a path with a strip of paper',
    `<rect x="10" y="10" width="780" height="370" rx="18" fill="#F6F1DF" stroke="${COLOUR.ink}" stroke-width="2.5"/>
${[150, 400, 650]
  .map((x) =>
    line(
      [
        [x, 12],
        [x, 378],
      ],
      `stroke="${COLOUR.blue}" stroke-width="2" opacity="0.6"`,
    ),
  )
  .join('')}${line(
      [
        [12, 90],
        [788, 90],
      ],
      `stroke="${COLOUR.blue}" stroke-width="2" opacity="0.6"`,
    )}${line(
      [
        [12, 340],
        [788, 340],
      ],
      `stroke="${COLOUR.blue}" stroke-width="2" opacity="0.6"`,
    )}
${line(
  smooth([
    [30, 370],
    [90, 330],
    [170, 284],
    [250, 250],
    [315, 262],
    [380, 285],
    [470, 222],
    [560, 150],
    [640, 60],
    [700, 30],
  ]),
  `stroke="${COLOUR.accent}" stroke-width="5" stroke-dasharray="13 9"`,
)}
${line(bends, `stroke="${COLOUR.ink}" stroke-width="2.5"`)}${spots.join('')}
<path d="M60 402h690l-8 14l8 14l-8 14l8 14v36h-690z" fill="#FFFDF8" stroke="${COLOUR.grey}" stroke-width="2"/>${ticks.join('')}${bar.join('')}${numbers.join('')}`,
  );
}

/** One grid square, its tenths along and up, and the bothy in it. */
export function sixFigures(): string {
  const [left, top, side] = [110, 40, 560];
  const tenth = side / 10;
  const at: Point = [left + 7.5 * tenth, top + side - 6.5 * tenth];
  const lines = Array.from({ length: 9 }, (_, index) => {
    const step = (index + 1) * tenth;
    return (
      line(
        [
          [left + step, top],
          [left + step, top + side],
        ],
        `stroke="${COLOUR.blue}" stroke-width="1.3" opacity="0.55"`,
      ) +
      line(
        [
          [left, top + step],
          [left + side, top + step],
        ],
        `stroke="${COLOUR.blue}" stroke-width="1.3" opacity="0.55"`,
      )
    );
  });
  const numbers = Array.from(
    { length: 10 },
    (_, index) =>
      text([left + (index + 0.5) * tenth, top + side + 34], String(index), {
        anchor: 'middle',
        size: 24,
        colour: index === 7 ? COLOUR.accent : COLOUR.grey,
        weight: index === 7 ? 'bold' : 'normal',
      }) +
      text([left - 14, top + side - (index + 0.5) * tenth + 9], String(index), {
        anchor: 'end',
        size: 24,
        colour: index === 6 ? COLOUR.accent : COLOUR.grey,
        weight: index === 6 ? 'bold' : 'normal',
      }),
  );
  const big = { size: 34, colour: COLOUR.blue, weight: 'bold', anchor: 'middle' } as const;
  return svg(
    800,
    760,
    'A six-figure grid reference',
    `<rect x="${left}" y="${top}" width="${side}" height="${side}" fill="#F6F1DF"/>
<rect x="${left + 7 * tenth}" y="${top}" width="${tenth}" height="${side}" fill="${COLOUR.sun}" opacity="0.4"/><rect x="${left}" y="${top + 3 * tenth}" width="${side}" height="${tenth}" fill="${COLOUR.sun}" opacity="0.4"/>
${lines.join('')}<rect x="${left}" y="${top}" width="${side}" height="${side}" fill="none" stroke="${COLOUR.blue}" stroke-width="4"/>
${house(at, 32)}${text([at[0], at[1] + 66], 'Bothy', { anchor: 'middle', size: 30, weight: 'bold', halo: '#F6F1DF' })}
${numbers.join('')}${text([left, top + side + 78], '44', big)}${text([left + side, top + side + 78], '45', big)}${text([52, top + side + 10], '18', big)}${text([52, top + 22], '19', big)}
${text([left + side / 2, 742], 'along 44 and 7, up 18 and 6: 447 186', { anchor: 'middle', size: 32, weight: 'bold', colour: COLOUR.accent })}`,
  );
}

/** Two back bearings, drawn from known tops; where they cross is where you stand. */
export function crossingBearings(): string {
  const you = PLACE.stile;
  const beyond = (from: Point): Point => [from[0] + (you[0] - from[0]) * 1.35, from[1] + (you[1] - from[1]) * 1.35];
  const ray = (from: Point): string => line([from, beyond(from)].map(onMap), `stroke="${COLOUR.ink}" stroke-width="4.5"`);
  const [x, y] = onMap(you);
  return wholeMap(
    'Finding where you are with two bearings',
    `${ray(PLACE.larkFell)}${ray(PLACE.crowHill)}${summit(onMap(PLACE.larkFell))}${summit(onMap(PLACE.crowHill))}
<circle cx="${x}" cy="${y}" r="17" fill="${COLOUR.accent}" stroke="#FFFDF8" stroke-width="5"/>${text([x + 26, y + 40], 'You are here', { weight: 'bold', size: 28, halo: '#F6F1DF', colour: COLOUR.accent })}`,
  );
}
