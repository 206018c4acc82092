import type { Asset, Exercise, Lesson, MultipleChoiceExercise, ShortAnswerExercise, Unit } from '@haversack/contract';
import { createSha256 } from '../modules/infrastructure/platform/sha256.ts';

/** A UUID that says what it is: `id(2, 1)` is the same everywhere. */
export function id(kind: number, number: number): string {
  return `00000000-0000-7000-8000-${String(kind).padStart(4, '0')}${String(number).padStart(8, '0')}`;
}

export interface MadeAsset {
  asset: Asset;
  bytes: Uint8Array;
}

/** Bytes that nobody else has, of this size. */
export function makeBytes(size: number, seed: number): Uint8Array {
  const bytes = new Uint8Array(size);
  let state = seed * 2_654_435_761 + 1;
  for (let index = 0; index < size; index += 1) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    bytes[index] = state >>> 16;
  }
  return bytes;
}

export function makeAsset(number: number, type: 'audio' | 'image', bytes: Uint8Array, unitId: string): MadeAsset {
  const hash = createSha256();
  hash.update(bytes);
  const objectId = hash.digestHex();
  const asset: Asset = {
    id: id(4, number),
    unit_id: unitId,
    lesson_id: null,
    type,
    object_id: objectId,
    content_type: type === 'audio' ? 'audio/mpeg' : 'image/webp',
    size_bytes: bytes.length,
    checksum: `sha256:${objectId}`,
    updated_at: WIRE_TIME,
    url: '',
    url_expires_at: WIRE_TIME,
  };
  return { asset, bytes };
}

export const WIRE_TIME = '2026-11-24T08:15:30.123456Z';

export function makeChoice(number: number): MultipleChoiceExercise {
  return {
    id: id(3, number),
    type: 'multiple_choice',
    prompt: 'Which water is safe?',
    options: [
      { id: id(5, number * 10), text: 'Boiled', feedback: 'Yes' },
      { id: id(5, number * 10 + 1), text: 'Clear', feedback: 'Clear is not clean' },
    ],
    correct_option_id: id(5, number * 10),
    explanation: 'Heat kills germs.',
  };
}

export function makeShortAnswer(number: number): ShortAnswerExercise {
  return {
    id: id(3, number),
    type: 'short_answer',
    prompt: 'How long must it boil?',
    canonical_answer: 'one minute',
    accepted_answers: ['1 minute'],
    explanation: 'A rolling boil for one minute.',
  };
}

function makeLesson(unitId: string, number: number, position: number, audioAssetId: string | null): Lesson {
  const exercises: Exercise[] = [makeChoice(number * 2), makeShortAnswer(number * 2 + 1)];
  return {
    id: id(2, number),
    unit_id: unitId,
    title: `Lesson ${number}`,
    position,
    lesson_type: 'standard',
    schema_version: 1,
    updated_at: WIRE_TIME,
    duration_seconds: 120,
    payload: { body_markdown: `Text of ${number}.`, audio_asset_id: audioAssetId, transcript: null, exercises },
  };
}

export interface UnitOptions {
  title?: string;
  lessonCount?: number;
  /** Each lesson's recording has so many bytes; 0: none. */
  audioBytes?: number;
  coverBytes?: number;
  /** Bytes of recordings differ by it: another seed, other recordings. */
  seed?: number;
  schemaVersion?: number;
}

/** A unit as the publisher would send it, with the bytes of its assets. `number` makes all ids. */
export function makeUnit(number: number, options: UnitOptions = {}): { unit: Unit; objects: MadeAsset[] } {
  const { lessonCount = 2, audioBytes = 1_000, coverBytes = 500, seed = number } = options;
  const unitId = id(1, number);
  const cover = makeAsset(number * 100, 'image', makeBytes(coverBytes, number), unitId);
  const recordings = Array.from({ length: audioBytes > 0 ? lessonCount : 0 }, (_, index) =>
    makeAsset(number * 100 + 1 + index, 'audio', makeBytes(audioBytes, seed * 100 + index), unitId),
  );
  const lessons = Array.from({ length: lessonCount }, (_, index) =>
    makeLesson(unitId, number * 10 + index, index, recordings[index]?.asset.id ?? null),
  );
  const objects = [cover, ...recordings];
  const unit: Unit = {
    id: unitId,
    title: options.title ?? `Unit ${number}`,
    description: 'What it is about.',
    learner_level: 'beginner',
    is_global: true,
    owner_id: id(9, 1),
    learning_objectives: [],
    lesson_order: lessons.map((lesson) => lesson.id),
    schema_version: options.schemaVersion ?? 1,
    version: 1,
    updated_at: WIRE_TIME,
    in_my_units: false,
    download_size_bytes: objects.reduce((sum, { bytes }) => sum + bytes.length, 0),
    art_asset_id: cover.asset.id,
    lessons,
    assets: objects.map(({ asset }) => asset),
  };
  return { unit, objects };
}
