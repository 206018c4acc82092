import { LRUCache } from 'lru-cache';
import { type Database, UnavailableError } from '../infrastructure/public.ts';
import type { Heads } from './heads.ts';
import { createLearnerReader } from './learner-reader.ts';
import { lockLearner } from './learner-repo.ts';
import type { FeedSlice, LearnerSince } from './models.ts';
import type { ContentRepo, FeedQuestion, SharedQuestion } from './repo.ts';

const SHARED_CACHED_CHANGES = 40_000;
const TRIES_MAX = 2;

/** What a learner's feed holds after a cursor. */
export interface Slices {
  /** @throws {UnavailableError} where the database holds another feed than this node serves. */
  read(question: FeedQuestion): Promise<FeedSlice>;
}

export interface SlicesDeps {
  database: Database;
  repo: ContentRepo;
  heads: Heads;
  feedId: string;
}

/**
 * What changed is the same for every learner save for what they joined and when they came. The shared part stays in memory; it is
 * right as long as content stands where it stood, which the learner's own part, one query, says each time (rule CT-9).
 */
export function createSlices({ database, repo, heads, feedId }: SlicesDeps): Slices {
  const shared = new LRUCache<string, FeedSlice>({
    maxSize: SHARED_CACHED_CHANGES,
    sizeCalculation: ({ changes, lessonTombstones }) => 1 + changes.length + lessonTombstones.length,
  });
  const loading = new Map<string, Promise<FeedSlice>>();
  const readLearner = createLearnerReader(repo);

  async function load(key: string, question: SharedQuestion): Promise<FeedSlice> {
    const slice = await repo.getSharedSince(question);
    shared.set(key, slice);
    return slice;
  }

  /** Many who ask for the same at once make one query. */
  function readShared(question: SharedQuestion, isRefused: boolean): Promise<FeedSlice> | FeedSlice {
    const key = `${question.since} ${question.limit} ${question.includeDeleted}`;
    const known = isRefused ? undefined : shared.get(key);
    const feedHead = heads.feedHead();
    if (known !== undefined && (feedHead === null || known.head === feedHead)) return known;
    const under = loading.get(key) ?? load(key, question).finally(() => loading.delete(key));
    loading.set(key, under);
    return under;
  }

  async function fromShared(question: FeedQuestion): Promise<FeedSlice | null> {
    for (let tries = 0; tries < TRIES_MAX; tries += 1) {
      const page = await readShared(question, tries > 0);
      const own = await readLearner(question, page);
      if (own === null || own.isSpecial) return null;
      if (own.feedHead === page.head && own.feedId === page.feedId) return joinSlices(page, own, question.limit);
    }
    return null;
  }

  function fromDatabase(question: FeedQuestion): Promise<FeedSlice> {
    return database.transaction(async (tx) => {
      await lockLearner(tx, question.personId, 'share');
      return repo.getUnitsSince(tx, question);
    });
  }

  return {
    async read(question) {
      const begun = heads.begin();
      const slice = (await fromShared(question)) ?? (await fromDatabase(question));
      if (slice.feedId !== feedId)
        throw new UnavailableError('the database holds another feed than this node serves: restart it');
      heads.put(question.personId, slice.head, begun);
      return slice;
    },
  };
}

/**
 * A database that was restored under a running node holds another feed than the node tells of: phones wait until it is restarted.
 * @throws {UnavailableError}
 */
export function refuseOtherFeed(found: { feedId: string } | null, feedId: string): void {
  if (found !== null && found.feedId !== feedId)
    throw new UnavailableError('the database holds another feed than this node serves: restart it');
}

/**
 * The shared part as one learner sees it, with what is their own put in by stamp; null where the shared part ends before it is
 * known what the learner's page ends with.
 */
export function joinSlices(shared: FeedSlice, own: LearnerSince, limit: number): FeedSlice | null {
  const movedIds = new Set(own.changes.map(({ id }) => id));
  const theirs = shared.changes.filter((change) =>
    // A later joining or leaving stands for the unit's change too. What went before they came was never theirs.
    change.kind === 'unit' ? !movedIds.has(change.id) : change.stamp > own.startedAt,
  );
  const isCut = shared.changes.length > limit;
  if (isCut && theirs.length < shared.changes.length) return null;
  const changes = theirs.map((change) => (change.kind === 'unit' ? { ...change, joined: own.joined.has(change.id) } : change));
  return {
    feedId: shared.feedId,
    head: own.head,
    isBeyondHead: false,
    isExpired: false,
    changes: [...changes, ...own.changes].sort(byStamp).slice(0, limit + 1),
    lessonTombstones: shared.lessonTombstones.filter(({ stamp }) => stamp > own.startedAt),
  };
}

/** Canonical wire times compare as strings. */
const byStamp = (one: { stamp: string }, other: { stamp: string }): number => (one.stamp < other.stamp ? -1 : 1);
