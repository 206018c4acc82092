import type { SyncPayload } from '@haversack/contract';
import { type Queryable, wireTime } from '../infrastructure/public.ts';
import { FEED_SLICE, LEARNERS_SINCE, SHARED_SLICE, VISIBLE } from './feed-sql.ts';
import type { FeedChange, FeedSlice, LearnerSince, LessonTombstoneRow } from './models.ts';

export interface VisibleUnit {
  id: string;
  version: number;
  joined: boolean;
}

export interface ReadableAsset {
  id: string;
  objectId: string;
  contentType: string;
}

/** What learners read. Every question carries the person, and sees what they may see (rule CT-10). */
export interface ContentRepo {
  /**
   * Units, unit tombstones and lesson tombstones after a cursor, with the head, from one snapshot. Call it in a transaction
   * that holds `lockLearner(tx, personId, 'share')`.
   */
  getUnitsSince(tx: Queryable, question: FeedQuestion): Promise<FeedSlice>;
  /** What all learners who own no unit share of such a page; its head is that of all content. */
  getSharedSince(question: SharedQuestion): Promise<FeedSlice>;
  /**
   * What of a page is each of these learners' own; holds their locks while it reads. Those whose feed has not begun are left out.
   * Of the question all but the person counts.
   */
  getLearnersSince(
    personIds: readonly string[],
    question: FeedQuestion,
    seenUnitIds: readonly string[],
  ): Promise<Map<string, LearnerSince>>;
  /** Where the learner's feed stands, and which feed that is; null before it has begun. */
  readHead(personId: string): Promise<{ feedId: string; head: string } | null>;
  findVisible(personId: string, unitId: string): Promise<VisibleUnit | null>;
  /** Ascending by id, after `after`. `personal` = owned or joined. */
  listVisible(
    personId: string,
    scope: 'all' | 'personal' | 'global',
    after: string | null,
    limit: number,
  ): Promise<VisibleUnit[]>;
  findAssets(personId: string, assetIds: readonly string[]): Promise<ReadableAsset[]>;
  /** Stored documents by `<unit id>:<version>`. */
  loadDocuments(wanted: readonly VersionRef[], payload: SyncPayload): Promise<Map<string, string>>;
  /** Exercises of versions, as stored, by `<unit id>:<version>`. */
  loadExercises(wanted: readonly VersionRef[]): Promise<Map<string, string>>;
  /** Those of the units that the person sees, or once could. */
  findEverVisible(personId: string, unitIds: readonly string[]): Promise<Set<string>>;
  /** Head of all content with every global unit, of one snapshot. */
  readGlobalVersions(): Promise<{ feedHead: string; units: VersionRef[] }>;
  /** Head of all content, the learner's own head, and their own units that are not global, of one snapshot. */
  readOwnVersions(personId: string): Promise<{ feedHead: string; head: string; units: VersionRef[] } | null>;
}

export interface SharedQuestion {
  since: string | null;
  limit: number;
  includeDeleted: boolean;
}

export interface FeedQuestion extends SharedQuestion {
  personId: string;
  retentionDays: number;
}

export interface VersionRef {
  id: string;
  version: number;
}

export const refKey = ({ id, version }: VersionRef): string => `${id}:${version}`;

const JOINED = 'coalesce((select m.joined from my_units m where m.user_id = $1 and m.unit_id = u.id), false)';
const READ_HEAD = `select f.feed_id as "feedId", ${wireTime('greatest(f.head, l.head)')} as head from feed f, learner_feeds l where l.user_id = $1`;
const SCOPES = { all: 'true', global: 'u.is_global', personal: `(u.owner_id = $1 or ${JOINED})` } as const;

export function createContentRepo(database: Queryable): ContentRepo {
  return {
    async getUnitsSince(tx, { personId, since, limit, includeDeleted, retentionDays }) {
      const rows = await tx.query<SliceRow>(FEED_SLICE, [
        personId,
        since,
        limit + 1,
        includeDeleted && since !== null,
        retentionDays,
      ]);
      return rowsToSlice(rows);
    },
    async getSharedSince({ since, limit, includeDeleted }) {
      return rowsToSlice(await database.query<SliceRow>(SHARED_SLICE, [since, limit + 1, includeDeleted && since !== null]));
    },
    async getLearnersSince(personIds, { since, limit, retentionDays }, seenUnitIds) {
      const values = [personIds, since, seenUnitIds, limit + 1, retentionDays];
      const rows = await database.query<LearnerSinceRow>(LEARNERS_SINCE, values);
      return new Map(
        rows.map(({ personId, joined, changes, ...row }) => [
          personId,
          { ...row, joined: new Set(joined), changes: changes.map((change) => ({ kind: 'unit', ...change })) },
        ]),
      );
    },
    async readHead(personId) {
      const [row] = await database.query<{ feedId: string; head: string }>(READ_HEAD, [personId]);
      return row ?? null;
    },
    async findVisible(personId, unitId) {
      const [row] = await database.query<VisibleUnit>(
        `select u.id, u.version, ${JOINED} as joined from units u where u.id = $2 and ${VISIBLE}`,
        [personId, unitId],
      );
      return row ?? null;
    },
    listVisible: (personId, scope, after, limit) =>
      database.query<VisibleUnit>(
        `select u.id, u.version, ${JOINED} as joined from units u
          where ${VISIBLE} and ${SCOPES[scope]} and ($2::uuid is null or u.id > $2) order by u.id limit $3`,
        [personId, after, limit],
      ),
    findAssets: (personId, assetIds) =>
      database.query<ReadableAsset>(
        `select p.id, p.object_id as "objectId", p.content_type as "contentType" from unit_parts p join units u on u.id = p.unit_id
          where p.id = any($2::uuid[]) and p.kind = 'asset' and p.deleted_at is null and ${VISIBLE}`,
        [personId, assetIds],
      ),
    loadDocuments: (wanted, payload) => loadColumn(database, wanted, payload === 'full' ? 'full_document' : 'summary_document'),
    loadExercises: (wanted) => loadColumn(database, wanted, 'exercises'),
    async findEverVisible(personId, unitIds) {
      const rows = await database.query<{ id: string }>(
        `select u.id from units u left join learner_feeds l on l.user_id = $1
          where u.id = any($2::uuid[])
            and (u.owner_id = $1 or (u.is_global and u.deleted_at is null) or u.hidden_at > l.started_at)`,
        [personId, unitIds],
      );
      return new Set(rows.map((row) => row.id));
    },
    async readGlobalVersions() {
      const rows = await database.query<{ head: string } & VersionRef>(
        `select ${wireTime('f.head')} as head, u.id, u.version from feed f left join units u on u.is_global and u.deleted_at is null`,
      );
      return { feedHead: rows[0]?.head ?? '', units: rows.filter((row) => row.id !== null) };
    },
    async readOwnVersions(personId) {
      const rows = await database.query<{ feedHead: string; head: string } & VersionRef>(
        `select ${wireTime('f.head')} as "feedHead", ${wireTime('greatest(f.head, l.head)')} as head, u.id, u.version
           from feed f join learner_feeds l on l.user_id = $1
           left join units u on u.owner_id = $1 and not u.is_global and u.deleted_at is null`,
        [personId],
      );
      const [first] = rows;
      if (first === undefined) return null;
      return { feedHead: first.feedHead, head: first.head, units: rows.filter((row) => row.id !== null) };
    },
  };
}

async function loadColumn(database: Queryable, wanted: readonly VersionRef[], column: string): Promise<Map<string, string>> {
  if (wanted.length === 0) return new Map();
  const rows = await database.query<VersionRef & { stored: string }>(
    `select v.unit_id as id, v.version, v.${column} as stored from unit_versions v
      join unnest($1::uuid[], $2::int[]) as wanted (unit_id, version) using (unit_id, version)`,
    [wanted.map((ref) => ref.id), wanted.map((ref) => ref.version)],
  );
  return new Map(rows.map((row) => [refKey(row), row.stored]));
}

interface SliceRow {
  kind: 'head' | 'change' | 'lesson';
  id: string;
  unit_id: string;
  stamp: string;
  version: number;
  joined: boolean;
  reason: 'deleted' | 'access_revoked' | null;
  full_bytes: number;
  summary_bytes: number;
  beyond: boolean;
  expired: boolean;
}

type LearnerSinceRow = Omit<LearnerSince, 'joined' | 'changes'> & {
  personId: string;
  joined: string[];
  changes: Omit<Extract<FeedChange, { kind: 'unit' }>, 'kind'>[];
};

function rowsToSlice(rows: readonly SliceRow[]): FeedSlice {
  const changes: FeedChange[] = [];
  const lessonTombstones: LessonTombstoneRow[] = [];
  let head: SliceRow | null = null;
  for (const row of rows) {
    if (row.kind === 'head') head = row;
    else if (row.kind === 'lesson') lessonTombstones.push({ id: row.id, unitId: row.unit_id, stamp: row.stamp });
    else changes.push(rowToChange(row));
  }
  if (head === null) throw new Error('the learner has no feed: lock it first');
  return { feedId: head.id, head: head.stamp, isBeyondHead: head.beyond, isExpired: head.expired, changes, lessonTombstones };
}

function rowToChange({ id, stamp, reason, version, joined, full_bytes, summary_bytes }: SliceRow): FeedChange {
  if (reason !== null) return { kind: 'tombstone', id, stamp, reason };
  return { kind: 'unit', id, stamp, version, joined, fullBytes: full_bytes, summaryBytes: summary_bytes };
}
