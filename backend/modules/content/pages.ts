import type { SyncPayload } from '@haversack/contract';
import { LRUCache } from 'lru-cache';
import { type JsonHead, createJsonHead, sha256 } from '../infrastructure/public.ts';
import type { ObjectService } from '../object_store/public.ts';
import type { Documents } from './documents.ts';
import { refKey, type VisibleUnit } from './repo.ts';

const PAGES_CACHED_BYTES = 24 * 1024 * 1024;
/** Compressed, a page takes about a third as much again. */
const WITH_COMPRESSED = 1.35;
const PAGE_OVERHEAD_BYTES = 1_024;

/**
 * The units of a page as they open its JSON: `{"units":[…]`. What changed is the same page for everybody, so it is put together
 * once, and again when signed addresses are made anew: readers share its bytes (rule CT-9).
 */
export interface Pages {
  read(units: readonly VisibleUnit[], payload: SyncPayload): Promise<JsonHead>;
}

export function createPages(documents: Documents, objects: ObjectService): Pages {
  const cache = new LRUCache<string, JsonHead>({
    maxSize: PAGES_CACHED_BYTES,
    sizeCalculation: ({ plain }) => PAGE_OVERHEAD_BYTES + Math.ceil(plain.byteLength * WITH_COMPRESSED),
  });
  return {
    async read(units, payload) {
      const names = units.map((unit) => `${refKey(unit)}${unit.joined ? '+' : ''}`).join();
      const key = sha256(`${payload} ${objects.signingStep()} ${names}`).toString('base64');
      const known = cache.get(key);
      if (known !== undefined) return known;
      const page = createJsonHead('units', await documents.render(units, payload));
      cache.set(key, page);
      return page;
    },
  };
}
