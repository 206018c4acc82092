import { type Digest, LIMITS, type SyncQuery, type UnitSyncResponse } from '@haversack/contract';
import { ApiError, canonicalTime, type Clock, createJsonHead, type Database, withTail } from '../infrastructure/public.ts';
import { createDigestReader } from './digest.ts';
import type { FeedWatch } from './feed-watch.ts';
import type { Heads } from './heads.ts';
import { createPageEncoder } from './feed-page.ts';
import { registerLearner } from './learner-repo.ts';
import type { EncodedPage } from './models.ts';
import type { ContentRepo } from './repo.ts';
import type { Pages } from './pages.ts';
import { createSlices, refuseOtherFeed } from './slices.ts';

const NO_UNITS = createJsonHead('units', []);

/** The sync feed of one person at a time. */
export interface Feed {
  /**
   * One page of what changed for this person after a cursor (rules CT-1 to CT-6).
   * @throws {ApiError} `invalid_cursor`, `cursor_expired`.
   */
  getUnitsSince(personId: string, query: SyncQuery): Promise<EncodedPage<UnitSyncResponse>>;
  /** "Nothing changed since", where that is known without asking; else null. */
  getUnchanged(personId: string, since: string): { etag: string; encode(): string } | null;
  /** @throws {ApiError} `digest_stale`, `invalid_cursor`. */
  getDigest(personId: string, at: string): Promise<Digest>;
}

export interface FeedDeps {
  database: Database;
  repo: ContentRepo;
  pages: Pages;
  heads: Heads;
  watch: FeedWatch;
  clock: Clock;
  feedId: string;
  tombstoneRetentionDays: number;
}

export function createFeed(deps: FeedDeps): Feed {
  const { database, repo, heads, watch, feedId } = deps;
  const readDigest = createDigestReader(repo);
  const slices = createSlices(deps);
  const encoder = createPageEncoder(deps);

  /** Answered from memory where it was seen within the last second, else by one row (rule CT-9). */
  async function readHead(personId: string): Promise<string> {
    watch.use();
    const known = heads.get(personId);
    if (known !== null) return known;
    const begunAt = heads.begin();
    let found = await repo.readHead(personId);
    if (found === null) {
      await registerLearner(database, personId);
      found = await repo.readHead(personId);
    }
    refuseOtherFeed(found, feedId);
    const head = found?.head ?? '';
    heads.put(personId, head, begunAt);
    return head;
  }

  return {
    async getUnitsSince(personId, query) {
      if (query.feed_id !== undefined && query.feed_id !== feedId) {
        throw new ApiError('cursor_expired', 'This is another feed than the one the cursor came from: begin anew.');
      }
      const since = query.since === undefined ? null : parseCursor(query.since);
      if (since !== null && since === (await readHead(personId))) {
        return { parts: withTail(NO_UNITS, encoder.nothingSince(since)), etag: encoder.tagOf(since, personId) };
      }
      const slice = await slices.read({
        personId,
        since,
        limit: query.limit ?? LIMITS.syncPageDefaultItems,
        includeDeleted: query.include_deleted ?? false,
        retentionDays: deps.tombstoneRetentionDays,
      });
      if (slice.isBeyondHead) throw new ApiError('invalid_cursor', 'This feed has not come that far.');
      if (slice.isExpired) throw new ApiError('cursor_expired', 'Deletions since then are no longer known: begin anew.');
      return encoder.encode(slice, query, personId);
    },

    getUnchanged(personId, since) {
      watch.use();
      if (heads.get(personId) !== since) return null;
      const encode = (): string => JSON.stringify({ units: [], ...encoder.nothingSince(since) });
      return { etag: encoder.tagOf(since, personId), encode };
    },

    async getDigest(personId, at) {
      const cursor = parseCursor(at);
      // Somebody who never pulled has a feed too.
      await readHead(personId);
      const current = await readDigest(personId);
      if (current?.head === cursor) return current.digest;
      throw new ApiError('digest_stale', 'The feed has moved on: pull to its end and ask again.');
    },
  };
}

function parseCursor(text: string): string {
  const cursor = canonicalTime(text);
  if (cursor === null) throw new ApiError('invalid_cursor', 'The cursor is no date-time; send it as the last answer gave it.');
  return cursor;
}
