import type { Exercise, Lesson, PublishUnitBody, SyncPayload, SyncQuery, TombstoneReason, Unit } from '@haversack/contract';
import { ApiError, type JsonParts } from '../infrastructure/public.ts';

/** JSON of type `T`, encoded already. */
export interface Encoded<T> {
  json: Buffer;
  /** Entity tag to answer with, and to answer 304 to; null where the answer is never the same twice. */
  etag: string | null;
  readonly type?: T;
}

/** A page of type `T`, in parts that others share. */
export interface EncodedPage<T> {
  parts: JsonParts;
  etag: string | null;
  readonly type?: T;
}

/** Whether a pull's answer was empty, some of what changed, or the first page of all. Only an empty page has a tag. */
export function kindOfPull(etag: string | null, { since }: SyncQuery): 'empty' | 'page' | 'full' {
  if (etag !== null) return 'empty';
  return since === undefined ? 'full' : 'page';
}

/** A unit as it was published: ids in lower case, nothing optional left open, lessons in their order. */
export type PublishedUnit = Omit<
  Unit,
  'owner_id' | 'version' | 'updated_at' | 'in_my_units' | 'download_size_bytes' | 'lessons' | 'assets'
> & {
  lessons: Omit<Lesson, 'updated_at'>[];
  assets: PublishedAsset[];
};
export type PublishedAsset = Omit<Unit['assets'][number], 'updated_at' | 'url' | 'url_expires_at'>;

export interface UnitRow {
  id: string;
  ownerId: string;
  isGlobal: boolean;
  version: number;
  contentHash: Buffer;
  isDeleted: boolean;
  /** Whether others than the owner ever saw it. */
  wasSeenByAll: boolean;
}

/** One step of the feed: a unit as it is now, or that it is gone. Stamps are canonical wire times. */
export type FeedChange = { id: string; stamp: string } & (
  | { kind: 'unit'; version: number; joined: boolean; fullBytes: number; summaryBytes: number }
  | { kind: 'tombstone'; reason: TombstoneReason }
);
export interface LessonTombstoneRow {
  id: string;
  unitId: string;
  stamp: string;
}

/** What one snapshot of the database says about a learner's feed after a cursor. */
export interface FeedSlice {
  /** Which feed stands in the database. */
  feedId: string;
  /** Where a replica that has everything stands. */
  head: string;
  /** The cursor lies past anything this feed has given. */
  isBeyondHead: boolean;
  /** The cursor is older than tombstones are kept for. */
  isExpired: boolean;
  /** Up to `limit + 1`, ascending. */
  changes: FeedChange[];
  lessonTombstones: LessonTombstoneRow[];
}

/** What of a page of the feed is one learner's own. */
export interface LearnerSince {
  feedId: string;
  /** Where all content stood when this was read. */
  feedHead: string;
  /** Where the learner's own feed stood. */
  head: string;
  /** Before this they saw nothing, so they are told of nothing that went before. */
  startedAt: string;
  /** They own units, or their cursor is refused or nearly so: to be answered by one statement made for that. */
  isSpecial: boolean;
  /** Those of the units asked about that they joined. */
  joined: ReadonlySet<string>;
  /** Units that they joined or left after the cursor and after the unit's own change; up to `limit + 1`, ascending. */
  changes: FeedChange[];
}

/** What a version holds to mark answers with; lessons in their order. */
export type AnswerKey = ReadonlyMap<string, ReadonlyMap<string, Exercise>>;

export const sizeOf = (change: FeedChange, payload: SyncPayload): number => {
  if (change.kind === 'tombstone') return TOMBSTONE_BYTES;
  return payload === 'full' ? change.fullBytes : change.summaryBytes;
};
const TOMBSTONE_BYTES = 130;

/**
 * How many of these changes fill a page: at most `limit`, ending once `targetBytes` is passed, never none (rule CT-9).
 */
export function fitPage(changes: readonly FeedChange[], limit: number, payload: SyncPayload, targetBytes: number): number {
  let bytes = 0;
  let count = 0;
  for (const change of changes.slice(0, limit)) {
    bytes += sizeOf(change, payload);
    if (count > 0 && bytes > targetBytes) break;
    count += 1;
  }
  return count;
}

/** Who is publishing what over what; throws the refusal that the wire asks for. */
export function judgePublish(existing: UnitRow | null, personId: string, ifMatch: string | undefined): void {
  if (existing !== null) refuseForeign(existing, personId);
  if (existing?.isDeleted === true)
    throw new ApiError('unit_deleted', 'A unit with this id was deleted; publish under a new id.');
  if (ifMatch !== undefined && !namesVersion(ifMatch, existing?.version ?? null)) {
    throw new ApiError(
      'version_conflict',
      `If-Match does not name the current version${existing === null ? '' : ` (${existing.version})`}.`,
    );
  }
}

/** Another publisher's unit: refused where it can be seen, told from nothing where it cannot (rule CT-10). */
export function refuseForeign(existing: UnitRow, personId: string): void {
  if (existing.ownerId === personId) return;
  if (existing.isDeleted && existing.wasSeenByAll)
    throw new ApiError('unit_deleted', 'A unit with this id was deleted; publish under a new id.');
  if (existing.isGlobal && !existing.isDeleted) throw new ApiError('forbidden', 'This unit belongs to another publisher.');
  throw new ApiError('not_found', 'There is nothing here, or nothing that you may see.');
}

/** Tags are `"<version>"`, or that with what else varies after a dot. Weak tags never match (RFC 9110 §13.1.1). */
function namesVersion(ifMatch: string, version: number | null): boolean {
  if (version === null) return false;
  return ifMatch
    .split(',')
    .some((tag) => tag.trim() === '*' || /^"(\d+)(?:\.[^"]*)?"$/.exec(tag.trim())?.[1] === String(version));
}

/** Brings a body that passed its schema into the one form that is stored and compared. */
export function normalizeUnit(body: PublishUnitBody): PublishedUnit {
  const order = body.lesson_order.map(fold);
  const lessons = body.lessons.map(normalizeLesson);
  const rank = new Map(order.map((id, index) => [id, index]));
  return {
    id: fold(body.id),
    title: body.title,
    description: body.description,
    learner_level: body.learner_level,
    is_global: body.is_global,
    learning_objectives: body.learning_objectives.map(({ id, title }) => ({ id: fold(id), title })),
    lesson_order: order,
    schema_version: body.schema_version ?? 1,
    art_asset_id: foldOptional(body.art_asset_id),
    lessons: lessons.toSorted((a, b) => (rank.get(a.id) ?? 0) - (rank.get(b.id) ?? 0)),
    assets: body.assets.map((asset) => ({
      id: fold(asset.id),
      unit_id: fold(asset.unit_id),
      lesson_id: foldOptional(asset.lesson_id),
      type: asset.type,
      object_id: asset.object_id,
      content_type: asset.content_type,
      size_bytes: asset.size_bytes,
      checksum: asset.checksum,
    })),
  };
}

function normalizeLesson(lesson: PublishUnitBody['lessons'][number]): PublishedUnit['lessons'][number] {
  const { payload } = lesson;
  return {
    id: fold(lesson.id),
    unit_id: fold(lesson.unit_id),
    title: lesson.title,
    position: lesson.position,
    lesson_type: lesson.lesson_type,
    schema_version: lesson.schema_version ?? 1,
    duration_seconds: lesson.duration_seconds ?? null,
    payload: {
      body_markdown: payload.body_markdown,
      audio_asset_id: foldOptional(payload.audio_asset_id),
      transcript: payload.transcript ?? null,
      exercises: payload.exercises.map(normalizeExercise),
    },
  };
}

function normalizeExercise(exercise: PublishUnitBody['lessons'][number]['payload']['exercises'][number]): Exercise {
  const head = {
    id: fold(exercise.id),
    prompt: exercise.prompt,
    learning_objective_id: foldOptional(exercise.learning_objective_id),
  };
  const explanation = exercise.explanation ?? null;
  if (exercise.type === 'short_answer') {
    const { canonical_answer, accepted_answers } = exercise;
    return { ...head, type: 'short_answer', canonical_answer, accepted_answers, explanation };
  }
  const options = exercise.options.map(({ id, text, feedback }) => ({ id: fold(id), text, feedback }));
  return { ...head, type: 'multiple_choice', options, correct_option_id: fold(exercise.correct_option_id), explanation };
}

const fold = (id: string): string => id.toLowerCase();
const foldOptional = (id: string | null | undefined): string | null => id?.toLowerCase() ?? null;
