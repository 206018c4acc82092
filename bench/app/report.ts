import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { format } from 'prettier';
import type { WorkloadId } from './contestant.ts';
import { createFigures, type Figures, type Spread } from './figures.ts';
import { GOALS } from './goals.ts';
import { type Plot, toSvg } from './plot.ts';
import { BENCHMARKS, type WorkloadRecord } from './records.ts';
import { serverPlot, serverRows } from './server-plot.ts';
import { type Section, SECTIONS } from './sections.ts';

const README = join(BENCHMARKS, '../../README.md');
const MARKS = { begin: '<!-- bench: begin, written by npm run bench -->', end: '<!-- bench: end -->' };

/** The page, the plots, and the short table in the README, from the records alone. */
export async function writeReport(records: readonly WorkloadRecord[]): Promise<void> {
  const plots = [...growthPlots(records), ...(await serverPlot())];
  for (const { file, plot } of plots) await writeFile(join(BENCHMARKS, file), toSvg(plot));
  const parts = [...intro(records), ...goalLines(records), ...plots.map(({ file, plot }) => `\n![${plot.title}](${file})`)];
  for (const section of SECTIONS) {
    const record = records.find(({ workload }) => workload === section.workload);
    if (record) parts.push(...sectionLines(section, record));
  }
  parts.push(...leftOutLines(records));
  await writeFile(join(BENCHMARKS, 'README.md'), await format(`${parts.join('\n')}\n`, { parser: 'markdown', printWidth: 160 }));
  await writeShort(records);
}

/** The same contestant stands in several workloads, with figures of the same names. */
const figuresOf = (records: readonly WorkloadRecord[], workload: WorkloadId): Figures =>
  createFigures(records.filter((record) => record.workload === workload));

function intro(records: readonly WorkloadRecord[]): string[] {
  const [{ machine, node } = { machine: '', node: '' }] = records;
  const runs = [
    ...new Set(
      records.map(
        ({ command, commit, date, load }) => `\`${command}\` on commit ${commit}, ${date} (load average at its end ${load})`,
      ),
    ),
  ];
  return [
    '# How far from the limit',
    '',
    `Written by \`npm run bench\` from [records/](records). ${machine}; Node ${node}. ${runs.join('; ')}.`,
    '',
    'Only ratios carry over to other machines: each is taken within a round, where all contestants ran in turn, and the median of the rounds is said with the lowest and the highest. Every figure comes from a process of its own and every contestant from a server of its own, which answers out of memory, without compression, on loopback. What each workload is: [bench/README.md](../../bench/README.md).',
    '',
    '- `raw` is the limit: fetch, JSON.parse, prepared statements, one transaction a page; it checks nothing. `raw-full` is the same with `synchronous=FULL`, for what must outlive a power cut.',
    '- `haversack` is the client as it ships, on its adapters for Node: it mirrors **heads** (each unit as a line with its lessons’ titles) and keeps whole only what a learner opens or downloads ([decision](../decisions/0011-a-phone-asks-small.md)). Its first sync is therefore **not the same job** as the others’.',
    '- `haversack-full` is the same client with **every unit whole** on the device, as if each had been opened once: the job that the others do.',
  ];
}

function goalLines(records: readonly WorkloadRecord[]): string[] {
  const rows = GOALS.map(({ workload, what, limit, unit = '', cause = 'why is not known yet', measured }) => {
    const spread = measured(figuresOf(records, workload));
    if (spread === null) return `| ${workload} | ${what} | ≤ ${limit}${unit} | not measured | |`;
    return `| ${workload} | ${what} | ≤ ${limit}${unit} | ${times(spread)} | ${spread.median <= limit ? 'yes' : `**no**: ${cause}`} |`;
  });
  return ['', '## Goals', '', '| | what | goal | measured | reached |', '|---|---|---:|---:|---|', ...rows];
}

/** Times are compared with the limit where a contestant did the same job. */
function sectionLines({ title, rows, limitOf }: Section, record: WorkloadRecord): string[] {
  const figures = createFigures([record]);
  const contestants = [...new Set(record.measurements.map(({ contestant }) => contestant))];
  const lines: string[] = [];
  for (const { metric, units, label } of rows) {
    for (const contestant of contestants) {
      const spread = figures.spread({ contestant, metric, units });
      if (spread === null) continue;
      const limit = limitOf(contestant, metric);
      const ratio =
        limit === null || limit === contestant
          ? null
          : figures.ratio({ contestant, metric, units }, { contestant: limit, metric, units });
      const p99 = figures.spread({ contestant, metric, units, of: 'p99' });
      const rss = figures.spread({ contestant, metric, units, of: 'peakRssMb' });
      const cells = [
        label,
        contestant,
        amount(spread.median),
        p99 === null ? '' : amount(p99.median),
        ratio === null ? '' : times(ratio),
        rss === null ? '' : String(Math.round(rss.median)),
        String(spread.rounds),
      ];
      lines.push(`| ${cells.join(' | ')} |`);
    }
  }
  return [
    '',
    `## ${title}`,
    '',
    '| | contestant | median | p99 | of the limit | highest memory MB | rounds |',
    '|---|---|---:|---:|---:|---:|---:|',
    ...lines,
  ];
}

function leftOutLines(records: readonly WorkloadRecord[]): string[] {
  const described = new Map(records.flatMap(({ contestants }) => contestants).map((contestant) => [contestant.name, contestant]));
  const rows = [...described.values()].map(
    ({ name, version, durability, notes = '', execArgv = [] }) =>
      `| ${name} | ${version} | ${durability} | ${[notes, ...execArgv.map((flag) => `\`${flag}\``)].filter((note) => note !== '').join('; ')} |`,
  );
  const leftOut = [...described.values()].flatMap(({ name, leftOut: reasons = {} }) =>
    Object.entries(reasons).map(([what, why]) => `- ${name}, ${what}: ${why}`),
  );
  const failed = createFigures(records)
    .errors()
    .map(
      ({ contestant, workload, units, round, error }) =>
        `- ${contestant}, ${workload}${units > 0 ? ` at ${units.toLocaleString('en')} units` : ''}, round ${round}: ${error ?? ''}`,
    );
  return [
    ...['', '## Contestants', '', '| name | version | durability | notes |', '|---|---|---|---|', ...rows],
    ...(leftOut.length + failed.length > 0 ? ['', '## Left out, or failed', '', ...new Set([...leftOut, ...failed])] : []),
  ];
}

interface NamedPlot {
  file: string;
  plot: Plot;
}

function growthPlots(records: readonly WorkloadRecord[]): NamedPlot[] {
  const contestants = [...new Set(records.flatMap(({ measurements }) => measurements.map(({ contestant }) => contestant)))];
  const wanted: [WorkloadId, string, string][] = [
    ['W1', 'first-sync', 'First sync'],
    ['W2', 'unchanged', 'A sync when nothing changed'],
    ['W3', 'open-list-50', 'Open and list 50 units'],
    ['W3', 'unit', 'One unit whole'],
  ];
  return wanted.flatMap(([workload, metric, title]) => {
    const figures = figuresOf(records, workload);
    const lines = contestants.map((name) => ({
      name,
      points: [200, 2_000, 20_000].flatMap((units) => {
        const spread = figures.spread({ contestant: name, metric, units });
        return spread === null ? [] : [{ x: units, y: spread.median }];
      }),
    }));
    const drawn = lines.filter(({ points }) => points.length > 1);
    const plot = { title: `${workload}: ${title}`, xLabel: 'units on the device', yLabel: 'ms', lines: drawn };
    return drawn.length === 0 ? [] : [{ file: `${workload.toLowerCase()}-${metric}.svg`, plot }];
  });
}

/** What of it stands in the README. */
async function writeShort(records: readonly WorkloadRecord[]): Promise<void> {
  const readme = await readFile(README, 'utf8');
  const [before, rest = ''] = readme.split(MARKS.begin);
  const after = rest.split(MARKS.end)[1];
  if (before === undefined || after === undefined) throw new Error('README.md has lost the marks of the bench');
  const rows = GOALS.flatMap(({ workload, what, limit, unit = '', cause = 'why is not known yet', measured }) => {
    const spread = measured(figuresOf(records, workload));
    if (spread === null) return [];
    const verdict = spread.median <= limit ? '' : `**missed**: ${cause}`;
    return [`| ${workload} | ${what} | ${digits(spread.median)}${unit} | ≤ ${limit}${unit} | ${verdict} |`];
  });
  const heads = ['', '| | what, as a ratio | measured | goal | |', '|---|---|---:|---:|---|'];
  const table = [...heads, ...rows, ...(await serverRows()), ''].join('\n');
  const text = `${before}${MARKS.begin}\n${table}\n${MARKS.end}${after}`;
  await writeFile(README, await format(text, { parser: 'markdown', printWidth: 160 }));
}

const digits = (value: number): string => (value < 0.1 ? value.toFixed(3) : value.toFixed(2));
const times = ({ median, lowest, highest }: Spread): string => `${digits(median)} (${digits(lowest)} to ${digits(highest)})`;
const amount = (value: number): string =>
  value >= 100 ? Math.round(value).toLocaleString('en') : Number(value.toPrecision(3)).toString();
