import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalTime } from './wire-time.ts';

describe('canonicalTime', () => {
  it('[CT-5] keeps microseconds, turns offsets into UTC, and refuses what is no date-time', () => {
    expect(canonicalTime('2026-11-24T08:15:30.123456Z')).toBe('2026-11-24T08:15:30.123456Z');
    expect(canonicalTime('2026-11-24T08:15:30Z')).toBe('2026-11-24T08:15:30.000000Z');
    expect(canonicalTime('2026-11-24T10:15:30.1+02:00')).toBe('2026-11-24T08:15:30.100000Z');
    expect(canonicalTime('2026-11-24T10:15:30.1 02:00')).toBe('2026-11-24T08:15:30.100000Z');
    expect(canonicalTime('2026-01-01T00:30:00.000001+01:00')).toBe('2025-12-31T23:30:00.000001Z');
    expect(canonicalTime('2026-11-24T08:15:30.123456789Z')).toBe('2026-11-24T08:15:30.123456Z');
    const wrong = [
      '',
      'now',
      '2026-02-30T00:00:00Z',
      '2026-11-24T24:00:00Z',
      '2026-11-24T08:15:60Z',
      '2026-11-24',
      '0000-01-01T00:00:00Z',
    ];
    for (const text of [
      ...wrong,
      '2026-11-24T08:15:30',
      '2026-11-24T08:15:30+25:00',
      '9999-12-31T23:59:59Z',
      '2026-11-24T08:15:30Z\n',
    ]) {
      expect([text, canonicalTime(text)]).toEqual([text, null]);
    }
  });

  it('[CT-5] orders as strings what is ordered in time, whatever the offset', () => {
    const instant = fc.integer({ min: 0, max: 4_000_000_000_000 });
    const offset = fc.integer({ min: -720, max: 720 });
    const write = (atMs: number, minutes: number): string => {
      const local = new Date(atMs + minutes * 60_000).toISOString().slice(0, -1);
      const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
      return `${local}${minutes < 0 ? '-' : '+'}${String(hours).padStart(2, '0')}:${String(rest).padStart(2, '0')}`;
    };
    fc.assert(
      fc.property(instant, instant, offset, offset, (a, b, offsetA, offsetB) => {
        const [one, other] = [canonicalTime(write(a, offsetA)) ?? '', canonicalTime(write(b, offsetB)) ?? ''];
        expect(Math.sign(one < other ? -1 : one > other ? 1 : 0)).toBe(Math.sign(a - b));
      }),
    );
  });
});
