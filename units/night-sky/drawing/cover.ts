import { dust, figure, starDots, type View } from './sky.ts';
import { milkyWay } from './shooting-stars.ts';
import { FIGURES } from './stars.ts';
import { COLOUR, SKY, svg } from './svg.ts';

/** Two people under the northern sky in autumn: the Plough low over the hills, Cassiopeia and the Milky Way above. */
export function cover(): string {
  const view: View = { latitude: 50, siderealHours: 21.4, azimuth: 2, altitude: 38, at: [600, 330], scale: 8.6 };
  return svg(
    [1200, 675],
    'The night sky',
    `${milkyWay(view)}${dust(300, [1200, 560], 3)}${figure(FIGURES.plough, view)}${figure(FIGURES.cassiopeia, view)}${figure(FIGURES.littleBear, view).replace('stroke-width="3"', 'stroke-width="2" opacity="0.5"')}
${starDots([...new Set([...FIGURES.plough, ...FIGURES.cassiopeia, ...FIGURES.littleBear, ...FIGURES.perseus, 'algol', 'capella'] as const)], view, { polaris: COLOUR.sun })}
<path d="M1010 96L846 176" stroke="${COLOUR.paper}" stroke-width="5" opacity="0.9"/><circle cx="846" cy="176" r="5" fill="#FFFFFF"/>
<path d="M-10 560Q180 480 380 545T760 520T1210 500V690H-10Z" fill="#26395C"/><path d="M-10 620Q260 540 520 600T1210 570V690H-10Z" fill="${COLOUR.hill}"/>
${tent()}${watchers()}`,
    SKY,
  );
}

function tent(): string {
  return `<path d="M880 632L985 505L1100 632Z" fill="${COLOUR.accent}"/><path d="M985 505L1100 632H1010Z" fill="#8F3B2B"/><path d="M985 505L962 632H1008Z" fill="${COLOUR.sun}"/><path d="M985 505v-16" stroke="${COLOUR.ink}" stroke-width="5"/>`;
}

/** Two people who sit close together, seen from behind, heads tipped back. */
function watchers(): string {
  const person = ({ x, size, coat, hair, lean }: { x: number; size: number; coat: string; hair: string; lean: number }): string =>
    `<g transform="translate(${x} 640) scale(${size})"><path d="M-62 10Q-66 -64 -40 -92Q-20 -108 0 -108Q20 -108 40 -92Q66 -64 62 10Z" fill="${coat}"/><path d="M-40 -60Q-52 -20 -46 10M40 -60Q52 -20 46 10" stroke="${COLOUR.ink}" stroke-opacity="0.25" stroke-width="4" fill="none"/><g transform="rotate(${lean} 0 -104)"><path d="M-11 -122h22v22h-22z" fill="#C98F68"/><circle cy="-142" r="33" fill="${hair}"/><path d="M-33 -142Q-36 -112 -20 -108H20Q36 -112 33 -142Z" fill="${hair}"/></g></g>`;
  return `${person({ x: 288, size: 1, coat: COLOUR.green, hair: '#3A2A24', lean: -4 })}${person({ x: 398, size: 0.8, coat: COLOUR.sun, hair: '#7A4A2B', lean: 7 })}`;
}
