import type { SyncPayload } from '@haversack/contract';
import { LRUCache } from 'lru-cache';
import type { ObjectService } from '../object_store/public.ts';
import { type ContentRepo, refKey, type VersionRef, type VisibleUnit } from './repo.ts';
import { decodeDocument, fillDocument, type UnitDocument } from './unit-document.ts';

const DOCUMENTS_CACHED_BYTES = 40 * 1024 * 1024;
const DOCUMENT_OVERHEAD_BYTES = 512;

/** Units as wire JSON, one buffer each, in the order asked for; put together from segments that stay in memory (rule CT-9). */
export interface Documents {
  render(units: readonly VisibleUnit[], payload: SyncPayload): Promise<Buffer[]>;
}

export function createDocuments(repo: ContentRepo, objects: ObjectService): Documents {
  // A version never changes, so what is here is never stale.
  const cache = new LRUCache<string, UnitDocument>({
    maxSize: DOCUMENTS_CACHED_BYTES,
    sizeCalculation: (document) => document.sizeBytes + DOCUMENT_OVERHEAD_BYTES,
  });

  async function load(units: readonly VersionRef[], payload: SyncPayload): Promise<Map<string, UnitDocument>> {
    const found = new Map<string, UnitDocument>();
    for (const unit of units) {
      const known = cache.get(`${payload}:${refKey(unit)}`);
      if (known !== undefined) found.set(refKey(unit), known);
    }
    const missing = units.filter((unit) => !found.has(refKey(unit)));
    for (const [key, stored] of await repo.loadDocuments(missing, payload)) {
      const document = decodeDocument(stored);
      cache.set(`${payload}:${key}`, document);
      found.set(key, document);
    }
    return found;
  }

  return {
    async render(units, payload) {
      const documents = await load(units, payload);
      return units.map((unit) => {
        const document = documents.get(refKey(unit));
        if (document === undefined) throw new Error('a unit has no document of its version');
        return Buffer.concat(fillDocument(document, unit.joined, objects.sign));
      });
    },
  };
}
