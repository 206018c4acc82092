/** Limits that the server enforces and the phone respects. Each name says its unit. */
export const LIMITS = {
  /** Units and unit tombstones in one page of the sync feed. */
  syncPageMaxItems: 500,
  syncPageDefaultItems: 100,
  /** A page of the feed ends at about this size, whatever its count. */
  syncPageTargetBytes: 512 * 1024,
  listPageMaxItems: 500,
  listPageDefaultItems: 100,
  versionPageMaxItems: 100,
  versionPageDefaultItems: 20,
  /** Learning events in one request; more is 413 `payload_too_large`. */
  eventBatchMaxItems: 500,
  eventBodyMaxBytes: 2 * 1024 * 1024,
  eventPageMaxItems: 500,
  eventPageDefaultItems: 200,
  signBatchMaxItems: 200,
  /** Any other JSON body. */
  bodyMaxBytes: 256 * 1024,
  /** A published unit, as JSON. */
  unitBodyMaxBytes: 4 * 1024 * 1024,
  objectMaxBytes: 1024 * 1024 * 1024,
  jsonMaxDepth: 32,
  emailMaxChars: 254,
  nameMaxChars: 200,
  passwordMinChars: 8,
  passwordMaxChars: 256,
  titleMaxChars: 300,
  descriptionMaxChars: 4_000,
  bodyMarkdownMaxChars: 200_000,
  transcriptMaxChars: 200_000,
  promptMaxChars: 8_000,
  optionTextMaxChars: 2_000,
  answerTextMaxChars: 8_000,
  lessonsPerUnitMax: 200,
  exercisesPerLessonMax: 200,
  optionsPerExerciseMax: 20,
  acceptedAnswersMax: 100,
  objectivesPerUnitMax: 100,
  assetsPerUnitMax: 1_000,
  idempotencyKeyMaxChars: 128,
} as const;

/** What a unit or lesson without a number of its own is taken for (rule CT-6). */
export const DEFAULT_SCHEMA_VERSION = 1;

/** How long a signed object URL opens, from the moment of signing. */
export const SIGNED_URL_LIFETIME_MS = 15 * 60 * 1000;

/**
 * Content types an asset may have, with the extension of its file on the device (rule DL-10).
 * What is not named here is refused at publish and never stored by a phone.
 */
export const ASSET_EXTENSION_BY_CONTENT_TYPE: Readonly<Record<string, string>> = {
  'audio/mpeg': 'mp3',
  'audio/mp4': 'm4a',
  'audio/aac': 'aac',
  'audio/ogg': 'ogg',
  'audio/wav': 'wav',
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/webp': 'webp',
  'image/gif': 'gif',
};
