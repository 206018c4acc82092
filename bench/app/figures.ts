import type { Measurement } from './contestant.ts';
import type { WorkloadRecord } from './records.ts';

/** Which figure is meant. */
export interface Which {
  contestant: string;
  metric: string;
  units?: number;
  /** Of the figure, another quantity than its value. */
  of?: 'value' | 'p99' | 'peakRssMb';
}

export interface Spread {
  median: number;
  lowest: number;
  highest: number;
  rounds: number;
}

/** Everything that was measured, to be asked. */
export function createFigures(records: readonly WorkloadRecord[]) {
  const all = records.flatMap(({ measurements }) => measurements);

  function byRound({ contestant, metric, units = 0, of = 'value' }: Which): Map<number, number> {
    const found = all.filter((figure) => figure.contestant === contestant && figure.metric === metric && figure.units === units);
    return new Map(found.flatMap((figure) => (figure[of] === undefined ? [] : [[figure.round, figure[of]] as const])));
  }

  return {
    spread: (which: Which): Spread | null => spreadOf([...byRound(which).values()]),
    /** Paired: each round's own, then the median of these. */
    ratio(which: Which, limit: Which): Spread | null {
      const limits = byRound(limit);
      return spreadOf(
        [...byRound(which)].flatMap(([round, value]) => {
          const other = limits.get(round);
          return other === undefined || other === 0 ? [] : [value / other];
        }),
      );
    },
    errors: (): Measurement[] => all.filter(({ error }) => error !== undefined),
  };
}
export type Figures = ReturnType<typeof createFigures>;

function spreadOf(values: readonly number[]): Spread | null {
  const sorted = values.toSorted((one, other) => one - other);
  const [lowest] = sorted;
  const highest = sorted.at(-1);
  if (lowest === undefined || highest === undefined) return null;
  const middle = sorted.length >> 1;
  const median = sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
  return { median, lowest, highest, rounds: sorted.length };
}
