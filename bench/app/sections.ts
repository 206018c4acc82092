import type { WorkloadId } from './contestant.ts';

/** One table of the report. */
export interface Section {
  workload: WorkloadId;
  title: string;
  rows: { metric: string; units: number; label: string }[];
  /** The contestant that is the limit of this one, or null where the jobs differ. */
  limitOf(contestant: string, metric: string): string | null;
}

const SIZES = [200, 2_000, 20_000];
const bySize = (metric: string, label: string): Section['rows'] =>
  SIZES.map((units) => ({ metric, units, label: `${label}, ${units.toLocaleString('en')} units` }));
const once = (metric: string, label: string): Section['rows'][number] => ({ metric, units: 0, label });
const ofRaw = (): string => 'raw';
const ofRawFull = (): string => 'raw-full';

export const SECTIONS: readonly Section[] = [
  {
    workload: 'W1',
    title: 'W1: first sync, in ms',
    rows: [...bySize('first-sync', 'all'), ...bySize('first-titles', 'first titles')],
    limitOf: (contestant) => (contestant === 'haversack' ? null : 'raw'),
  },
  {
    workload: 'W2',
    title: 'W2: 1 % changed, and nothing changed, in ms',
    rows: [
      ...bySize('changed', '1 % changed'),
      ...bySize('unchanged', 'nothing changed'),
      ...bySize('unchanged-requests', 'requests then'),
    ],
    limitOf: (contestant, metric) => (contestant === 'haversack' && metric === 'changed' ? null : 'raw'),
  },
  {
    workload: 'W3',
    title: 'W3: reading, in ms',
    rows: [...bySize('open-list-50', 'open and list 50'), ...bySize('list-all', 'list all'), ...bySize('unit', 'one unit')],
    limitOf: ofRaw,
  },
  {
    workload: 'W4',
    title: 'W4: an answer is written, in ms',
    rows: [once('enqueue', 'into an empty queue'), once('enqueue-behind-10000', 'behind 10,000')],
    limitOf: ofRawFull,
  },
  {
    workload: 'W5',
    title: 'W5: 1,000 answers are sent, in ms',
    rows: [
      once('drain-1', 'one at a time'),
      once('drain-100', 'batches of 100'),
      once('drain-500', 'batches of 500'),
      once('drain-10000-500', '10,000 answers, batches of 500'),
      once('real-server-drain-100', 'real server and PostgreSQL, batches of 100'),
      once('real-server-drain-500', 'real server and PostgreSQL, batches of 500'),
      once('real-server-arrived-after-kills', 'arrived after kills and lost replies (count, of 1,000)'),
      once('real-server-kills', 'processes killed meanwhile (count)'),
      once('real-server-lost-replies', 'replies lost meanwhile (count)'),
    ],
    limitOf: (_, metric) =>
      metric.startsWith('real-server-drain') ? 'raw' : metric.startsWith('real-server') ? null : 'raw-full',
  },
  {
    workload: 'W6',
    title: 'W6: 60 files, 66 MB, to disk',
    rows: [once('download', 'ms'), once('fetched-twice', 'bytes fetched twice after a kill at half')],
    limitOf: (_, metric) => (metric === 'download' ? 'raw' : null),
  },
  {
    workload: 'W8',
    title: 'W8: in headless Chromium',
    rows: [
      ...['bundle', 'start', 'enqueue'].map((metric) => once(metric, metric)),
      ...[200, 2_000].flatMap((units) =>
        ['first-sync', 'open-list-50', 'list-all', 'unit'].map((metric) => ({
          metric,
          units,
          label: `${metric}, ${units.toLocaleString('en')} units`,
        })),
      ),
    ],
    limitOf: () => 'sqlite-wasm',
  },
];
