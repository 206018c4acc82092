import type { PublishedUnit } from './models.ts';

/** Stands where the reader's own values go. JSON never holds it unescaped. */
const HOLE = '\u001e';

export interface UnitStamps {
  ownerId: string;
  version: number;
  updatedAt: string;
  /** By lesson or asset id. */
  partUpdatedAt: ReadonlyMap<string, string>;
}

/** A unit's wire document with holes; built once, when it is published (rule CT-9). */
export interface UnitDocument {
  /** One more than there are holes: `in_my_units` first, then each asset's url. */
  pieces: readonly Buffer[];
  assets: readonly { objectId: string; contentType: string }[];
  sizeBytes: number;
}

/** The stored texts of a version: the unit with lessons and assets, and without payloads and all assets but the art. */
export function encodeUnit(unit: PublishedUnit, stamps: UnitStamps): { full: string; summary: string } {
  const lessons = unit.lessons.map((lesson) => ({
    ...lesson,
    updated_at: stamps.partUpdatedAt.get(lesson.id) ?? stamps.updatedAt,
  }));
  const art = unit.assets.filter((asset) => asset.id === unit.art_asset_id);
  return {
    full: encode(unit, lessons, unit.assets, stamps),
    summary: encode(
      unit,
      lessons.map(({ payload: _, ...head }) => head),
      art,
      stamps,
    ),
  };
}

function encode(unit: PublishedUnit, lessons: object[], assets: PublishedUnit['assets'], stamps: UnitStamps): string {
  const { lessons: _lessons, assets: _assets, ...head } = unit;
  const outer = JSON.stringify({
    ...head,
    owner_id: stamps.ownerId,
    version: stamps.version,
    updated_at: stamps.updatedAt,
    download_size_bytes: downloadSize(unit),
    lessons,
  });
  const encodedAssets = assets.map((asset) => {
    const known = JSON.stringify({ ...asset, updated_at: stamps.partUpdatedAt.get(asset.id) ?? stamps.updatedAt });
    return `${known.slice(0, -1)},${HOLE}}`;
  });
  const signing = JSON.stringify(assets.map((asset) => [asset.object_id, asset.content_type]));
  return `${signing}${HOLE}${outer.slice(0, -1)},"in_my_units":${HOLE},"assets":[${encodedAssets.join(',')}]}`;
}

/** Bytes to fetch for the unit's files; the same bytes count once (rule DL-5). */
function downloadSize(unit: PublishedUnit): number {
  const sizes = new Map(unit.assets.map((asset) => [asset.object_id, asset.size_bytes]));
  return [...sizes.values()].reduce((sum, size) => sum + size, 0);
}

export function decodeDocument(stored: string): UnitDocument {
  const [signing = '[]', ...pieces] = stored.split(HOLE);
  const assets = (JSON.parse(signing) as [string, string][]).map(([objectId, contentType]) => ({ objectId, contentType }));
  const buffers = pieces.map((piece) => Buffer.from(piece));
  return { pieces: buffers, assets, sizeBytes: buffers.reduce((sum, piece) => sum + piece.byteLength, 0) };
}

/** Fills the holes, without looking at the rest. */
export function fillDocument(
  { pieces, assets }: UnitDocument,
  joined: boolean,
  sign: (objectId: string, contentType: string) => { url: string; urlExpiresAt: string },
): Buffer[] {
  const filled: Buffer[] = [];
  for (const [index, piece] of pieces.entries()) {
    filled.push(piece);
    const asset = assets[index - 1];
    if (index === 0) filled.push(Buffer.from(joined ? 'true' : 'false'));
    else if (asset !== undefined) {
      const { url, urlExpiresAt } = sign(asset.objectId, asset.contentType);
      filled.push(Buffer.from(`"url":${JSON.stringify(url)},"url_expires_at":"${urlExpiresAt}"`));
    }
  }
  return filled;
}
