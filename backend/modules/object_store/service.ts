import { createHmac, timingSafeEqual } from 'node:crypto';
import { API_BASE_PATH, ASSET_EXTENSION_BY_CONTENT_TYPE, SIGNED_URL_LIFETIME_MS } from '@haversack/contract';
import { LRUCache } from 'lru-cache';
import { ApiError, type Clock, formatWireTime, type Queryable } from '../infrastructure/public.ts';
import { ChecksumMismatch, type ObjectStore, ObjectTooLarge, type StoredObject } from './models.ts';
import { touchObjects } from './repo.ts';

/** Signatures are made for whole minutes, so that one serves everybody who asks within it. */
const SIGNING_STEP_MS = 60_000;
const SIGNED_URLS_CACHED_MAX = 50_000;

export interface SignedUrl {
  url: string;
  /** RFC 3339, as on the wire. */
  urlExpiresAt: string;
}

export interface ObjectService {
  /** @throws {ApiError} `checksum_mismatch`, `payload_too_large`. */
  store(
    objectId: string,
    bytes: AsyncIterable<Uint8Array>,
    sizeBytes: number | null,
  ): Promise<StoredObject & { created: boolean }>;
  /** Sizes of those that are here; what is here stays for the time of grace, so that it can be referred to. */
  hold(objectIds: readonly string[]): Promise<Map<string, number>>;
  /**
   * An address that opens this object as this content type: here for `SIGNED_URL_LIFETIME_MS` and up to a minute more, in a
   * bucket, where we could not close it early, for up to a minute less.
   */
  sign(objectId: string, contentType: string): SignedUrl;
  /** Which step of signing we are in: what was signed in an earlier one may end sooner. */
  signingStep(): number;
  /** @throws {ApiError} `forbidden` when the signature is not ours, or has ended. */
  verify(objectId: string, query: SignedQuery): void;
}

export interface SignedQuery {
  type: string;
  expires: string;
  signature: string;
}

const OBJECTS_STATED_AT_ONCE = 16;

export function createObjectService({
  store,
  database,
  signingKey,
  clock,
}: {
  store: ObjectStore;
  database: Queryable;
  signingKey: Buffer;
  clock: Clock;
}): ObjectService {
  const signed = new LRUCache<string, SignedUrl>({ max: SIGNED_URLS_CACHED_MAX });
  const signingStep = (): number => Math.floor(clock.nowMs() / SIGNING_STEP_MS);

  const signature = (objectId: string, type: string, expires: string): Buffer =>
    createHmac('sha256', signingKey).update(`GET\n${objectId}\n${type}\n${expires}`).digest();

  function signDirect(objectId: string, contentType: string, signedAtMs: number): SignedUrl | null {
    if (store.direct === null) return null;
    const url = store.direct.sign(objectId, contentType, { signedAtMs, lifetimeMs: SIGNED_URL_LIFETIME_MS });
    return { url, urlExpiresAt: formatWireTime(signedAtMs + SIGNED_URL_LIFETIME_MS) };
  }

  function signHere(objectId: string, contentType: string, signedAtMs: number): SignedUrl {
    const expiresAtMs = signedAtMs + SIGNING_STEP_MS + SIGNED_URL_LIFETIME_MS;
    const expires = String(expiresAtMs / 1000);
    // Types are among those allowed, so nothing is percent-encoded: no two spellings open the same (rule OS-3).
    const query = `type=${contentType}&expires=${expires}&signature=${signature(objectId, contentType, expires).toString('hex')}`;
    return { url: `${API_BASE_PATH}/objects/${objectId}?${query}`, urlExpiresAt: formatWireTime(expiresAtMs) };
  }

  return {
    async store(objectId, bytes, sizeBytes) {
      await touchObjects(database, [objectId], clock.nowMs());
      try {
        return await store.put(objectId, bytes, sizeBytes);
      } catch (error) {
        if (error instanceof ChecksumMismatch)
          throw new ApiError('checksum_mismatch', 'The bytes are not those that the address names.');
        if (error instanceof ObjectTooLarge)
          throw new ApiError('payload_too_large', 'The object is larger than this server takes.');
        throw error;
      }
    },
    async hold(objectIds) {
      // Touched first, then looked for: see the collector.
      await touchObjects(database, objectIds, clock.nowMs());
      const sizes = new Map<string, number>();
      for (let at = 0; at < objectIds.length; at += OBJECTS_STATED_AT_ONCE) {
        const some = objectIds.slice(at, at + OBJECTS_STATED_AT_ONCE);
        const found = await Promise.all(some.map((id) => store.stat(id)));
        for (const [index, object] of found.entries()) if (object !== null) sizes.set(some[index] ?? '', object.sizeBytes);
      }
      return sizes;
    },
    signingStep,
    sign(objectId, contentType) {
      const signedAtMs = signingStep() * SIGNING_STEP_MS;
      const cacheKey = `${objectId} ${contentType} ${signedAtMs}`;
      const known = signed.get(cacheKey);
      if (known !== undefined) return known;
      const made = signDirect(objectId, contentType, signedAtMs) ?? signHere(objectId, contentType, signedAtMs);
      signed.set(cacheKey, made);
      return made;
    },
    verify(objectId, { type, expires, signature: given }) {
      const genuine = timingSafeEqual(signature(objectId, type, expires), digestFromHex(given));
      if (!genuine || ASSET_EXTENSION_BY_CONTENT_TYPE[type] === undefined)
        throw new ApiError('forbidden', 'This address was not signed by this server.');
      if (clock.nowMs() >= Number(expires) * 1000) throw new ApiError('forbidden', 'This address has ended: ask for a new one.');
    },
  };
}

/** Of the wrong form: zeros, which compare as unequal in the same time. */
function digestFromHex(text: string): Buffer {
  return /^[0-9a-f]{64}$/.test(text) ? Buffer.from(text, 'hex') : Buffer.alloc(32);
}
