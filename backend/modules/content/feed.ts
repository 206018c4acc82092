import { type Digest, LIMITS, type SyncQuery, type UnitSyncResponse } from '@haversack/contract';
import { ApiError, canonicalTime, type Clock, type Database, formatWireTime, sha256 } from '../infrastructure/public.ts';
import { createDigestReader } from './digest.ts';
import type { Documents } from './documents.ts';
import type { Heads } from './heads.ts';
import { lockLearner, registerLearner } from './learner-repo.ts';
import { type Encoded, type FeedChange, type FeedSlice, fitPage } from './models.ts';
import type { ContentRepo } from './repo.ts';

/** The sync feed of one person at a time. */
export interface Feed {
  /**
   * One page of what changed for this person after a cursor (rules CT-1 to CT-6).
   * @throws {ApiError} `invalid_cursor`, `cursor_expired`.
   */
  getUnitsSince(personId: string, query: SyncQuery): Promise<Encoded<UnitSyncResponse>>;
  /** @throws {ApiError} `digest_stale`, `invalid_cursor`. */
  getDigest(personId: string, at: string): Promise<Digest>;
}

export interface FeedDeps {
  database: Database;
  repo: ContentRepo;
  documents: Documents;
  heads: Heads;
  clock: Clock;
  feedId: string;
  tombstoneRetentionDays: number;
}

export function createFeed(deps: FeedDeps): Feed {
  const { database, repo, documents, heads, clock, feedId } = deps;
  const readDigest = createDigestReader(repo);

  /** Answered from memory where it was seen within the last second, else by one row (rule CT-9). */
  async function readHead(personId: string): Promise<string> {
    const known = heads.get(personId);
    if (known !== null) return known;
    const begunAt = heads.begin();
    let head = await repo.readHead(personId);
    if (head === null) {
      await registerLearner(database, personId);
      head = (await repo.readHead(personId)) ?? '';
    }
    heads.put(personId, head, begunAt);
    return head;
  }

  function readSlice(personId: string, since: string | null, query: SyncQuery): Promise<FeedSlice> {
    return database.transaction(async (tx) => {
      await lockLearner(tx, personId, 'share');
      return repo.getUnitsSince(tx, {
        personId,
        since,
        limit: query.limit ?? LIMITS.syncPageDefaultItems,
        includeDeleted: query.include_deleted ?? false,
        retentionDays: deps.tombstoneRetentionDays,
      });
    });
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
    const isEmpty = changes.length === 0 && deleted.lessons.length === 0;
    const rest: Omit<UnitSyncResponse, 'units'> = {
      deleted,
      feed_id: feedId,
      cursor,
      has_more: hasMore,
      server_time: formatWireTime(clock.nowMs()),
    };
    // Pages with units carry addresses that end: only "nothing changed" may be answered 304.
    return { json: joinPage('units', units, rest), etag: isEmpty ? emptyPageTag(cursor, personId) : null };
  }

  const emptyPageTag = (cursor: string, personId: string): string =>
    `W/"${sha256(`${feedId} ${personId} ${cursor}`).toString('base64url')}"`;

  return {
    async getUnitsSince(personId, query) {
      if (query.feed_id !== undefined && query.feed_id !== feedId) {
        throw new ApiError('cursor_expired', 'This is another feed than the one the cursor came from: begin anew.');
      }
      const since = query.since === undefined ? null : parseCursor(query.since);
      if (since !== null && since === (await readHead(personId))) return encodePage(nothingSince(since), query, personId);
      const slice = await readSlice(personId, since, query);
      if (slice.isBeyondHead) throw new ApiError('invalid_cursor', 'This feed has not come that far.');
      if (slice.isExpired) throw new ApiError('cursor_expired', 'Deletions since then are no longer known: begin anew.');
      return encodePage(slice, query, personId);
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

const nothingSince = (head: string): FeedSlice => ({
  head,
  isBeyondHead: false,
  isExpired: false,
  changes: [],
  lessonTombstones: [],
});

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
