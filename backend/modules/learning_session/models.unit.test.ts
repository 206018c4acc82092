import type { LearningEvent } from '@haversack/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../infrastructure/public.ts';
import { makeEvent } from '../../test/factories.ts';
import { canonicalEvent, findGaps, formatMultirange, parseMultirange, type Ranges } from './models.ts';

describe('what is received of a device', () => {
  it('[LS-4] is the prefix without holes and the holes after it', () => {
    expect(findGaps([])).toEqual({ through: 0, missing: [] });
    expect(findGaps([[1, 4]])).toEqual({ through: 4, missing: [] });
    expect(
      findGaps([
        [3, 4],
        [7, 7],
      ]),
    ).toEqual({
      through: 0,
      missing: [
        [1, 2],
        [5, 6],
      ],
    });
    expect(parseMultirange('{[1,58),[60,61)}')).toEqual([
      [1, 57],
      [60, 60],
    ]);
    expect(parseMultirange('{}')).toEqual([]);
    expect(formatMultirange([5, 1])).toBe('{[1,1],[5,5]}');
    expect(formatMultirange([4, 9, 3, 2, 3])).toBe('{[2,4],[9,9]}');
    expect(formatMultirange([])).toBe('{}');
  });

  it('[LS-4] names every number up to the highest exactly once', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 60 })), (numbers) => {
        const sorted = numbers.toSorted((a, b) => a - b);
        const ranges = sorted
          .map((number): Ranges[number] => [number, number])
          .reduce<[number, number][]>((joined, [from, to]) => {
            const last = joined.at(-1);
            if (last !== undefined && last[1] + 1 === from) last[1] = to;
            else joined.push([from, to]);
            return joined;
          }, []);
        const { through, missing } = findGaps(ranges);
        const absent = missing.flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, at) => from + at));
        const highest = sorted.at(-1) ?? 0;
        const expected = Array.from({ length: highest }, (_, at) => at + 1).filter((number) => !numbers.includes(number));
        expect(absent).toEqual(expected);
        expect(through).toBe(expected.length === 0 ? highest : (expected[0] ?? 1) - 1);
      }),
    );
  });
});

describe('the text of an event', () => {
  it('[LS-1] is the canonical JSON of what the device said, whatever the order of its fields', () => {
    const optional = fc.record(
      {
        exercise_id: fc.option(fc.uuid()),
        answer: fc.jsonValue(),
        is_correct: fc.option(fc.boolean()),
        time_spent_ms: fc.option(fc.nat()),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(optional, fc.integer({ min: 0, max: 12 }), (more, shift) => {
        const fields = Object.entries(makeEvent(more as Partial<LearningEvent>));
        const event = Object.fromEntries([...fields.slice(shift), ...fields.slice(0, shift)]) as LearningEvent;
        expect(canonicalEvent(event)).toBe(canonicalJson(event));
      }),
    );
  });
});
