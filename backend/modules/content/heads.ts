import { LRUCache } from 'lru-cache';

const LEARNERS_MAX = 50_000;
/** A node may answer from memory that is at most this much behind another node. */
const HEAD_MAX_AGE_MS = 1_000;

/** Where the feeds stand, as this node knows it without asking; what is written here is known here at once (rule CT-9). */
export interface Heads {
  /** Where this learner's feed stands; null where it must be asked. */
  get(personId: string): string | null;
  /** Where all content stands; null where it must be asked. */
  feedHead(): string | null;
  /** Call before reading from the database; the answer is for `put`. */
  begin(): Moment;
  /** Keeps what was read since `begun`, unless something was written here or seen meanwhile. */
  put(personId: string, head: string, begun: Moment): void;
  /** This learner joined or left here. */
  forget(personId: string): void;
  /** Content was written here. */
  forgetAll(): void;
  /** Takes a look at the database in; false where something was written here since it began, and it must be repeated. */
  see(look: Look, begun: Moment): boolean;
}

export interface Moment {
  atMs: number;
  writes: number;
  looks: number;
}

/** What one look at the database found. */
export interface Look {
  feedHead: string;
  /** Learners who joined or left since the look before; null where that cannot be said. */
  moved: readonly { personId: string; head: string }[] | null;
}

interface Known {
  /** Of this learner when it was read; content may have moved on since. */
  head: string;
  readAtMs: number;
}

/**
 * `nowMs` is a clock that never goes back. Two ways to be believed: this node has looked at the database within the last second
 * and saw everything that moved, or the learner's own head was read within the last second.
 */
export function createHeads(nowMs: () => number = () => performance.now()): Heads {
  const learners = new LRUCache<string, Known>({ max: LEARNERS_MAX });
  let seen: { feedHead: string; atMs: number } | null = null;
  let writes = 0;
  let looks = 0;
  let wroteAtMs = -Infinity;
  let highest = '';

  const isFresh = (atMs: number): boolean => nowMs() - atMs < HEAD_MAX_AGE_MS;

  return {
    get(personId) {
      const known = learners.get(personId);
      if (known === undefined) return null;
      if (seen !== null && isFresh(seen.atMs)) return known.head > seen.feedHead ? known.head : seen.feedHead;
      return known.readAtMs >= wroteAtMs && isFresh(known.readAtMs) ? known.head : null;
    },
    feedHead: () => (seen !== null && isFresh(seen.atMs) ? seen.feedHead : null),
    begin: () => ({ atMs: nowMs(), writes, looks }),
    put(personId, head, begun) {
      if (begun.writes === writes && begun.looks === looks) learners.set(personId, { head, readAtMs: begun.atMs });
    },
    forget(personId) {
      writes += 1;
      learners.delete(personId);
    },
    forgetAll() {
      writes += 1;
      wroteAtMs = nowMs();
      seen = null;
    },
    see({ feedHead, moved }, begun) {
      if (begun.writes !== writes) return false;
      looks += 1;
      // A feed that went back is another's past: nothing that was known of it holds.
      if (moved === null || feedHead < highest) learners.clear();
      else
        for (const { personId, head } of moved)
          if (learners.has(personId)) learners.set(personId, { head, readAtMs: begun.atMs });
      highest = feedHead;
      seen = { feedHead, atMs: begun.atMs };
      return true;
    },
  };
}
