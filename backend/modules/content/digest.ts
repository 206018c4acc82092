import type { Digest } from '@haversack/contract';
import { sha256 } from '../infrastructure/public.ts';
import type { ContentRepo, VersionRef } from './repo.ts';

const HASH_BYTES = 32;
const TRIES_MAX = 3;

/** XOR of SHA-256(`<id>:<version>`) over units: any order, and one change costs one step (rule CT-12). */
export function digestOf(units: readonly VersionRef[], start: Buffer = Buffer.alloc(HASH_BYTES)): Buffer {
  const hash = Buffer.from(start);
  for (const { id, version } of units) {
    const one = sha256(`${id}:${version}`);
    for (let at = 0; at < HASH_BYTES; at += 1) hash[at] = (hash[at] ?? 0) ^ (one[at] ?? 0);
  }
  return hash;
}

/** The digest of what a person sees, and the head at which it is so; null where content never stood still for a moment. */
export type DigestReader = (personId: string) => Promise<{ head: string; digest: Digest } | null>;

/** The part that all share is computed once for each head of the feed. */
export function createDigestReader(repo: ContentRepo): DigestReader {
  let shared: { feedHead: string; count: number; hash: Buffer } | null = null;
  return async (personId) => {
    for (let tries = 0; tries < TRIES_MAX; tries += 1) {
      const own = await repo.readOwnVersions(personId);
      if (own === null) return null;
      if (shared?.feedHead !== own.feedHead) {
        const { feedHead, units } = await repo.readGlobalVersions();
        shared = { feedHead, count: units.length, hash: digestOf(units) };
      }
      if (shared.feedHead !== own.feedHead) continue;
      const hash = digestOf(own.units, shared.hash).toString('hex');
      return { head: own.head, digest: { count: shared.count + own.units.length, hash } };
    }
    return null;
  };
}
