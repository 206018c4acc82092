import type { Facts, Results, Row } from './report.ts';

interface Goal {
  words: string;
  /** Null where it was not measured. */
  measured: number | null;
  atLeast?: number;
  atMost?: number;
}

/** What issue 4 asks for, beside what this run gave. */
export function goalLines(facts: Facts, { tables, events, inFlight }: Results): string[] {
  const ours = (name: string): Row[] =>
    tables.find((table) => table.name === name)?.rows.filter(({ queriesARequest }) => queriesARequest !== null) ?? [];
  const lowest = (rows: readonly Row[]): number | null =>
    rows.length === 0 ? null : Math.min(...rows.map(({ ofPlain }) => ofPlain ?? 0));
  const goals: Goal[] = [
    { words: 'nothing changed, of bare node:http', measured: lowest(ours('unchanged')), atLeast: 0.65 },
    {
      words: 'nothing changed, with the most units of with the fewest',
      measured: ours('unchanged')[1]?.ofFewest ?? null,
      atLeast: 0.9,
    },
    { words: 'ten units changed, of bare node:http', measured: lowest(ours('ten')), atLeast: 0.25 },
    { words: '500 events, of a raw multi-row insert', measured: events?.ratio ?? null, atMost: 1.5 },
    {
      words: 'bodies in memory for a request in flight',
      measured: inFlight.length === 0 ? null : Math.max(...inFlight.map(({ bodiesEach }) => bodiesEach)),
      atMost: 3,
    },
    { words: 'highest memory of a node, MB', measured: facts.peakRssMb, atMost: 250 },
  ];
  const measured = goals.filter((goal): goal is Goal & { measured: number } => goal.measured !== null);
  return ['', '| goal | asked for | measured | |', '| --- | --- | ---: | --- |', ...measured.map(toLine)];
}

function toLine({ words, measured, atLeast, atMost }: Goal & { measured: number }): string {
  const isMet = measured >= (atLeast ?? -Infinity) && measured <= (atMost ?? Infinity);
  const asked = atLeast === undefined ? `at most ${atMost}` : `at least ${atLeast}`;
  return `| ${words} | ${asked} | ${measured.toFixed(2)} | ${isMet ? 'met' : '**missed**'} |`;
}
