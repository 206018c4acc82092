import type { Area } from './contours.ts';
import type { Point } from './svg.ts';

/**
 * The made-up country of this unit, 5 km by 4 km. Places are [easting, northing] in kilometres of its grid; heights in metres.
 * The lessons name these places and quote bearings, distances and references, which `measure.ts` prints.
 */
export const COUNTRY: Area = { west: 42, east: 47, south: 17, north: 21 };

export const PLACE = {
  larkFell: [44.43, 19.94],
  crowHill: [45.99, 19.51],
  church: [43.35, 18.15],
  bridge: [44.8, 17.98],
  bothy: [44.75, 18.65],
  stile: [44.35, 18.58],
  windyGap: [45.26, 19.75],
} as const satisfies Record<string, Point>;

interface Hill {
  at: Point;
  height: number;
  /** Half-widths along and across, and how far the long axis leans from east towards north, in degrees. */
  along: number;
  across: number;
  lean: number;
}

const HILLS: readonly Hill[] = [
  { at: [44.4, 19.9], height: 215, along: 0.5, across: 0.4, lean: 100 },
  { at: [43.55, 20.65], height: 85, along: 0.6, across: 0.25, lean: 142 },
  { at: [43.7, 19.42], height: 80, along: 0.55, across: 0.2, lean: 30 },
  { at: [44.95, 20.62], height: 95, along: 0.6, across: 0.22, lean: 52 },
  { at: [46.0, 19.4], height: 165, along: 0.42, across: 0.3, lean: 60 },
  { at: [45.25, 19.75], height: 78, along: 0.5, across: 0.26, lean: 165 },
  { at: [46.5, 20.3], height: 95, along: 0.6, across: 0.34, lean: 40 },
  { at: [42.3, 18.1], height: 50, along: 0.5, across: 0.6, lean: 20 },
  { at: [42.5, 20.4], height: 45, along: 0.6, across: 0.4, lean: 70 },
  { at: [46.0, 17.62], height: -42, along: 0.66, across: 0.32, lean: 10 },
  { at: [44.86, 18.1], height: -23, along: 0.95, across: 0.16, lean: 78 },
  { at: [42.55, 19.3], height: 14, along: 0.4, across: 0.4, lean: 0 },
  { at: [44.0, 17.5], height: -10, along: 1.4, across: 0.25, lean: 172 },
];

export const WATER_LEVEL = 44;
export const CONTOUR_STEP = 20;

export function heightAt(east: number, north: number): number {
  const plain = 52 + 16 * (north - 17);
  return HILLS.reduce((sum, hill) => {
    const lean = (hill.lean * Math.PI) / 180;
    const [dx, dy] = [east - hill.at[0], north - hill.at[1]];
    const along = (dx * Math.cos(lean) + dy * Math.sin(lean)) / hill.along;
    const across = (-dx * Math.sin(lean) + dy * Math.cos(lean)) / hill.across;
    return sum + hill.height * Math.exp(-(along * along + across * across) / 2);
  }, plain);
}

export const ROAD: readonly Point[] = [
  [42, 17.55],
  [42.7, 17.75],
  [43.2, 18.0],
  [43.8, 17.92],
  [44.3, 17.88],
  PLACE.bridge,
  [45.6, 18.32],
  [46.3, 18.36],
  [47, 18.6],
];

/** The walk that the lessons measure: church, bothy, the gap between the hills, Lark Fell. */
export const FOOTPATH: readonly Point[] = [
  PLACE.church,
  [43.75, 18.42],
  [44.05, 18.46],
  PLACE.stile,
  PLACE.bothy,
  [45.0, 18.98],
  [45.18, 19.5],
  PLACE.windyGap,
  [44.98, 19.88],
  [44.7, 19.92],
  PLACE.larkFell,
];

export const WOOD: readonly Point[] = [
  [42.2, 18.85],
  [42.65, 18.66],
  [43.05, 18.85],
  [43.1, 19.3],
  [42.85, 19.72],
  [42.4, 19.8],
  [42.1, 19.4],
];

export const HOUSES: readonly Point[] = [
  [43.12, 18.1],
  [43.22, 18.2],
  [43.5, 18.06],
  [43.62, 18.08],
  [43.22, 17.86],
  [43.42, 17.84],
  [43.02, 17.98],
  [43.62, 17.82],
];

/** Follows the steepest way down from a spring to the water. */
export function stream(spring: Point): Point[] {
  const course: Point[] = [spring];
  let [east, north] = spring;
  for (let step = 0; step < 400 && heightAt(east, north) > WATER_LEVEL - 1; step += 1) {
    const d = 0.01;
    const slope: Point = [
      heightAt(east + d, north) - heightAt(east - d, north),
      heightAt(east, north + d) - heightAt(east, north - d),
    ];
    const length = Math.hypot(...slope) || 1;
    east -= (slope[0] / length) * 0.02;
    north -= (slope[1] / length) * 0.02;
    course.push([east, north]);
  }
  return course;
}
