import { cpus, loadavg, totalmem } from 'node:os';
import type { EventFigures } from './events.ts';
import { goalLines } from './goals.ts';
import type { InFlightFigures } from './in-flight.ts';
import type { SignInFigures } from './sign-ins.ts';

export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
};

/** One variant of one scenario, over all rounds. */
export interface Row {
  variant: string;
  perSecond: number;
  p50Ms: number;
  p99Ms: number;
  /** Processor time of the server's process for one request. */
  cpuUs: number;
  /** Share of a core that the load itself took; near 1 it is the load that was measured. */
  loadBusy: number;
  /** Of what the bare routes answered in the same round: medians. Null for the bare routes themselves. */
  ofPlain: number | null;
  ofFramework: number | null;
  /** Of what the node with the fewest units answered in the same round: the median. */
  ofFewest: number | null;
  /** Lowest and highest of `ofPlain`. */
  range: [number, number] | null;
  /** The same by processor time, which other programs on the machine disturb less. */
  ofPlainByCpu: number | null;
  queriesARequest: number | null;
  peakRssMb: number | null;
}

export interface Table {
  name: string;
  title: string;
  rounds: number;
  roundMs: number;
  bodyBytes: number;
  rows: Row[];
}

export interface Facts {
  command: string;
  commit: string;
  postgres: string;
  units: readonly number[];
  events: number;
  connections: number;
  idleRssMb: number;
  peakRssMb: number;
}

const digits = (value: number | null, count: number): string => (value === null ? '' : value.toFixed(count));

export interface Results {
  tables: readonly Table[];
  inFlight: readonly InFlightFigures[];
  events: EventFigures | null;
  signIns: SignInFigures | null;
}

export function toMarkdown(facts: Facts, results: Results): string {
  const { tables, inFlight, events, signIns } = results;
  const parts = [
    '# The server under load',
    '',
    `Made by \`${facts.command}\` on commit ${facts.commit}. ${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB; Node ${process.version}; ${facts.postgres}, fsync on, beside the server on the same machine.`,
    `${facts.units.map((count) => count.toLocaleString('en')).join(' and ')} units, ${facts.events.toLocaleString('en')} events. ${facts.connections} connections, each another learner's; each variant in turn, after one round that does not count; medians.`,
    `Load average over the last minute at the end: ${(loadavg()[0] ?? 0).toFixed(1)}; the bench itself makes three (load, server, database). Well above that, other programs took part.`,
    'Only ratios carry over: server, database, load and whatever else runs share these cores. A ratio is taken within a round. "bare" answers the same status, headers and bytes from memory.',
    '',
    `The server's memory when it has started: ${facts.idleRssMb.toFixed(0)} MB; at its highest, over all of it: ${facts.peakRssMb.toFixed(0)} MB.`,
    ...goalLines(facts, results),
  ];
  for (const table of tables) parts.push('', ...tableLines(table));
  if (inFlight.length > 0) parts.push('', ...inFlightLines(inFlight));
  if (events !== null) parts.push('', ...eventLines(events));
  if (signIns !== null) parts.push('', ...signInLines(signIns));
  return `${parts.join('\n')}\n`;
}

function tableLines({ title, rounds, roundMs, bodyBytes, rows }: Table): string[] {
  return [
    `## ${title}`,
    '',
    `${bodyBytes.toLocaleString('en')} bytes of body; ${rounds} rounds of ${roundMs / 1000} s.`,
    '',
    '| variant | requests/s | p50 ms | p99 ms | µs of processor | of bare node:http | by processor time | of bare Fastify | queries a request | highest memory MB | load, share of a core |',
    '| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
    ...rows.map((row) =>
      [
        `| ${row.variant}`,
        Math.round(row.perSecond).toLocaleString('en'),
        digits(row.p50Ms, 2),
        digits(row.p99Ms, 2),
        digits(row.cpuUs, 0),
        row.range === null ? '' : `${digits(row.ofPlain, 2)} (${row.range.map((end) => end.toFixed(2)).join(' to ')})`,
        digits(row.ofPlainByCpu, 2),
        digits(row.ofFramework, 2),
        digits(row.queriesARequest, 2),
        digits(row.peakRssMb, 0),
        `${digits(row.loadBusy, 2)} |`,
      ].join(' | '),
    ),
  ];
}

function inFlightLines(figures: readonly InFlightFigures[]): string[] {
  return [
    '## What a request in flight takes',
    '',
    `${figures[0]?.readers ?? 0} learners ask and do not read the answer: by how many bodies a server that has just started grows for each of them.`,
    '',
    '| answer | bytes of body | bodies in memory |',
    '| --- | ---: | ---: |',
    ...figures.map(
      ({ title, bodyBytes, bodiesEach }) => `| ${title} | ${bodyBytes.toLocaleString('en')} | ${bodiesEach.toFixed(2)} |`,
    ),
  ];
}

function eventLines({ httpMs, rawMs, ratio, rounds, p99Ms }: EventFigures): string[] {
  return [
    '## 500 events in a batch',
    '',
    `One connection, one batch after the other, ${rounds} rounds in turn with the same rows by one multi-row insert in one transaction.`,
    '',
    '| variant | ms a batch | p99 ms | of the insert |',
    '| --- | ---: | ---: | ---: |',
    `| multi-row insert | ${rawMs.toFixed(1)} | | 1 |`,
    `| through HTTP | ${httpMs.toFixed(1)} | ${p99Ms.toFixed(1)} | ${ratio.toFixed(2)} |`,
  ];
}

function signInLines({ quiet, busy, signInsMs }: SignInFigures): string[] {
  return [
    '## Pulls while twenty people sign in',
    '',
    `"Nothing changed" over two connections, one question after the other; while they sign in (${(signInsMs / 1000).toFixed(1)} s together), the slowest quarter of a second.`,
    '',
    '| | p50 ms | p99 ms |',
    '| --- | ---: | ---: |',
    `| nobody signs in | ${quiet.p50Ms.toFixed(2)} | ${quiet.p99Ms.toFixed(2)} |`,
    `| twenty sign in | ${busy.p50Ms.toFixed(2)} | ${busy.p99Ms.toFixed(2)} |`,
  ];
}
