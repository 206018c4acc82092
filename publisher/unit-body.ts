import { ASSET_SCHEME, type PublishUnitBody } from '@haversack/contract';
import { v5 as uuidV5 } from 'uuid';
import type { ExerciseSource } from './exercise.ts';
import type { Place } from './faults.ts';
import type { LessonSource } from './lesson-file.ts';
import type { MediaFile } from './media-file.ts';
import type { UnitSource } from './unit-file.ts';

export type LessonParts = { source: LessonSource; transcript: string | null };
export type UnitParts = { unit: UnitSource; lessons: LessonParts[]; mediaByPath: Map<string, MediaFile> };
/** Where each part of a body came from: JSON Pointer (RFC 6901) → place. A deeper pointer belongs to its nearest ancestor here. */
export type Origins = Map<string, Place>;

type WireLesson = PublishUnitBody['lessons'][number];
type WireExercise = WireLesson['payload']['exercises'][number];
type WireAsset = PublishUnitBody['assets'][number];

/**
 * Puts the body of `PUT /content/units/{id}` together from a sound folder. Every id is a UUIDv5 (RFC 9562) of the unit's id and
 * the thing's key, so that publishing again, from any computer and in any order of lessons, gives the same ids.
 */
export function buildUnitBody(parts: UnitParts): { body: PublishUnitBody; origins: Origins } {
  const { unit, lessons } = parts;
  const origins: Origins = new Map([['', unit.place]]);
  for (const [name, place] of Object.entries(unit.places)) origins.set(`/${name}`, place);
  const wireLessons = lessons.map((lesson, position) => buildLesson(parts, lesson, position, origins));
  const body: PublishUnitBody = {
    id: unit.id,
    title: unit.title,
    description: unit.description,
    learner_level: unit.learnerLevel,
    is_global: unit.isGlobal,
    schema_version: 1,
    art_asset_id: unit.cover ? assetId(unit.id, unit.cover.path) : null,
    learning_objectives: unit.objectives.map(({ key, title, place }, index) => {
      origins.set(`/learning_objectives/${index}`, place);
      return { id: objectiveId(unit.id, key), title };
    }),
    lesson_order: wireLessons.map(({ id }) => id),
    lessons: wireLessons,
    assets: buildAssets(parts, origins),
  };
  return { body, origins };
}

const objectiveId = (unitId: string, key: string): string => uuidV5(`objective:${key}`, unitId);
const lessonIdOf = (unitId: string, key: string): string => uuidV5(`lesson:${key}`, unitId);
const assetId = (unitId: string, path: string): string => uuidV5(`asset:${path}`, unitId);

function buildLesson(
  { unit, lessons, mediaByPath }: UnitParts,
  lesson: LessonParts,
  position: number,
  origins: Origins,
): WireLesson {
  const { source, transcript } = lesson;
  const lastPosition = lessons.length - 1;
  const pointer = `/lessons/${position}`;
  origins.set(pointer, source.place).set(`${pointer}/title`, source.title.place);
  const id = lessonIdOf(unit.id, source.key);
  return {
    id,
    unit_id: unit.id,
    title: source.title.value,
    position,
    lesson_type: source.type,
    schema_version: 1,
    duration_seconds: source.audio ? (mediaByPath.get(source.audio.path)?.durationSeconds ?? null) : null,
    payload: {
      body_markdown: addressPictures(unit.id, source) + (position === lastPosition ? imprint(unit) : ''),
      audio_asset_id: source.audio ? assetId(unit.id, source.audio.path) : null,
      transcript,
      exercises: source.exercises.map((exercise, index) =>
        buildExercise(exercise, { unitId: unit.id, lessonId: id, pointer: `${pointer}/payload/exercises/${index}`, origins }),
      ),
    },
  };
}

/** Turns `![alt](../media/x.webp)` into `![alt](asset:<asset id>)`. */
function addressPictures(unitId: string, { body, pictures }: LessonSource): string {
  let text = '';
  let end = 0;
  for (const picture of pictures) {
    text += `${body.slice(end, picture.start)}![${picture.altSource}](${ASSET_SCHEME}${assetId(unitId, picture.ref.path)})`;
    end = picture.end;
  }
  return (text + body.slice(end)).trim();
}

const SOURCES_HEADING: Readonly<Record<string, string>> = { en: 'Sources', es: 'Fuentes', fr: 'Sources', ar: 'المصادر' };

/** Where the unit's facts come from and what may be done with it, as Markdown that follows the last lesson's text. */
function imprint({ language, sources, licence }: UnitSource): string {
  const heading = SOURCES_HEADING[language.slice(0, 2).toLowerCase()] ?? 'Sources';
  const lines = [...sources, licence].map((line) => `- ${line.replace(/[\\`*_{}[\]<>#!|~]/gu, '\\$&')}`);
  return `\n\n## ${heading}\n\n${lines.join('\n')}`;
}

type ExerciseContext = { unitId: string; lessonId: string; pointer: string; origins: Origins };

function buildExercise(source: ExerciseSource, { unitId, lessonId, pointer, origins }: ExerciseContext): WireExercise {
  origins.set(pointer, source.place).set(`${pointer}/prompt`, source.prompt.place);
  const id = uuidV5(`exercise:${source.key}`, lessonId);
  const head = {
    id,
    prompt: source.prompt.value,
    learning_objective_id: source.objective ? objectiveId(unitId, source.objective.value) : null,
    explanation: source.explanation,
  };
  if (source.type === 'short_answer') {
    origins.set(`${pointer}/canonical_answer`, source.answer.place);
    for (const [index, { place }] of source.accepted.entries()) origins.set(`${pointer}/accepted_answers/${index}`, place);
    const accepted = source.accepted.map(({ value }) => value);
    return { ...head, type: 'short_answer', canonical_answer: source.answer.value, accepted_answers: accepted };
  }
  const optionId = (key: string): string => uuidV5(`option:${key}`, id);
  const options = source.options.map(({ key, text, why, place }, index) => {
    origins.set(`${pointer}/options/${index}`, place);
    return { id: optionId(key), text, feedback: why };
  });
  const correct = source.options.find(({ isCorrect }) => isCorrect);
  return { ...head, type: 'multiple_choice', options, correct_option_id: optionId(correct?.key ?? '') };
}

/** One asset a file; it belongs to the lesson that alone uses it, else (cover, shared) to the unit. */
function buildAssets({ unit, lessons, mediaByPath }: UnitParts, origins: Origins): WireAsset[] {
  const places = new Map<string, Place>(unit.cover ? [[unit.cover.path, unit.cover.place]] : []);
  const usersByPath = new Map<string, Set<string | null>>(unit.cover ? [[unit.cover.path, new Set([null])]] : []);
  for (const { source } of lessons) {
    for (const { path, place } of mediaRefs(source)) {
      const users = usersByPath.get(path) ?? new Set();
      usersByPath.set(path, users.add(lessonIdOf(unit.id, source.key)));
      if (!places.has(path)) places.set(path, place);
    }
  }
  return [...mediaByPath.values()].map((file, index) => {
    origins.set(`/assets/${index}`, places.get(file.path) ?? unit.place);
    const [user, ...others] = usersByPath.get(file.path) ?? [];
    return {
      id: assetId(unit.id, file.path),
      unit_id: unit.id,
      lesson_id: others.length === 0 ? (user ?? null) : null,
      type: file.type,
      object_id: file.sha256,
      content_type: file.contentType,
      size_bytes: file.sizeBytes,
      checksum: `sha256:${file.sha256}`,
    };
  });
}

/** The files of a lesson that become assets; a transcript travels in the lesson itself. */
export function mediaRefs({ audio, pictures }: LessonSource): LessonSource['pictures'][number]['ref'][] {
  return [...(audio ? [audio] : []), ...pictures.map(({ ref }) => ref)];
}
