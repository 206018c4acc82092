import Type, { type Static } from 'typebox';
import { LIMITS } from './limits.ts';
import { Checksum, Closed, Nullable, Sha256Hex, Timestamp, Uuid } from './schema.ts';

export const LearnerLevel = Type.Union([Type.Literal('beginner'), Type.Literal('intermediate'), Type.Literal('advanced')]);
export type LearnerLevel = Static<typeof LearnerLevel>;
export const LessonType = Type.Union([Type.Literal('standard'), Type.Literal('intro')]);
export type LessonType = Static<typeof LessonType>;
export const AssetType = Type.Union([Type.Literal('audio'), Type.Literal('image')]);
export type AssetType = Static<typeof AssetType>;

const Title = Type.String({ minLength: 1, maxLength: LIMITS.titleMaxChars });
const Prompt = Type.String({ minLength: 1, maxLength: LIMITS.promptMaxChars });
const ShortText = Type.String({ minLength: 1, maxLength: LIMITS.optionTextMaxChars });
const SchemaVersion = Type.Integer({ minimum: 1, maximum: 1_000_000, default: 1 });

const option = { id: Uuid, text: ShortText, feedback: Type.String({ maxLength: LIMITS.optionTextMaxChars }) };
const exerciseHead = { id: Uuid, prompt: Prompt, learning_objective_id: Type.Optional(Nullable(Uuid)) };
const explanation = Type.Optional(Nullable(Type.String({ maxLength: LIMITS.promptMaxChars })));
const multipleChoice = {
  ...exerciseHead,
  type: Type.Literal('multiple_choice'),
  correct_option_id: Uuid,
  explanation,
};
const shortAnswer = {
  ...exerciseHead,
  type: Type.Literal('short_answer'),
  canonical_answer: ShortText,
  accepted_answers: Type.Array(ShortText, { maxItems: LIMITS.acceptedAnswersMax }),
  explanation,
};
const optionCount = { minItems: 2, maxItems: LIMITS.optionsPerExerciseMax };

export const Option = Type.Object(option);
export type Option = Static<typeof Option>;
export const MultipleChoiceExercise = Type.Object({ ...multipleChoice, options: Type.Array(Option, optionCount) });
export type MultipleChoiceExercise = Static<typeof MultipleChoiceExercise>;
export const ShortAnswerExercise = Type.Object(shortAnswer);
export type ShortAnswerExercise = Static<typeof ShortAnswerExercise>;
export const Exercise = Type.Union([MultipleChoiceExercise, ShortAnswerExercise]);
export type Exercise = Static<typeof Exercise>;

const lessonBody = {
  /** CommonMark; pictures of the unit are written `![alt](asset:<asset id>)`. */
  body_markdown: Type.String({ maxLength: LIMITS.bodyMarkdownMaxChars }),
  audio_asset_id: Type.Optional(Nullable(Uuid)),
  transcript: Type.Optional(Nullable(Type.String({ maxLength: LIMITS.transcriptMaxChars }))),
};
export const LessonPayload = Type.Object({
  ...lessonBody,
  exercises: Type.Array(Exercise, { maxItems: LIMITS.exercisesPerLessonMax }),
});
export type LessonPayload = Static<typeof LessonPayload>;

const lessonHead = {
  id: Uuid,
  unit_id: Uuid,
  title: Title,
  position: Type.Integer({ minimum: 0, maximum: 100_000 }),
  lesson_type: LessonType,
  schema_version: SchemaVersion,
  duration_seconds: Nullable(Type.Integer({ minimum: 0, maximum: 1_000_000 })),
};
export const LessonSummary = Type.Object({ ...lessonHead, updated_at: Timestamp });
export type LessonSummary = Static<typeof LessonSummary>;
export const Lesson = Type.Object({ ...lessonHead, updated_at: Timestamp, payload: LessonPayload });
export type Lesson = Static<typeof Lesson>;

const assetHead = {
  id: Uuid,
  unit_id: Uuid,
  lesson_id: Type.Optional(Nullable(Uuid)),
  type: AssetType,
  object_id: Sha256Hex,
  content_type: Type.String({ minLength: 3, maxLength: 100 }),
  size_bytes: Type.Integer({ minimum: 0, maximum: LIMITS.objectMaxBytes }),
  checksum: Checksum,
};
/** `url`: an absolute path on the disk store, an absolute URL on S3; it opens until `url_expires_at`. */
export const Asset = Type.Object({ ...assetHead, updated_at: Timestamp, url: Type.String(), url_expires_at: Timestamp });
export type Asset = Static<typeof Asset>;

const LearningObjective = Type.Object({ id: Uuid, title: Title });
export type LearningObjective = Static<typeof LearningObjective>;
const unitHead = {
  id: Uuid,
  title: Title,
  description: Type.String({ maxLength: LIMITS.descriptionMaxChars }),
  learner_level: LearnerLevel,
  is_global: Type.Boolean(),
  schema_version: SchemaVersion,
  art_asset_id: Type.Optional(Nullable(Uuid)),
  lesson_order: Type.Array(Uuid, { maxItems: LIMITS.lessonsPerUnitMax }),
};
const unitMade = {
  learning_objectives: Type.Array(LearningObjective, { maxItems: LIMITS.objectivesPerUnitMax }),
  owner_id: Nullable(Uuid),
  version: Type.Integer({ minimum: 1 }),
  updated_at: Timestamp,
  in_my_units: Type.Boolean(),
  download_size_bytes: Type.Integer({ minimum: 0 }),
};
/** A unit as the catalogue needs it: lessons without payload, of the assets the art alone. */
export const UnitSummary = Type.Object({
  ...unitHead,
  ...unitMade,
  lessons: Type.Array(LessonSummary, { maxItems: LIMITS.lessonsPerUnitMax }),
  assets: Type.Array(Asset),
});
export type UnitSummary = Static<typeof UnitSummary>;
export const Unit = Type.Object({
  ...unitHead,
  ...unitMade,
  lessons: Type.Array(Lesson, { maxItems: LIMITS.lessonsPerUnitMax }),
  assets: Type.Array(Asset, { maxItems: LIMITS.assetsPerUnitMax }),
});
export type Unit = Static<typeof Unit>;

/**
 * Body of `PUT /content/units/{id}`: the feed's unit. What the server makes is accepted and ignored, so that a unit which was
 * pulled can be put back as it is; any other unknown field is refused by its path.
 */
const ignored = Type.Optional(Type.Unknown({ description: 'made by the server; accepted and ignored' }));
export const PublishUnitBody = Type.Object(
  {
    ...unitHead,
    schema_version: Type.Optional(SchemaVersion),
    learning_objectives: Type.Array(Type.Object({ id: Uuid, title: Title }, Closed), { maxItems: LIMITS.objectivesPerUnitMax }),
    lessons: Type.Array(
      Type.Object(
        {
          ...lessonHead,
          schema_version: Type.Optional(SchemaVersion),
          duration_seconds: Type.Optional(lessonHead.duration_seconds),
          updated_at: ignored,
          payload: Type.Object(
            {
              ...lessonBody,
              exercises: Type.Array(
                Type.Union([
                  Type.Object({ ...multipleChoice, options: Type.Array(Type.Object(option, Closed), optionCount) }, Closed),
                  Type.Object(shortAnswer, Closed),
                ]),
                { maxItems: LIMITS.exercisesPerLessonMax },
              ),
            },
            Closed,
          ),
        },
        Closed,
      ),
      { maxItems: LIMITS.lessonsPerUnitMax },
    ),
    assets: Type.Array(Type.Object({ ...assetHead, updated_at: ignored, url: ignored, url_expires_at: ignored }, Closed), {
      maxItems: LIMITS.assetsPerUnitMax,
    }),
    owner_id: ignored,
    version: ignored,
    updated_at: ignored,
    in_my_units: ignored,
    download_size_bytes: ignored,
  },
  Closed,
);
export type PublishUnitBody = Static<typeof PublishUnitBody>;

/** Versions of a unit, the newest first. `before`: only those below it. */
export const UnitVersionsQuery = Type.Object(
  {
    before: Type.Optional(Type.Integer({ minimum: 1, maximum: 2_147_483_647 })),
    limit: Type.Optional(
      Type.Integer({ minimum: 1, maximum: LIMITS.versionPageMaxItems, default: LIMITS.versionPageDefaultItems }),
    ),
  },
  Closed,
);
export type UnitVersionsQuery = Static<typeof UnitVersionsQuery>;
export const UnitVersion = Type.Object({
  version: Type.Integer({ minimum: 1 }),
  title: Title,
  published_at: Timestamp,
  download_size_bytes: Type.Integer({ minimum: 0 }),
});
export type UnitVersion = Static<typeof UnitVersion>;
export const UnitVersionList = Type.Object({ versions: Type.Array(UnitVersion), has_more: Type.Boolean() });
export type UnitVersionList = Static<typeof UnitVersionList>;
/** Publishes what this version holds as the next one. Who may see the unit stays as it is now. */
export const RollBackBody = Type.Object({ version: Type.Integer({ minimum: 1, maximum: 2_147_483_647 }) }, Closed);
export type RollBackBody = Static<typeof RollBackBody>;

export const TombstoneReason = Type.Union([Type.Literal('deleted'), Type.Literal('access_revoked')]);
export type TombstoneReason = Static<typeof TombstoneReason>;
export const UnitTombstone = Type.Object({ id: Uuid, deleted_at: Timestamp, reason: TombstoneReason });
export type UnitTombstone = Static<typeof UnitTombstone>;
export const LessonTombstone = Type.Object({ id: Uuid, unit_id: Uuid, deleted_at: Timestamp });
export type LessonTombstone = Static<typeof LessonTombstone>;

export const SyncPayload = Type.Union([Type.Literal('full'), Type.Literal('summary')]);
export type SyncPayload = Static<typeof SyncPayload>;
export const SyncQuery = Type.Object(
  {
    since: Type.Optional(Type.String({ maxLength: 64 })),
    feed_id: Type.Optional(Type.String({ maxLength: 64 })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: LIMITS.syncPageMaxItems, default: LIMITS.syncPageDefaultItems })),
    include_deleted: Type.Optional(Type.Boolean({ default: false })),
    payload: Type.Optional(SyncPayload),
  },
  Closed,
);
export type SyncQuery = Static<typeof SyncQuery>;

/** The page around the units of a sync answer; units are checked one by one, so that a bad one sinks nothing (rule OC-4). */
const page = {
  deleted: Type.Object({ units: Type.Array(UnitTombstone), lessons: Type.Array(LessonTombstone) }),
  feed_id: Type.String(),
  cursor: Type.String(),
  has_more: Type.Boolean(),
  server_time: Timestamp,
};
export const SyncEnvelope = Type.Object({ units: Type.Array(Type.Unknown()), ...page });
export type SyncEnvelope = Static<typeof SyncEnvelope>;
export const UnitSyncResponse = Type.Object({ units: Type.Array(Type.Union([Unit, UnitSummary])), ...page });
export type UnitSyncResponse = Static<typeof UnitSyncResponse>;

export const UnitListQuery = Type.Object(
  {
    scope: Type.Optional(Type.Union([Type.Literal('all'), Type.Literal('personal'), Type.Literal('global')])),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: LIMITS.listPageMaxItems, default: LIMITS.listPageDefaultItems })),
    after: Type.Optional(Type.String({ maxLength: 200 })),
  },
  Closed,
);
export type UnitListQuery = Static<typeof UnitListQuery>;
export const UnitList = Type.Object({ units: Type.Array(UnitSummary), next: Nullable(Type.String()), has_more: Type.Boolean() });
export type UnitList = Static<typeof UnitList>;

export const DigestQuery = Type.Object({ at: Type.String({ maxLength: 64 }) }, Closed);
/** `hash`: XOR of SHA-256(`<unit id>:<version>`) over the visible set, 64 hex digits (rule CT-12). */
export const Digest = Type.Object({ count: Type.Integer({ minimum: 0 }), hash: Sha256Hex });
export type Digest = Static<typeof Digest>;

export const SignAssetsBody = Type.Object({ asset_ids: Type.Array(Uuid, { maxItems: LIMITS.signBatchMaxItems }) }, Closed);
/** `object_id`: whose bytes the address gives, for an asset that was published anew has others. Servers before it said nothing of it. */
export const SignedAssets = Type.Object({
  assets: Type.Array(
    Type.Object({ id: Uuid, object_id: Type.Optional(Sha256Hex), url: Type.String(), url_expires_at: Timestamp }),
  ),
});
export type SignedAssets = Static<typeof SignedAssets>;

/** Scheme of picture addresses inside `body_markdown`: `asset:<asset id>`. */
export const ASSET_SCHEME = 'asset:';
