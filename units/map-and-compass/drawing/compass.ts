import { COLOUR, line, text, type Point } from './svg.ts';

interface CompassLook {
  /** Centre of the dial on the drawing, and the dial's radius. */
  at: Point;
  radius: number;
  /** Where the base plate's travel arrow points, clockwise from the top of the drawing, in degrees. */
  travel: number;
  /** Degrees set at the index line. */
  bearing: number;
  /** Where the needle's red end points, clockwise from the top of the drawing. */
  needle: number;
  /** How much of what lies under the plate shows through, 0 to 1. */
  plateOpacity?: number;
}

/** A baseplate compass as lying on the paper, seen from above. */
export function compass({ at: [x, y], radius: r, travel, bearing, needle, plateOpacity = 0.9 }: CompassLook): string {
  return `<g transform="translate(${x} ${y})">
<g transform="rotate(${travel})">${plate(r, plateOpacity)}<g transform="rotate(${-bearing})">${dial(r)}</g>${index(r)}</g>
<g transform="rotate(${needle})">${magneticNeedle(r)}</g></g>`;
}

function plate(r: number, opacity: number): string {
  const [half, top, bottom] = [r * 1.28, -r * 2.55, r * 1.5];
  const ruler = Array.from({ length: 19 }, (_, mark) => {
    const y = top + r * 0.35 + mark * r * 0.18;
    const length = mark % 5 === 0 ? r * 0.2 : r * 0.11;
    return `M${half} ${y}h${-length}`;
  }).join('');
  return `<rect x="${-half}" y="${top}" width="${half * 2}" height="${bottom - top}" rx="${r * 0.16}" fill="#E4EEF2" fill-opacity="${opacity}" stroke="${COLOUR.ink}" stroke-width="${r * 0.025}"/>
<path d="${ruler}" stroke="${COLOUR.ink}" stroke-width="${r * 0.02}" fill="none"/>
<path d="M0 ${-r * 1.1}V${top + r * 0.5}M${-r * 0.2} ${top + r * 0.52}L0 ${top + r * 0.2}L${r * 0.2} ${top + r * 0.52}Z" stroke="${COLOUR.ink}" stroke-width="${r * 0.05}" fill="${COLOUR.ink}"/>
<path d="M${-half * 0.72} ${-r * 1.1}V${top + r * 0.3}M${half * 0.62} ${-r * 1.1}V${top + r * 0.3}" stroke="${COLOUR.ink}" stroke-width="${r * 0.015}" opacity="0.5"/>`;
}

/** The turning part: degrees, letters, the orienting arrow and its lines. North is up. */
function dial(r: number): string {
  const ticks = Array.from({ length: 72 }, (_, tick) => {
    const angle = (tick * 5 * Math.PI) / 180;
    const inner = tick % 2 === 0 ? 0.86 : 0.91;
    return `M${Math.sin(angle) * r * inner} ${-Math.cos(angle) * r * inner}L${Math.sin(angle) * r * 0.97} ${-Math.cos(angle) * r * 0.97}`;
  }).join('');
  const letters = ['N', 'E', 'S', 'W']
    .map((letter, quarter) => {
      const colour = letter === 'N' ? COLOUR.accent : COLOUR.ink;
      return `<g transform="rotate(${quarter * 90}) translate(0 ${-r * 0.64})">${text([0, r * 0.07], letter, { size: r * 0.24, anchor: 'middle', weight: 'bold', colour })}</g>`;
    })
    .join('');
  const lines = [-0.42, -0.26, 0.26, 0.42]
    .map((part) =>
      line(
        [
          [part * r, -r * Math.sqrt(0.36 - part * part)],
          [part * r, r * Math.sqrt(0.36 - part * part)],
        ],
        `stroke="${COLOUR.blue}" stroke-width="${r * 0.02}" opacity="0.65"`,
      ),
    )
    .join('');
  return `<circle r="${r}" fill="${COLOUR.ink}"/><circle r="${r * 0.985}" fill="#FFFDF8"/>
<path d="${ticks}" stroke="${COLOUR.ink}" stroke-width="${r * 0.018}" fill="none"/>${letters}${lines}
<path d="M${-r * 0.13} ${r * 0.5}V${-r * 0.3}H${-r * 0.22}L0 ${-r * 0.55}L${r * 0.22} ${-r * 0.3}H${r * 0.13}V${r * 0.5}" fill="none" stroke="${COLOUR.accent}" stroke-width="${r * 0.04}"/>`;
}

function index(r: number): string {
  return `<path d="M0 ${-r * 1.12}V${-r * 0.84}" stroke="${COLOUR.accent}" stroke-width="${r * 0.06}"/>`;
}

function magneticNeedle(r: number): string {
  return `<path d="M0 ${-r * 0.8}L${r * 0.09} 0H${-r * 0.09}Z" fill="${COLOUR.accent}" stroke="${COLOUR.ink}" stroke-width="${r * 0.015}"/>
<path d="M0 ${r * 0.8}L${r * 0.09} 0H${-r * 0.09}Z" fill="#FFFDF8" stroke="${COLOUR.ink}" stroke-width="${r * 0.02}"/>
<circle r="${r * 0.06}" fill="${COLOUR.ink}"/>`;
}
