import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { LIMITS, type SyncQuery, type UnitSyncResponse } from '@haversack/contract';
import { type Clock, formatWireTime, withTail } from '../infrastructure/public.ts';
import { type EncodedPage, type FeedChange, type FeedSlice, fitPage } from './models.ts';
import type { Pages } from './pages.ts';

const TAGS_REMEMBERED_MAX = 10_000;

type RestOfPage = Omit<UnitSyncResponse, 'units'>;

/** What the feed holds, as the wire has it. */
export interface PageEncoder {
  /** As much of a slice as one page takes. */
  encode(slice: FeedSlice, query: SyncQuery, personId: string): Promise<EncodedPage<UnitSyncResponse>>;
  /** A page without news, all but its empty `units`. */
  nothingSince(cursor: string): RestOfPage;
  /** Entity tag of such a page. */
  tagOf(cursor: string, personId: string): string;
}

export function createPageEncoder({ pages, clock, feedId }: { pages: Pages; clock: Clock; feedId: string }): PageEncoder {
  const restOfPage = (page: Pick<RestOfPage, 'deleted' | 'cursor' | 'has_more'>): RestOfPage => ({
    deleted: page.deleted,
    feed_id: feedId,
    cursor: page.cursor,
    has_more: page.has_more,
    server_time: formatWireTime(clock.nowMs()),
  });
  // Whoever has no news asks for the same again and again.
  const tags = new LRUCache<string, { cursor: string; tag: string }>({ max: TAGS_REMEMBERED_MAX });
  const tagOf = (cursor: string, personId: string): string => {
    const known = tags.get(personId);
    if (known?.cursor === cursor) return known.tag;
    const tag = `W/"${hash('sha256', `${feedId} ${personId} ${cursor}`, 'base64url')}"`;
    tags.set(personId, { cursor, tag });
    return tag;
  };

  return {
    tagOf,
    nothingSince: (cursor) => restOfPage({ deleted: { units: [], lessons: [] }, cursor, has_more: false }),
    async encode(slice, query, personId) {
      const payload = query.payload ?? 'full';
      const count = fitPage(slice.changes, query.limit ?? LIMITS.syncPageDefaultItems, payload, LIMITS.syncPageTargetBytes);
      const changes = slice.changes.slice(0, count);
      const hasMore = count < slice.changes.length;
      const cursor = hasMore ? (changes.at(-1)?.stamp ?? slice.head) : slice.head;
      const units = await pages.read(
        changes.filter((change) => change.kind === 'unit'),
        payload,
      );
      const deleted = tombstonesOf(changes, slice, cursor);
      const isEmpty = changes.length === 0 && deleted.lessons.length === 0;
      return {
        parts: withTail(units, restOfPage({ deleted, cursor, has_more: hasMore })),
        // Pages with units carry addresses that end: only "nothing changed" may be answered 304.
        etag: isEmpty ? tagOf(cursor, personId) : null,
      };
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
