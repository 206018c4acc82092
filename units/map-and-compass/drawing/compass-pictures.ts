import { compass } from './compass.ts';
import { COLOUR, line, svg, text, type Point } from './svg.ts';

/** The parts of a baseplate compass, each with a line to its name. */
export function partsOfCompass(): string {
  const at: Point = [400, 372];
  const label = (to: Point, from: Point, words: readonly string[], anchor: 'start' | 'end'): string => {
    const gap = anchor === 'start' ? 10 : -10;
    const rows = words.map((row, index) =>
      text([from[0] + gap, from[1] + 9 + index * 30 - (words.length - 1) * 15], row, { size: 27, anchor }),
    );
    return `${line([from, to], `stroke="${COLOUR.ink}" stroke-width="2.5"`)}<circle cx="${to[0]}" cy="${to[1]}" r="5.5" fill="${COLOUR.ink}"/>${rows.join('')}`;
  };
  return svg(
    800,
    620,
    'The parts of a compass',
    compass({ at, radius: 130, travel: 0, bearing: 40, needle: -14 }) +
      [
        label([400, 90], [590, 70], ['Direction-of-', 'travel arrow'], 'start'),
        label([400, 246], [590, 196], ['Index line:', 'read here'], 'start'),
        label([524, 372], [590, 350], ['Turning dial,', '0 to 360°'], 'start'),
        label([548, 520], [590, 508], ['Base plate', 'with ruler'], 'start'),
        label([377, 292], [210, 250], ['Needle: red', 'end to north'], 'end'),
        label([353, 361], [210, 400], ['Orienting arrow', '(the “shed”)'], 'end'),
      ].join(''),
  );
}

/** Taking a bearing in three steps, one panel each. */
export function takingBearing(): string {
  const panel = (
    left: number,
    number: string,
    words: readonly string[],
    body: string,
  ): string => `<g transform="translate(${left} 0)">
<rect x="8" y="12" width="250" height="420" rx="18" fill="#FFFDF8" stroke="${COLOUR.ink}" stroke-width="2.5"/>
<clipPath id="panel${number}"><rect x="9" y="13" width="248" height="418" rx="17"/></clipPath><g clip-path="url(#panel${number})">${body}</g>
<circle cx="42" cy="46" r="24" fill="${COLOUR.accent}"/>${text([42, 56], number, { size: 30, colour: '#FFFDF8', anchor: 'middle', weight: 'bold' })}
${words.map((row, index) => text([133, 474 + index * 34], row, { anchor: 'middle', size: 26 })).join('')}</g>`;
  const paper = `<rect width="270" height="440" fill="#F6F1DF"/>${[50, 130, 210]
    .map((x) =>
      line(
        [
          [x, 0],
          [x, 440],
        ],
        `stroke="${COLOUR.blue}" stroke-width="2.5" opacity="0.8"`,
      ),
    )
    .join('')}${[90, 170, 250, 330, 410]
    .map((y) =>
      line(
        [
          [0, y],
          [270, y],
        ],
        `stroke="${COLOUR.blue}" stroke-width="2.5" opacity="0.8"`,
      ),
    )
    .join('')}`;
  const goal: Point = [168, 92];
  const start: Point = [52, 377];
  const route = `${line([start, goal], `stroke="${COLOUR.accent}" stroke-width="4" stroke-dasharray="10 7"`)}${spot(start, 'A', -24)}${spot(goal, 'B', 24)}`;
  const turn = (Math.atan2(goal[0] - start[0], start[1] - goal[1]) * 180) / Math.PI;
  const along = [goal[0] - start[0], goal[1] - start[1]] as const;
  const side = (1.28 * 48) / Math.hypot(...along);
  const beside: Point = [start[0] + along[0] * 0.4 - along[1] * side, start[1] + along[1] * 0.4 + along[0] * side];
  const onMap = (bearing: number): string =>
    paper + compass({ at: beside, radius: 48, travel: turn, bearing, needle: -58, plateOpacity: 0.8 }) + route;
  const field = `<rect width="270" height="440" fill="#DDE9DC"/><path d="M0 150q70 -90 140 -50q60 -60 130 10v-110h-270z" fill="#CFE3EC"/><path d="M0 160q70 -90 140 -50q60 -60 130 20v60h-270z" fill="${COLOUR.green}"/>
<path d="M133 120v-50M133 70h34l-9 11l9 11h-34" stroke="${COLOUR.ink}" stroke-width="4" fill="${COLOUR.accent}"/>${line(
    [
      [133, 168],
      [133, 128],
    ],
    `stroke="${COLOUR.accent}" stroke-width="5" stroke-dasharray="10 8"`,
  )}
${compass({ at: [133, 326], radius: 62, travel: 0, bearing: turn, needle: -turn })}`;
  return svg(
    800,
    560,
    'Taking a bearing in three steps',
    panel(0, '1', ['Edge along the', 'way: A to B'], onMap(330)) +
      panel(267, '2', ['Turn the dial:', 'N up the map'], onMap(turn)) +
      panel(534, '3', ['Turn yourself:', 'red in the shed'], field),
  );
}

function spot([x, y]: Point, letter: string, dx: number): string {
  return `<circle cx="${x}" cy="${y}" r="10" fill="${COLOUR.ink}"/>${text([x + dx, y + 9], letter, { anchor: 'middle', weight: 'bold', size: 28, halo: '#F6F1DF' })}`;
}
