import { execFileSync } from 'node:child_process';
import { cpus, loadavg, totalmem } from 'node:os';
import type { Size } from '../../mobile/scripts/budgets.ts';
import type { Noted, ScrollFigures } from './probe.ts';

/** `threadToListMs`: processor time of the page's thread until the first card; slowed down, the waiting counts in it. */
export type Start = Omit<Noted, 'interactionMs'> & { threadToListMs: number; heapMb: number };
export interface Usage {
  scroll: ScrollFigures;
  typeMs: number;
  filterMs: number;
  openMs: number;
  backMs: number;
  layoutShift: number;
}
/** With nobody who watches. */
export type FeltStart = Pick<Noted, 'listAt' | 'firstPaintAt'>;
/** `Cold`: the browser itself was started a moment before. */
export type Felt = Record<'slowed' | 'unslowed' | 'slowedCold' | 'unslowedCold', FeltStart>;
export interface Round {
  online: Start;
  offline: Start;
  unslowed: Start;
  usage: Usage;
  usageUnslowed: Usage;
}

/** The browser and the server alone keep two cores below this. */
const DISTURBED_ABOVE = 3;
const DECIDES_NOTHING =
  '**Times decide nothing here**: other programs took most of the two cores while this ran, so every time is several times too long. What that hardly touches: processor time of the thread, memory, bytes, layout shift.';

export interface Facts {
  units: number;
  /** Of Chromium. */
  version: string;
  sizes: readonly Size[];
  felt: readonly Felt[];
  rounds: readonly Round[];
}

/** The page docs/benchmarks/app.md. */
export function toMarkdown({ units, version, sizes, felt, rounds }: Facts): string {
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  const isDisturbed = (loadavg()[0] ?? 0) > DISTURBED_ABOVE;
  const load = loadavg()
    .map((average) => average.toFixed(1))
    .join(', ');
  return [
    '# How fast the app feels',
    '',
    `Made by \`npm run measure:app\` on commit ${commit}: ${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB; Node ${process.version}; Chromium ${version}, headless, no GPU; load average at the end ${load}.`,
    `${units.toLocaleString('en')} units on the device, each with a picture; screen of 390 × 844. Medians of ${rounds.length} rounds, lowest and highest in brackets. "4×": the page's own thread is slowed down four times by Chromium, as Lighthouse does; the storage worker, another thread, is not.`,
    ...(isDisturbed ? [DECIDES_NOTHING] : []),
    '',
    '## Opening the app',
    '',
    'A profile that has been used: service worker, database and pictures are there. Times since the navigation began, in a browser that runs (its process is two seconds old), and in one that was started for it a moment before, whose own start takes both cores.',
    '',
    table(['', '4×', 'not slowed', '4×, browser just started', 'not slowed, browser just started', 'goal'], feltRows(felt)),
    '',
    'The same under Playwright, a moment after the start of the browser. It listens to scripts and requests, and V8 then parses the whole script a second time to know the places in it, which nobody’s browser does: 0.2 to 0.4 s of a slowed start, by its own trace; what else it costs was not taken apart. What is not a time to the first card is taken from here.',
    '',
    table(['', '4×, online', '4×, offline', 'not slowed', 'goal'], startRows(rounds)),
    '',
    '## Using it',
    '',
    'Scrolling: 4 seconds through the list at 3,000 pixels a second. Interactions: the longest from input to the next paint.',
    '',
    table(['', '4×', 'not slowed', 'goal'], usageRows(rounds)),
    '',
    '## Bytes of the first load',
    '',
    table(['file', 'KB', 'gzip', 'brotli'], sizeRows(sizes)),
    '',
  ].join('\n');
}

function feltRows(felt: readonly Felt[]): string[][] {
  const row = (what: string, of: (start: FeltStart) => number, goal = ''): string[] => [
    what,
    ...(['slowed', 'unslowed', 'slowedCold', 'unslowedCold'] as const).map((how) =>
      figure(
        felt.map((starts) => of(starts[how])),
        0,
      ),
    ),
    goal,
  ];
  return [
    row('first paint, ms', ({ firstPaintAt }) => firstPaintAt),
    row('first card of the list painted, ms', ({ listAt }) => listAt, '< 1,000 at 4×'),
  ];
}

function startRows(rounds: readonly Round[]): string[][] {
  const row = (what: string, of: (start: Start) => number, digits: number, goal = ''): string[] => [
    what,
    ...(['online', 'offline', 'unslowed'] as const).map((how) =>
      figure(
        rounds.map((round) => of(round[how])),
        digits,
      ),
    ),
    goal,
  ];
  return [
    row('first paint, ms', ({ firstPaintAt }) => firstPaintAt, 0),
    row('first card of the list painted, ms', ({ listAt }) => listAt, 0),
    row('processor time of the page’s thread until then, ms', ({ threadToListMs }) => threadToListMs, 0),
    row('largest contentful paint, ms', ({ largestPaintAt }) => largestPaintAt, 0),
    row('total blocking time, ms', ({ blockingMs }) => blockingMs, 0),
    row('layout shift', ({ layoutShift }) => layoutShift, 3, '< 0.02'),
    row('memory of the page after collection, MB', ({ heapMb }) => heapMb, 1),
  ];
}

function usageRows(rounds: readonly Round[]): string[][] {
  const row = (what: string, of: (usage: Usage) => number, digits: number, goal = ''): string[] => [
    what,
    ...(['usage', 'usageUnslowed'] as const).map((how) =>
      figure(
        rounds.map((round) => of(round[how])),
        digits,
      ),
    ),
    goal,
  ];
  return [
    row('scrolling: frames a second', ({ scroll }) => scroll.framesASecond, 1, '60 not slowed'),
    row('scrolling: frames that came late', ({ scroll }) => scroll.framesLate, 0),
    row('scrolling: longest frame, ms', ({ scroll }) => scroll.longestFrameMs, 0),
    row('scrolling: frames with no card in the middle', ({ scroll }) => scroll.framesBlank, 0, '0'),
    row('typing in the search, ms', ({ typeMs }) => typeMs, 0, '< 200'),
    row('change of filter, ms', ({ filterMs }) => filterMs, 0, '< 200'),
    row('opening a unit, ms', ({ openMs }) => openMs, 0, '< 200'),
    row('back to the list, ms', ({ backMs }) => backMs, 0, '< 200'),
    row('layout shift with all this', ({ layoutShift }) => layoutShift, 3, '< 0.02'),
  ];
}

function sizeRows(sizes: readonly Size[]): string[][] {
  const kilobytes = (bytes: number): string => (bytes / 1_000).toFixed(1);
  const sum = (of: (size: Size) => number): string => kilobytes(sizes.reduce((total, size) => total + of(size), 0));
  const rows = sizes.map(({ file, bytes, gzipBytes, brotliBytes }) => [file, ...[bytes, gzipBytes, brotliBytes].map(kilobytes)]);
  return [...rows, ['together', sum((size) => size.bytes), sum((size) => size.gzipBytes), sum((size) => size.brotliBytes)]];
}

function figure(values: readonly number[], digits: number): string {
  const sorted = values.toSorted((one, other) => one - other);
  const show = (value = Number.NaN): string =>
    value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return `${show(sorted[Math.floor(sorted.length / 2)])} (${show(sorted[0])} to ${show(sorted.at(-1))})`;
}

function table(heads: readonly string[], rows: readonly string[][]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(heads), line(heads.map((_, index) => (index === 0 ? '---' : '---:'))), ...rows.map(line)].join('\n');
}
