import { beforeEach, describe, expect, it } from 'vitest';
import { createHeads, type Heads } from './heads.ts';

const [ONE, TWO, THREE] = ['2026-01-01T00:00:01.000000Z', '2026-01-01T00:00:02.000000Z', '2026-01-01T00:00:03.000000Z'] as const;

let nowMs: number;
let heads: Heads;
beforeEach(() => {
  nowMs = 1_000_000;
  heads = createHeads(() => nowMs);
});
const look = (feedHead: string, moved: { personId: string; head: string }[] | null = []) =>
  heads.see({ feedHead, moved }, heads.begin());

describe('heads in memory', () => {
  it('[CT-9] are believed for a second after they were read, or as long as the database was looked at within the last', () => {
    look(ONE);
    heads.put('a', ONE, heads.begin());
    nowMs += 999;
    expect(heads.get('a')).toBe(ONE);
    nowMs += 1;
    expect([heads.get('a'), heads.feedHead()]).toEqual([null, null]);
    look(ONE);
    expect([heads.get('a'), heads.feedHead()]).toEqual([ONE, ONE]);
    look(TWO);
    expect(heads.get('a')).toBe(TWO);
    expect(heads.get('b')).toBeNull();
  });

  it('[CT-4] take in who joined or left elsewhere; forget all where that cannot be said, or the feed went back', () => {
    look(ONE);
    heads.put('a', ONE, heads.begin());
    look(ONE, [
      { personId: 'a', head: TWO },
      { personId: 'stranger', head: TWO },
    ]);
    expect([heads.get('a'), heads.get('stranger')]).toEqual([TWO, null]);
    look(THREE, null);
    expect(heads.get('a')).toBeNull();
    heads.put('a', THREE, heads.begin());
    look(TWO);
    expect(heads.get('a')).toBeNull();
  });

  it('[CT-2] never keep what was read before something was written or seen', () => {
    look(ONE);
    let begun = heads.begin();
    heads.forget('a');
    heads.put('a', ONE, begun);
    expect(heads.get('a')).toBeNull();
    begun = heads.begin();
    look(ONE);
    heads.put('a', ONE, begun);
    expect(heads.get('a')).toBeNull();
    begun = heads.begin();
    heads.forgetAll();
    expect(heads.see({ feedHead: ONE, moved: [] }, begun)).toBe(false);
    expect(heads.feedHead()).toBeNull();
  });

  it('[CT-9] know of content written here at once, also what was read just before', () => {
    look(ONE);
    heads.put('a', ONE, heads.begin());
    nowMs += 1;
    heads.forgetAll();
    expect(heads.get('a')).toBeNull();
    heads.put('a', TWO, heads.begin());
    expect(heads.get('a')).toBe(TWO);
  });

  it('[CT-9] are kept for a bounded number of learners, the last to ask', () => {
    look(ONE);
    for (let count = 0; count < 60_000; count += 1) heads.put(String(count), ONE, heads.begin());
    expect([heads.get('9999'), heads.get('10000'), heads.get('59999')]).toEqual([null, ONE, ONE]);
  });
});
