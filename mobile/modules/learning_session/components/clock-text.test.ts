import { clockText } from './clock-text.ts';

describe('clockText', () => {
  it.each([
    [0, '0:00'],
    [5.9, '0:05'],
    [80, '1:20'],
    [600, '10:00'],
    [3723, '1:02:03'],
    [-1, '0:00'],
    [Number.NaN, '0:00'],
    [Number.POSITIVE_INFINITY, '0:00'],
  ])('says %d seconds as %s', (seconds, words) => {
    expect(clockText(seconds)).toBe(words);
  });
});
