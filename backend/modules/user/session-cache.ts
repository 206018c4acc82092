import { LRUCache } from 'lru-cache';
import type { Clock, Person } from '../infrastructure/public.ts';
import { SESSION_CACHE_MS } from './models.ts';

const SESSIONS_CACHED_MAX = 20_000;

/** Whose tokens this node has seen of late, by the hash of the token. */
export interface SessionCache {
  get(tokenHash: string): Person | null;
  /** Keeps what was read, unless the session was ended here meanwhile; says whether it still lives. */
  put(tokenHash: string, person: Person): boolean;
  isEnded(tokenHash: string): boolean;
  /** Dead on this node from now on; on another within `SESSION_CACHE_MS`. */
  end(tokenHashes: readonly string[]): void;
}

export function createSessionCache(clock: Clock): SessionCache {
  const perf = { now: () => clock.nowMs() };
  const sessions = new LRUCache<string, Person>({ max: SESSIONS_CACHED_MAX, ttl: SESSION_CACHE_MS, ttlResolution: 0, perf });
  // A look-up that was under way during a sign-out must not bring the session back.
  const ended = new LRUCache<string, true>({ max: SESSIONS_CACHED_MAX, ttl: 2 * SESSION_CACHE_MS, ttlResolution: 0, perf });
  return {
    get: (tokenHash) => sessions.get(tokenHash) ?? null,
    put(tokenHash, person) {
      if (ended.has(tokenHash)) return false;
      sessions.set(tokenHash, person);
      return true;
    },
    isEnded: (tokenHash) => ended.has(tokenHash),
    end(tokenHashes) {
      for (const tokenHash of tokenHashes) {
        ended.set(tokenHash, true);
        sessions.delete(tokenHash);
      }
    },
  };
}
