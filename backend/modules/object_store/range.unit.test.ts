import { describe, expect, it } from 'vitest';
import { parseRange } from './models.ts';

describe('parseRange', () => {
  it('[OS-2] reads single and suffix ranges, and sends the whole for what it does not know', () => {
    expect(parseRange('bytes=0-4', 10)).toEqual({ start: 0, end: 4 });
    expect(parseRange('bytes=4-', 10)).toEqual({ start: 4, end: 9 });
    expect(parseRange('bytes=-3', 10)).toEqual({ start: 7, end: 9 });
    expect(parseRange('bytes=-30', 10)).toEqual({ start: 0, end: 9 });
    expect(parseRange('bytes=10-', 10)).toBe('unsatisfiable');
    expect(parseRange('bytes=0-', 0)).toBe('unsatisfiable');
    expect(parseRange('bytes=-1', 0)).toBe('unsatisfiable');
    for (const whole of [undefined, '', 'bytes=', 'bytes=-', 'bytes=a-b', 'bytes=4-3', 'bytes=0-1,3-4']) {
      expect(parseRange(whole, 10)).toBeNull();
    }
  });
});
