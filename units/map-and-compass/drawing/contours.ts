import type { Point } from './svg.ts';

export interface Area {
  west: number;
  east: number;
  south: number;
  north: number;
}
type Height = (east: number, north: number) => number;

/**
 * Traces the lines of one height across an area (marching squares): walks a grid of `step`, finds where the height crosses the
 * level on each cell's edge, and joins the crossings to lines. Outside the area the ground counts as bottomless, so that every line
 * closes and can be filled.
 */
export function traceContours(height: Height, level: number, area: Area, step: number): Point[][] {
  const columns = Math.round((area.east - area.west) / step) + 2;
  const rows = Math.round((area.north - area.south) / step) + 2;
  const place = (column: number, row: number): Point => [area.west + (column - 1) * step, area.south + (row - 1) * step];
  const above = (column: number, row: number): number => {
    const edge = column === 0 || row === 0 || column === columns || row === rows;
    return edge ? -1 : height(...place(column, row)) - level;
  };
  const neighbours = new Map<string, string[]>();
  const points = new Map<string, Point>();
  const cross = (a: Point, b: Point): string => {
    const [va, vb] = [above(...a), above(...b)];
    const t = va / (va - vb);
    const [pa, pb] = [place(...a), place(...b)];
    const key = `${a[0]},${a[1]},${b[0]},${b[1]}`;
    points.set(key, [pa[0] + (pb[0] - pa[0]) * t, pa[1] + (pb[1] - pa[1]) * t]);
    return key;
  };
  for (let column = 0; column < columns; column += 1) {
    for (let row = 0; row < rows; row += 1) {
      const corners: Point[] = [
        [column, row],
        [column + 1, row],
        [column + 1, row + 1],
        [column, row + 1],
      ];
      join(cellCrossings(corners, above, cross), neighbours);
    }
  }
  return chain(neighbours, points);
}

/** Keys of the crossed edges of a cell, in order round it; each edge is named from its lower corner, so that neighbours agree. */
function cellCrossings(
  corners: readonly Point[],
  above: (column: number, row: number) => number,
  cross: (a: Point, b: Point) => string,
): string[] {
  const crossed: string[] = [];
  corners.forEach((a, index) => {
    const b = corners[(index + 1) % 4] ?? a;
    if (above(...a) >= 0 === above(...b) >= 0) return;
    crossed.push(a[0] + a[1] < b[0] + b[1] ? cross(a, b) : cross(b, a));
  });
  return crossed;
}

function join(keys: readonly string[], neighbours: Map<string, string[]>): void {
  for (let index = 0; index + 1 < keys.length; index += 2) {
    const [a, b] = [keys[index] ?? '', keys[index + 1] ?? ''];
    neighbours.set(a, [...(neighbours.get(a) ?? []), b]);
    neighbours.set(b, [...(neighbours.get(b) ?? []), a]);
  }
}

function chain(neighbours: Map<string, string[]>, points: Map<string, Point>): Point[][] {
  const lines: Point[][] = [];
  const seen = new Set<string>();
  for (const start of neighbours.keys()) {
    if (seen.has(start)) continue;
    const walked: Point[] = [];
    let next: string | undefined = start;
    while (next !== undefined) {
      seen.add(next);
      const point = points.get(next);
      if (point !== undefined) walked.push(point);
      next = neighbours.get(next)?.find((key) => !seen.has(key));
    }
    lines.push(walked);
  }
  return lines;
}
