import { createHash } from 'node:crypto';
import type { BenchUnit, Feed } from '../contestant.ts';
import { makeUnit } from '../data.ts';

/** research/performance.md, W6: 60 files from 50 KB to 5 MB, 66 MB in all. */
const FILES = 60;
const SMALLEST_BYTES = 50_000;
const LARGEST_BYTES = 5_000_000;

export interface PackFile {
  sha256: string;
  bytes: Buffer;
}

export function makePack(): PackFile[] {
  const ratio = (LARGEST_BYTES / SMALLEST_BYTES) ** (1 / (FILES - 1));
  return Array.from({ length: FILES }, (_, index) => {
    const bytes = noise(Math.round(SMALLEST_BYTES * ratio ** index), index);
    return { sha256: createHash('sha256').update(bytes).digest('hex'), bytes };
  });
}

/** As no codec could make it smaller. */
function noise(size: number, seed: number): Buffer {
  const words = new Uint32Array(Math.ceil(size / 4));
  let state = (seed + 1) * 2_654_435_761;
  for (let index = 0; index < words.length; index += 1) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    words[index] = state;
  }
  return Buffer.from(words.buffer, 0, size);
}

/** A catalogue of one unit, to which all of these belong. */
export function feedOf(pack: readonly PackFile[]): Feed {
  const unit: BenchUnit = makeUnit(0, 1, 1);
  unit.assets = pack.map(({ sha256, bytes }, index) => ({
    id: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
    unit_id: unit.id,
    type: 'audio',
    content_type: 'audio/mpeg',
    size_bytes: bytes.length,
    checksum: `sha256:${sha256}`,
    url: `/objects/${sha256}`,
  }));
  return { units: 1, head: 1, since: (after) => (after === 0 ? [{ seq: 1, unit }] : []) };
}
