import {
  type Digest,
  LIMITS,
  type PublishUnitBody,
  type SignedAssets,
  type SyncQuery,
  type Unit,
  type UnitList,
  type UnitListQuery,
  type UnitSyncResponse,
} from '@haversack/contract';
import {
  ApiError,
  canonicalTime,
  type Clock,
  type Database,
  formatWireTime,
  type KeyedWrite,
  notFound,
  runOnce,
  sha256,
} from '../infrastructure/public.ts';
import type { ObjectService } from '../object_store/public.ts';
import { createDigestReader } from './digest.ts';
import type { Documents } from './documents.ts';
import type { Heads } from './heads.ts';
import { canSee, lockLearner, registerLearner, setJoined } from './learner-repo.ts';
import { type Encoded, type FeedSlice, fitPage } from './models.ts';
import type { Publisher } from './publish.ts';
import type { ContentRepo } from './repo.ts';

export interface ContentService {
  /** Begins a new person's feed. */
  registerLearner(personId: string): Promise<void>;
  /**
   * One page of what changed for this person after a cursor (rules CT-1 to CT-6).
   * @throws {ApiError} `invalid_cursor`, `cursor_expired`.
   */
  getUnitsSince(personId: string, query: SyncQuery): Promise<Encoded<UnitSyncResponse>>;
  /** @throws {ApiError} `invalid_request` for an `after` that is none of ours. */
  listUnits(personId: string, query: UnitListQuery): Promise<Encoded<UnitList>>;
  getUnit(personId: string, unitId: string): Promise<Encoded<Unit>>;
  /** @throws {ApiError} `digest_stale`, `invalid_cursor`. */
  getDigest(personId: string, at: string): Promise<Digest>;
  setJoined(write: KeyedWrite, unitId: string, joined: boolean): Promise<void>;
  /** Fresh addresses; ids that the person cannot see are left out. */
  signAssets(personId: string, assetIds: readonly string[]): Promise<SignedAssets>;
  publishUnit(request: { unitId: string; body: PublishUnitBody; ifMatch: string | undefined; write: KeyedWrite }): Promise<{
    status: 200 | 201;
    unit: Encoded<Unit>;
  }>;
  deleteUnit(unitId: string, ifMatch: string | undefined, write: KeyedWrite): Promise<void>;
}

export interface ContentServiceDeps {
  database: Database;
  repo: ContentRepo;
  documents: Documents;
  publisher: Publisher;
  objects: ObjectService;
  heads: Heads;
  clock: Clock;
  feedId: string;
  tombstoneRetentionDays: number;
}

export function createContentService(deps: ContentServiceDeps): ContentService {
  const { database, repo, documents, publisher, objects, heads, clock, feedId } = deps;
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
    const rest: Omit<UnitSyncResponse, 'units'> = {
      deleted: {
        units: changes
          .filter((change) => change.kind === 'tombstone')
          .map(({ id, stamp, reason }) => ({ id, deleted_at: stamp, reason })),
        lessons: slice.lessonTombstones
          .filter(({ stamp }) => stamp <= cursor)
          .map(({ id, unitId, stamp }) => ({ id, unit_id: unitId, deleted_at: stamp })),
      },
      feed_id: feedId,
      cursor,
      has_more: hasMore,
      server_time: formatWireTime(clock.nowMs()),
    };
    const isEmpty = changes.length === 0 && rest.deleted.lessons.length === 0;
    // Pages with units carry addresses that end: only "nothing changed" may be answered 304.
    return { json: joinPage('units', units, rest), etag: isEmpty ? emptyPageTag(cursor, personId) : null };
  }

  const emptyPageTag = (cursor: string, personId: string): string =>
    `W/"${sha256(`${feedId} ${personId} ${cursor}`).toString('base64url')}"`;

  return {
    registerLearner: (personId) => registerLearner(database, personId),

    async getUnitsSince(personId, query) {
      if (query.feed_id !== undefined && query.feed_id !== feedId) {
        throw new ApiError('cursor_expired', 'This is another feed than the one the cursor came from: begin anew.');
      }
      const since = query.since === undefined ? null : parseCursor(query.since);
      if (since !== null && since === (await readHead(personId))) {
        return encodePage(
          { head: since, isBeyondHead: false, isExpired: false, changes: [], lessonTombstones: [] },
          query,
          personId,
        );
      }
      const slice = await readSlice(personId, since, query);
      if (slice.isBeyondHead) throw new ApiError('invalid_cursor', 'This feed has not come that far.');
      if (slice.isExpired) throw new ApiError('cursor_expired', 'Deletions since then are no longer known: begin anew.');
      return encodePage(slice, query, personId);
    },

    async listUnits(personId, { scope = 'all', after, limit = LIMITS.listPageDefaultItems }) {
      if (after !== undefined && !UUID.test(after)) {
        throw new ApiError('invalid_request', 'The query is not as the contract says.', {
          errors: [{ path: '/after', message: 'is no `next` of this list' }],
        });
      }
      const found = await repo.listVisible(personId, scope, after ?? null, limit + 1);
      const page = found.slice(0, limit);
      const hasMore = found.length > limit;
      const rest = { next: hasMore ? (page.at(-1)?.id ?? null) : null, has_more: hasMore };
      return { json: joinPage('units', await documents.render(page, 'summary'), rest), etag: null };
    },

    async getUnit(personId, unitId) {
      const unit = await repo.findVisible(personId, unitId);
      if (unit === null) throw notFound();
      const [json = Buffer.alloc(0)] = await documents.render([unit], 'full');
      // The version first, for If-Match; then what else the answer depends on.
      return { json, etag: `"${unit.version}.${unit.joined ? 'joined' : 'free'}.${objects.signingStep()}"` };
    },

    async getDigest(personId, at) {
      const cursor = parseCursor(at);
      await readHead(personId);
      const current = await readDigest(personId);
      if (current?.head === cursor) return current.digest;
      throw new ApiError('digest_stale', 'The feed has moved on: pull to its end and ask again.');
    },

    async setJoined(write, unitId, joined) {
      const { personId } = write;
      await database.transaction((tx) =>
        runOnce(tx, write, async () => {
          await lockLearner(tx, personId, 'update');
          if (!(await canSee(tx, personId, unitId))) throw notFound();
          await setJoined(tx, personId, unitId, joined);
        }),
      );
      heads.forget(personId);
    },

    async signAssets(personId, assetIds) {
      const assets = await repo.findAssets(personId, assetIds);
      return {
        assets: assets.map(({ id, objectId, contentType }) => {
          const { url, urlExpiresAt } = objects.sign(objectId, contentType);
          return { id, url, url_expires_at: urlExpiresAt };
        }),
      };
    },

    async publishUnit(request) {
      const { status, version } = await publisher.publish(request);
      heads.forgetAll();
      const id = request.unitId;
      const joined = (await repo.findVisible(request.write.personId, id))?.joined ?? false;
      const [json = Buffer.alloc(0)] = await documents.render([{ id, version, joined }], 'full');
      return { status, unit: { json, etag: `"${version}"` } };
    },

    async deleteUnit(unitId, ifMatch, write) {
      await publisher.delete(unitId, ifMatch, write);
      heads.forgetAll();
    },
  };
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

function parseCursor(text: string): string {
  const cursor = canonicalTime(text);
  if (cursor === null) throw new ApiError('invalid_cursor', 'The cursor is no date-time; send it as the last answer gave it.');
  return cursor;
}

/** `{"<name>":[…items],…rest}` without decoding the items. */
function joinPage(name: string, items: readonly Buffer[], rest: object): Buffer {
  const parts: Buffer[] = [Buffer.from(`{"${name}":[`)];
  for (const [index, item] of items.entries()) {
    if (index > 0) parts.push(Buffer.from(','));
    parts.push(item);
  }
  parts.push(Buffer.from(`],${JSON.stringify(rest).slice(1)}`));
  return Buffer.concat(parts);
}
