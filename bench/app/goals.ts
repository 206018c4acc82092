import type { WorkloadId } from './contestant.ts';
import { CAUSES } from './causes.ts';
import type { Figures, Spread, Which } from './figures.ts';

/** A promise about a ratio: at most `limit` times; or, with a `unit`, about the figure itself. */
export interface Goal {
  workload: WorkloadId;
  what: string;
  limit: number;
  unit?: ' ms';
  /** Said where it is not reached: what the distance is made of. */
  cause?: string;
  measured: (figures: Figures) => Spread | null;
}

const paired = (which: Which, limit: Which) => (figures: Figures) => figures.ratio(which, limit);
const raw = (metric: string, units?: number): Which => ({ contestant: 'raw', metric, ...(units === undefined ? {} : { units }) });
const phone = (metric: string, units?: number): Which => ({ ...raw(metric, units), contestant: 'haversack' });
const whole = (metric: string, units?: number): Which => ({ ...raw(metric, units), contestant: 'haversack-full' });
const rawFull = (metric: string): Which => ({ contestant: 'raw-full', metric });

const atSizes = (goal: (units: number, at: string) => Goal): Goal[] =>
  [2_000, 20_000].map((units) => goal(units, units.toLocaleString('en')));

/** W6: bytes of all files. */
const PACK_BYTES = 65_975_000;

/** The goals of issue 6, whose row for W7 is held by `npm run bench:server`. */
export const GOALS: readonly Goal[] = [
  ...atSizes((units, at) => ({
    workload: 'W1',
    what: `first sync of ${at} units as the app does it (heads), of raw with whole units`,
    limit: 1.0,
    measured: paired(phone('first-sync', units), raw('first-sync', units)),
  })),
  ...atSizes((units, at) => ({
    workload: 'W1',
    what: `the same with every unit whole, as nobody's phone does (${at})`,
    limit: 1.0,
    cause: CAUSES.whole,
    measured: paired(whole('first-sync', units), raw('first-sync', units)),
  })),
  {
    workload: 'W1',
    what: 'first titles usable, of the whole sync (2,000 whole units)',
    limit: 0.1,
    measured: paired(whole('first-titles', 2_000), whole('first-sync', 2_000)),
  },
  {
    workload: 'W1',
    what: 'memory at 20,000 units, of that at 2,000 (as the app does it)',
    limit: 1.3,
    measured: paired({ ...phone('first-sync', 20_000), of: 'peakRssMb' }, { ...phone('first-sync', 2_000), of: 'peakRssMb' }),
  },
  {
    workload: 'W2',
    what: '1 % of 2,000 whole units changed, of raw',
    limit: 1.3,
    cause: CAUSES.changed,
    measured: paired(whole('changed', 2_000), raw('changed', 2_000)),
  },
  ...atSizes((units, at) => ({
    workload: 'W2',
    what: `nothing changed at ${at} units, of a bare 304`,
    limit: 1.5,
    cause: CAUSES.unchanged,
    measured: paired(phone('unchanged', units), raw('unchanged', units)),
  })),
  ...atSizes((units, at) => ({
    workload: 'W3',
    what: `open and list 50 of ${at}, of raw`,
    limit: 1.5,
    cause: CAUSES.open,
    measured: paired(phone('open-list-50', units), raw('open-list-50', units)),
  })),
  {
    workload: 'W3',
    what: 'open and list 50: 20,000 units, of 200',
    limit: 1.2,
    measured: paired(phone('open-list-50', 20_000), phone('open-list-50', 200)),
  },
  {
    workload: 'W3',
    what: 'one unit whole (of 2,000), of raw',
    limit: 2,
    cause: CAUSES.unit,
    measured: paired(whole('unit', 2_000), raw('unit', 2_000)),
  },
  {
    workload: 'W3',
    what: 'one unit whole: of 20,000, of 200',
    limit: 1.2,
    measured: paired(whole('unit', 20_000), whole('unit', 200)),
  },
  {
    workload: 'W4',
    what: 'enqueue, of raw FULL',
    limit: 1.3,
    cause: CAUSES.enqueue,
    measured: paired(phone('enqueue'), rawFull('enqueue')),
  },
  {
    workload: 'W4',
    what: 'enqueue p99, of raw FULL',
    limit: 2,
    cause: CAUSES.enqueueP99,
    measured: paired({ ...phone('enqueue'), of: 'p99' }, { ...rawFull('enqueue'), of: 'p99' }),
  },
  {
    workload: 'W4',
    what: 'enqueue behind 10,000 that wait, of enqueue into an empty queue',
    limit: 1.2,
    measured: paired(phone('enqueue-behind-10000'), phone('enqueue')),
  },
  {
    workload: 'W5',
    what: 'drain in batches of 100, of raw FULL',
    limit: 1.5,
    cause: CAUSES.drain,
    measured: paired(phone('drain-100'), rawFull('drain-100')),
  },
  {
    workload: 'W5',
    what: 'the same against the real server, of raw FULL there',
    limit: 1.5,
    cause: CAUSES.drainReal,
    measured: paired(phone('real-server-drain-100'), raw('real-server-drain-100')),
  },
  {
    workload: 'W6',
    what: '66 MB in 60 files to disk, of raw',
    limit: 1.25,
    cause: CAUSES.download,
    measured: paired(phone('download'), raw('download')),
  },
  {
    workload: 'W6',
    what: 'fetched twice after a kill at half, of all bytes',
    limit: 0.015,
    measured: (figures) => scaled(figures.spread(phone('fetched-twice')), 1 / PACK_BYTES),
  },
  {
    workload: 'W8',
    what: 'browser: first sync of 2,000 whole units into the app’s database, of plain SQLite on OPFS',
    limit: 1.3,
    measured: paired(
      { ...raw('first-sync', 2_000), contestant: 'haversack-database' },
      { ...raw('first-sync', 2_000), contestant: 'sqlite-wasm' },
    ),
  },
  {
    workload: 'W8',
    what: 'browser: reopen and list 50 of 2,000, after the start',
    limit: 10,
    unit: ' ms',
    cause: CAUSES.browserOpen,
    measured: (figures) => figures.spread(phone('open-list-50', 2_000)),
  },
];

function scaled(spread: Spread | null, by: number): Spread | null {
  if (spread === null) return null;
  const { median, lowest, highest, rounds } = spread;
  return { median: median * by, lowest: lowest * by, highest: highest * by, rounds };
}
