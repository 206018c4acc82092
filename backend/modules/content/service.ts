import {
  LIMITS,
  type PublishUnitBody,
  type SignedAssets,
  type Unit,
  type UnitList,
  type UnitListQuery,
  type UnitVersionList,
  type UnitVersionsQuery,
} from '@haversack/contract';
import {
  ApiError,
  createJsonHead,
  type Database,
  type KeyedWrite,
  notFound,
  runOnce,
  withTail,
} from '../infrastructure/public.ts';
import type { ObjectService } from '../object_store/public.ts';
import type { Documents } from './documents.ts';
import type { Feed } from './feed.ts';
import type { FeedWatch } from './feed-watch.ts';
import type { Heads } from './heads.ts';
import { canSee, lockLearner, registerLearner, setJoined } from './learner-repo.ts';
import type { Encoded, EncodedPage } from './models.ts';
import type { Published, Publisher } from './publish.ts';
import type { ContentRepo } from './repo.ts';
import type { RollBackRequest, Versions } from './versions.ts';

export interface ContentService extends Feed {
  /** Begins a new person's feed. */
  registerLearner(personId: string): Promise<void>;
  /** @throws {ApiError} `invalid_request` for an `after` that is none of ours. */
  listUnits(personId: string, query: UnitListQuery): Promise<EncodedPage<UnitList>>;
  getUnit(personId: string, unitId: string): Promise<Encoded<Unit>>;
  setJoined(write: KeyedWrite, unitId: string, joined: boolean): Promise<void>;
  /** Fresh addresses; ids that the person cannot see are left out. */
  signAssets(personId: string, assetIds: readonly string[]): Promise<SignedAssets>;
  /** @throws {ApiError} as `judgePublish`, and `invalid_body` with every fault. */
  publishUnit(request: {
    unitId: string;
    body: PublishUnitBody;
    ifMatch: string | undefined;
    write: KeyedWrite;
  }): Promise<{ status: 200 | 201; unit: Encoded<Unit> }>;
  /** @throws {ApiError} `not_found`, `forbidden`. */
  listVersions(personId: string, unitId: string, query: UnitVersionsQuery): Promise<UnitVersionList>;
  /** @throws {ApiError} as `publishUnit`. */
  rollBackUnit(request: RollBackRequest): Promise<{ status: 200 | 201; unit: Encoded<Unit> }>;
  deleteUnit(unitId: string, ifMatch: string | undefined, write: KeyedWrite): Promise<void>;
}

export interface ContentServiceDeps {
  database: Database;
  repo: ContentRepo;
  feed: Feed;
  documents: Documents;
  publisher: Publisher;
  versions: Versions;
  objects: ObjectService;
  heads: Heads;
  watch: FeedWatch;
}

export function createContentService(deps: ContentServiceDeps): ContentService {
  const { database, repo, feed, documents, publisher, versions, objects, heads, watch } = deps;

  function contentWritten(): void {
    heads.forgetAll();
    watch.nudge();
  }

  /** The unit as it came to be, for whoever published it. */
  async function answerPublished({ unitId: id, write }: { unitId: string; write: KeyedWrite }, { status, version }: Published) {
    contentWritten();
    const joined = (await repo.findVisible(write.personId, id))?.joined ?? false;
    const [json = Buffer.alloc(0)] = await documents.render([{ id, version, joined }], 'full');
    return { status, unit: { json, etag: `"${version}"` } };
  }

  return {
    ...feed,
    registerLearner: (personId) => registerLearner(database, personId),

    async listUnits(personId, { scope = 'all', after, limit = LIMITS.listPageDefaultItems }) {
      if (after !== undefined && !UUID.test(after)) throw invalidAfter();
      const found = await repo.listVisible(personId, scope, after ?? null, limit + 1);
      const page = found.slice(0, limit);
      const hasMore = found.length > limit;
      const rest = { next: hasMore ? (page.at(-1)?.id ?? null) : null, has_more: hasMore };
      return { parts: withTail(createJsonHead('units', await documents.render(page, 'summary')), rest), etag: null };
    },

    async getUnit(personId, unitId) {
      const unit = await repo.findVisible(personId, unitId);
      if (unit === null) throw notFound();
      const [json = Buffer.alloc(0)] = await documents.render([unit], 'full');
      // The version first, for If-Match; then what else the answer depends on.
      return { json, etag: `"${unit.version}.${unit.joined ? 'joined' : 'free'}.${objects.signingStep()}"` };
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
          return { id, object_id: objectId, url, url_expires_at: urlExpiresAt };
        }),
      };
    },

    publishUnit: async (request) => answerPublished(request, await publisher.publish(request)),
    listVersions: versions.list,
    rollBackUnit: async (request) => answerPublished(request, await versions.rollBack(request)),

    async deleteUnit(unitId, ifMatch, write) {
      await publisher.delete(unitId, ifMatch, write);
      contentWritten();
    },
  };
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

const invalidAfter = (): ApiError =>
  new ApiError('invalid_request', 'The query is not as the contract says.', {
    errors: [{ path: '/after', message: 'is no `next` of this list' }],
  });
