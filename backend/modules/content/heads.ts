import { LRUCache } from 'lru-cache';

const LEARNERS_MAX = 50_000;
/** A node may answer from memory that is at most this much behind another node. */
const HEAD_MAX_AGE_MS = 1_000;

/** Where learners' feeds stand, as this node saw it within the last second; what is written here is known here at once. */
export interface Heads {
  get(personId: string): string | null;
  /** Call before reading from the database; the answer is for `put`. */
  begin(): number;
  /** Keeps what was read since `begin`, unless something was written here meanwhile. */
  put(personId: string, head: string, begunAt: number): void;
  forget(personId: string): void;
  forgetAll(): void;
}

export function createHeads(): Heads {
  const heads = new LRUCache<string, string>({ max: LEARNERS_MAX, ttl: HEAD_MAX_AGE_MS });
  let writes = 0;
  return {
    get: (personId) => heads.get(personId) ?? null,
    begin: () => writes,
    put(personId, head, begunAt) {
      if (begunAt === writes) heads.set(personId, head);
    },
    forget(personId) {
      writes += 1;
      heads.delete(personId);
    },
    forgetAll() {
      writes += 1;
      heads.clear();
    },
  };
}
