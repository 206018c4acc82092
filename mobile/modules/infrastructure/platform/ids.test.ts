import { createIds } from './ids.ts';

describe('ids', () => {
  it('[OB-8] makes UUIDs of version 7 that begin with the time and do not repeat', () => {
    const ids = createIds((bytes) => void crypto.getRandomValues(bytes as Uint8Array<ArrayBuffer>));
    const before = Date.now();
    const made = Array.from({ length: 1_000 }, () => ids.uuid());
    const after = Date.now();
    expect(new Set(made).size).toBe(1_000);
    for (const id of made) {
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      const epochMs = parseInt(id.replace('-', '').slice(0, 12), 16);
      expect(epochMs).toBeGreaterThanOrEqual(before);
      expect(epochMs).toBeLessThanOrEqual(after);
    }
  });

  it('[AU-2] gives so many bytes of chance as asked for', () => {
    const ids = createIds((bytes) => void crypto.getRandomValues(bytes as Uint8Array<ArrayBuffer>));
    const made = Array.from({ length: 100 }, () => ids.randomBytes(24));
    expect(made.every((bytes) => bytes.length === 24)).toBe(true);
    expect(new Set(made.map((bytes) => bytes.join())).size).toBe(100);
  });

  it('gives chance in [0, 1)', () => {
    const least = createIds((bytes) => void bytes.fill(0));
    const most = createIds((bytes) => void bytes.fill(255));
    expect(least.random()).toBe(0);
    expect(most.random()).toBeLessThan(1);
    expect(most.random()).toBeGreaterThan(0.999_999);
  });
});
