import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeUnit } from '../../test/factories.ts';
import { type FeedChange, fitPage, normalizeUnit } from './models.ts';
import { decodeDocument, encodeUnit, fillDocument } from './unit-document.ts';

const stamp = '2026-11-24T08:15:30.123456Z';

describe('a page', () => {
  it('[CT-9] holds at least one change, at most the limit, and ends once it is big enough', () => {
    const change = (fullBytes: number): FeedChange => ({
      kind: 'unit',
      id: '',
      stamp,
      version: 1,
      joined: false,
      fullBytes,
      summaryBytes: 1,
    });
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 100 })), fc.integer({ min: 1, max: 20 }), (sizes, limit) => {
        const changes = sizes.map(change);
        const count = fitPage(changes, limit, 'full', 100);
        expect(count).toBeLessThanOrEqual(Math.min(limit, sizes.length));
        if (sizes.length > 0) expect(count).toBeGreaterThan(0);
        const total = sizes.slice(0, count).reduce((sum, size) => sum + size, 0);
        expect(count <= 1 || total <= 100).toBe(true);
        if (count < Math.min(limit, sizes.length)) expect(total + (sizes[count] ?? 0)).toBeGreaterThan(100);
        expect(fitPage(changes, limit, 'summary', 1000)).toBe(Math.min(limit, sizes.length));
      }),
    );
  });
});

describe('a stored document', () => {
  it('[CT-7] becomes the wire’s unit when the reader’s values and signed addresses are put in', () => {
    const unit = normalizeUnit(makeUnit({ withAssets: true, title: 'Quotes " and \u001e separators' }));
    const stamps = { ownerId: unit.id, version: 3, updatedAt: stamp, partUpdatedAt: new Map() };
    const sign = (objectId: string, contentType: string) => ({ url: `/${objectId}?${contentType}`, urlExpiresAt: stamp });
    const { full, summary } = encodeUnit(unit, stamps);
    const read = (stored: string, joined: boolean) =>
      JSON.parse(Buffer.concat(fillDocument(decodeDocument(stored), joined, sign)).toString()) as Record<string, unknown>;
    const assets = unit.assets.map((asset) => ({
      ...asset,
      updated_at: stamp,
      url: `/${asset.object_id}?${asset.content_type}`,
      url_expires_at: stamp,
    }));
    expect(read(full, true)).toEqual({
      ...unit,
      owner_id: unit.id,
      version: 3,
      updated_at: stamp,
      in_my_units: true,
      download_size_bytes: unit.assets.reduce((sum, asset) => sum + asset.size_bytes, 0),
      lessons: unit.lessons.map((lesson) => ({ ...lesson, updated_at: stamp })),
      assets,
    });
    const short = read(summary, false) as { lessons: object[]; assets: unknown[]; in_my_units: boolean };
    expect(short.in_my_units).toBe(false);
    expect(short.assets).toEqual(assets.filter((asset) => asset.id === unit.art_asset_id));
    expect(short.lessons.every((lesson) => !('payload' in lesson))).toBe(true);
  });
});
