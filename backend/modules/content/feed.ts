import { hash } from 'node:crypto';
import { type Digest, LIMITS, type SyncQuery, type UnitSyncResponse } from '@haversack/contract';
import { ApiError, canonicalTime, type Clock, type Database, formatWireTime } from '../infrastructure/public.ts';
import { createDigestReader } from './digest.ts';
import type { Documents } from './documents.ts';
import type { FeedWatch } from './feed-watch.ts';
import type { Heads } from './heads.ts';
import { registerLearner } from './learner-repo.ts';
import { type Encoded, type FeedChange, type FeedSlice, fitPage } from './models.ts';
import type { ContentRepo } from './repo.ts';
import { createSlices, refuseOtherFeed } from './slices.ts';

/** The sync feed of one person at a time. */
export interface Feed {
  /**
   * One page of what changed for this person after a cursor (rules CT-1 to CT-6).
   * @throws {ApiError} `invalid_cursor`, `cursor_expired`.
   */
  getUnitsSince(personId: string, query: SyncQuery): Promise<Encoded<UnitSyncResponse>>;
  /** "Nothing changed since", where that is known without asking; else null. */
  getUnchanged(personId: string, since: string): { etag: string; encode(): Buffer } | null;
  /** @throws {ApiError} `digest_stale`, `invalid_cursor`. */
  getDigest(personId: string, at: string): Promise<Digest>;
}

export interface FeedDeps {
  database: Database;
  repo: ContentRepo;
  documents: Documents;
  heads: Heads;
  watch: FeedWatch;
  clock: Clock;
  feedId: string;
  tombstoneRetentionDays: number;
}

export function createFeed(deps: FeedDeps): Feed {
  const { database, repo, documents, heads, watch, clock, feedId } = deps;
  const readDigest = createDigestReader(repo);
  const slices = createSlices(deps);

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

  async function encodePage(slice: FeedSlice, query: SyncQuery, personId: string): Promise<Encoded<UnitSyncResponse>> {
    const payload = query.payload ?? 'full';
    const count = fitPage(slice.changes, query.limit ?? LIMITS.syncPageDefaultItems, payload, LIMITS.syncPageTargetBytes);
    const changes = slice.changes.slice(0, count);
    const hasMore = count < slice.changes.length;
    const cursor = hasMore ? (changes.at(-1)?.stamp ?? slice.head) : slice.head;
    const units = await documents.render(
      changes.filter((change) => change.kind === 'unit'),
      payload,
    );
    const deleted = tombstonesOf(changes, slice, cursor);
    const rest = restOfPage({ deleted, cursor, has_more: hasMore });
    // Pages with units carry addresses that end: only "nothing changed" may be answered 304.
    const isEmpty = changes.length === 0 && deleted.lessons.length === 0;
    return { json: joinPage('units', units, rest), etag: isEmpty ? emptyPageTag(cursor, personId) : null };
  }

  const restOfPage = (page: Pick<UnitSyncResponse, 'deleted' | 'cursor' | 'has_more'>): Omit<UnitSyncResponse, 'units'> => ({
    deleted: page.deleted,
    feed_id: feedId,
    cursor: page.cursor,
    has_more: page.has_more,
    server_time: formatWireTime(clock.nowMs()),
  });

  const emptyPageTag = (cursor: string, personId: string): string =>
    `W/"${hash('sha256', `${feedId} ${personId} ${cursor}`, 'base64url')}"`;

  const unchanged = (personId: string, cursor: string): { etag: string; encode(): Buffer } => ({
    etag: emptyPageTag(cursor, personId),
    encode: () => joinPage('units', [], restOfPage({ deleted: { units: [], lessons: [] }, cursor, has_more: false })),
  });

  return {
    async getUnitsSince(personId, query) {
      if (query.feed_id !== undefined && query.feed_id !== feedId) {
        throw new ApiError('cursor_expired', 'This is another feed than the one the cursor came from: begin anew.');
      }
      const since = query.since === undefined ? null : parseCursor(query.since);
      if (since !== null && since === (await readHead(personId))) {
        const { etag, encode } = unchanged(personId, since);
        return { json: encode(), etag };
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
      return encodePage(slice, query, personId);
    },

    getUnchanged(personId, since) {
      watch.use();
      return heads.get(personId) === since ? unchanged(personId, since) : null;
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

function tombstonesOf(changes: readonly FeedChange[], slice: FeedSlice, cursor: string): UnitSyncResponse['deleted'] {
  return {
    units: changes
      .filter((change) => change.kind === 'tombstone')
      .map(({ id, stamp, reason }) => ({ id, deleted_at: stamp, reason })),
    lessons: slice.lessonTombstones
      .filter(({ stamp }) => stamp <= cursor)
      .map(({ id, unitId, stamp }) => ({ id, unit_id: unitId, deleted_at: stamp })),
  };
}

function parseCursor(text: string): string {
  const cursor = canonicalTime(text);
  if (cursor === null) throw new ApiError('invalid_cursor', 'The cursor is no date-time; send it as the last answer gave it.');
  return cursor;
}

/** `{"<name>":[…items],…rest}` without decoding the items. */
export function joinPage(name: string, items: readonly Buffer[], rest: object): Buffer {
  const parts: Buffer[] = [Buffer.from(`{"${name}":[`)];
  for (const [index, item] of items.entries()) {
    if (index > 0) parts.push(Buffer.from(','));
    parts.push(item);
  }
  parts.push(Buffer.from(`],${JSON.stringify(rest).slice(1)}`));
  return Buffer.concat(parts);
}
