import { describe, expect, it } from 'vitest';
import { makeUnit } from '../../test/factories.ts';
import { findUnitFaults } from './unit-faults.ts';

const faultsOf = (markdown: string): string[] => {
  const unit = makeUnit();
  const [lesson] = unit.lessons;
  if (lesson !== undefined) lesson.payload.body_markdown = markdown;
  return findUnitFaults(unit, unit.id, new Map()).map(({ path }) => path);
};

describe('pictures of a lesson', () => {
  it('[CT-8] must be assets of the unit; what only looks like one is none', () => {
    const at = '/lessons/0/payload/body_markdown';
    expect(faultsOf('![A pot](asset:x) and ![](asset:y) and ![a ![b](<asset:z>)')).toEqual([at, at, at]);
    expect(faultsOf('[A pot](asset:x) ![A pot] (asset:x) ![A](https://example.org) ![a] b](asset:x)')).toEqual([]);
  });

  it('[SE-2] are found in no more time than the text is long', () => {
    const startedAt = performance.now();
    expect(faultsOf('!['.repeat(100_000))).toEqual([]);
    expect(faultsOf(`${'](asset:'.repeat(20_000)}`)).toEqual([]);
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });
});
