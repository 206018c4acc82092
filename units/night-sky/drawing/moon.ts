import { COLOUR, SKY, line, round, svg, text, type Point } from './svg.ts';

const DARK_SIDE = '#39435F';
const LIT = '#F7E9BF';
const PHASES = [
  'New Moon',
  'Waxing crescent',
  'First quarter',
  'Waxing gibbous',
  'Full Moon',
  'Waning gibbous',
  'Last quarter',
  'Waning crescent',
] as const;

/** The Moon with its part lit by the Sun; `age` from 0 (new) over 0.5 (full) to 1, as seen from the northern half of the Earth. */
export function moon([x, y]: Point, r: number, age: number, turn = 0): string {
  const waxing = age <= 0.5;
  const edge = Math.cos((waxing ? age : 1 - age) * 2 * Math.PI) * r;
  const lit = `<path d="M0 ${-r}A${r} ${r} 0 0 1 0 ${r}A${round(Math.abs(edge))} ${r} 0 0 ${edge > 0 ? 0 : 1} 0 ${-r}Z" fill="${LIT}"${waxing ? '' : ' transform="scale(-1 1)"'}/>`;
  const seas: Point[] = [
    [-0.3, -0.35],
    [0.25, -0.2],
    [-0.45, 0.15],
    [0.1, 0.45],
  ];
  return `<g transform="translate(${round(x)} ${round(y)}) rotate(${turn})"><circle r="${r}" fill="${DARK_SIDE}"/>${lit}${seas.map(([sx, sy], index) => `<circle cx="${round(sx * r)}" cy="${round(sy * r)}" r="${round(r * (0.2 - index * 0.025))}" fill="${COLOUR.ink}" opacity="0.09"/>`).join('')}<circle r="${r}" fill="none" stroke="${COLOUR.line}" stroke-width="1.5" opacity="0.7"/></g>`;
}

export function phases(): string {
  const moons = PHASES.map((name, index) => {
    const at: Point = [102 + (index % 4) * 199, 104 + Math.floor(index / 4) * 250];
    const [first, second] = name.split(' ');
    return `${moon(at, 72, index / 8)}${text([at[0], at[1] + 112], first ?? '', { anchor: 'middle', size: 27, weight: 'bold' })}${text([at[0], at[1] + 142], second ?? '', { anchor: 'middle', size: 27, weight: 'bold' })}`;
  });
  return svg([800, 520], 'The eight phases of the Moon', moons.join(''), SKY);
}

/** Seen from above the north pole: sunlight from the left, always half the Moon lit; the number is that of the phase. */
export function whyPhases(): string {
  const centre: Point = [470, 330];
  const r = 240;
  const places = PHASES.map((_, index) => {
    const angle = Math.PI + (index * Math.PI) / 4;
    return [centre[0] + r * Math.cos(angle), centre[1] - r * Math.sin(angle)] as const;
  });
  const moons = places.map(([x, y], index) => {
    const out = 62 / r;
    const number: Point = [x + (x - centre[0]) * out, y + (y - centre[1]) * out + 10];
    return `${halfLit([x, y], 36)}${text(number, String(index + 1), { anchor: 'middle', weight: 'bold', size: 30, colour: COLOUR.sun })}`;
  });
  const rays = [90, 210, 450, 570].map(
    (y) =>
      `${line(
        [
          [96, y],
          [146, y],
        ],
        `stroke="${COLOUR.sun}" stroke-width="6"`,
      )}<path d="M164 ${y}l-20 -12v24z" fill="${COLOUR.sun}"/>`,
  );
  return svg(
    [800, 660],
    'Why the Moon has phases',
    `<circle cx="-330" cy="330" r="400" fill="${COLOUR.sun}"/>${rays.join('')}
<circle cx="${centre[0]}" cy="${centre[1]}" r="${r}" fill="none" stroke="${COLOUR.line}" stroke-width="2.5" stroke-dasharray="4 10"/>
${earth(centre, 62)}${moons.join('')}${text([centre[0], centre[1] + 100], 'Earth', { anchor: 'middle', weight: 'bold', size: 28 })}
${text([24, 632], 'Sunlight', { size: 28, weight: 'bold' })}
<path d="M${centre[0] - 110} ${centre[1] + 142}A180 180 0 0 0 ${centre[0] + 10} ${centre[1] + 180}" fill="none" stroke="${COLOUR.accent}" stroke-width="6"/><path transform="translate(${centre[0] + 12} ${centre[1] + 180}) rotate(2)" d="M18 0L-8 -14V14Z" fill="${COLOUR.accent}"/>`,
    SKY,
  );
}

function halfLit([x, y]: Point, r: number): string {
  return `<g transform="translate(${round(x)} ${round(y)})"><circle r="${r}" fill="${DARK_SIDE}"/><path d="M0 ${-r}A${r} ${r} 0 0 0 0 ${r}Z" fill="${LIT}"/><circle r="${r}" fill="none" stroke="${COLOUR.line}" stroke-width="1.5"/></g>`;
}

export function earth([x, y]: Point, r: number, sunFrom = 180): string {
  return `<g transform="translate(${round(x)} ${round(y)})"><circle r="${r}" fill="${COLOUR.blue}"/><path d="M${-r * 0.55} ${-r * 0.5}q${r * 0.5} ${-r * 0.3} ${r * 0.6} ${r * 0.15}q${r * 0.1} ${r * 0.4} ${-r * 0.3} ${r * 0.35}q${-r * 0.4} ${r * 0.1} ${-r * 0.3} ${-r * 0.5}zM${r * 0.1} ${r * 0.3}q${r * 0.5} ${-r * 0.2} ${r * 0.5} ${r * 0.1}q${-r * 0.1} ${r * 0.4} ${-r * 0.4} ${r * 0.35}q${-r * 0.2} ${-r * 0.2} ${-r * 0.1} ${-r * 0.45}z" fill="${COLOUR.green}"/>
<g transform="rotate(${sunFrom - 180})"><path d="M0 ${-r}A${r} ${r} 0 0 1 0 ${r}Z" fill="${COLOUR.hill}" opacity="0.72"/></g></g>`;
}
