import { posix } from 'node:path';
import { LIMITS, type LessonType } from '@haversack/contract';
import { readExercise, type ExerciseSource } from './exercise.ts';
import type { FaultList, Place } from './faults.ts';
import { readLessonText, type PictureSource } from './lesson-text.ts';
import type { MediaRef } from './media-file.ts';
import { readFields, type Fields } from './yaml-fields.ts';

export type LessonSource = {
  key: string;
  place: Place;
  title: { value: string; place: Place };
  type: LessonType;
  body: string;
  pictures: (PictureSource & { ref: MediaRef })[];
  audio: MediaRef | null;
  transcript: MediaRef | null;
  exercises: ExerciseSource[];
};

/** `lessons/02-check-and-call.md` → `check-and-call`; null when the name has another form. */
export function lessonKey(path: string): string | null {
  return /^lessons\/\d+-([a-z0-9]+(?:-[a-z0-9]+)*)\.md$/u.exec(path)?.[1] ?? null;
}

/** Reads a lesson: front matter, text, exercises. `file` is how faults name it; `key` comes from its name. */
export function readLesson(file: string, key: string, raw: string, faults: FaultList): LessonSource | null {
  const text = raw.replace(/\r\n?/gu, '\n').replace(/^\uFEFF/u, '');
  const place = { file, line: 1 };
  const parts = /^---[ \t]*\n([^]*?\n)?---[ \t]*(?:\n|$)/u.exec(text);
  if (!parts) {
    faults.add(place, 'a lesson begins with a line ---, its title and type, and a line ---');
    return null;
  }
  const firstLine = parts[0].split('\n').length;
  const fields = readFields({ file, firstLine: 2, text: parts[1] ?? '' }, faults);
  const { body, pictures, exercises } = readLessonText({ file, firstLine, text: text.slice(parts[0].length) }, faults);
  if (body.length > LIMITS.bodyMarkdownMaxChars)
    faults.add(place, `the text has more than ${LIMITS.bodyMarkdownMaxChars} characters`);
  const read = exercises.map((source) => readExercise(source, faults)).filter((exercise) => exercise !== null);
  nameRepeatedKeys(read, faults);
  if (!fields) return null;
  const head = readFrontMatter(fields);
  const located = pictures.map((picture) => ({ ...picture, ref: pictureRef(picture) }));
  return { key, place, ...head, body, pictures: located, exercises: read };
}

function readFrontMatter(fields: Fields): Pick<LessonSource, 'title' | 'type' | 'audio' | 'transcript'> {
  const title = { value: fields.text('title', LIMITS.titleMaxChars), place: fields.place('title') };
  const type = fields.oneOf('type', ['standard', 'intro']) ?? 'standard';
  const audio = mediaRef(fields, 'audio');
  const transcript = mediaRef(fields, 'transcript');
  if (audio && !transcript) fields.fault('audio', 'audio needs a "transcript" for those who cannot hear it');
  if (transcript && !audio) fields.fault('transcript', 'a "transcript" without "audio"');
  fields.end();
  return { title, type, audio, transcript };
}

function mediaRef(fields: Fields, name: 'audio' | 'transcript'): MediaRef | null {
  if (!fields.has(name)) return null;
  const path = fields.text(name, LIMITS.titleMaxChars);
  const expects = name === 'audio' ? 'audio' : 'text';
  return path === '' ? null : { path, expects, place: fields.place(name) };
}

/** A picture is written relative to the lesson's file, as every Markdown editor shows it. */
function pictureRef({ path, place }: PictureSource): MediaRef {
  return { path: posix.normalize(posix.join('lessons', path)), expects: 'image', place };
}

function nameRepeatedKeys(exercises: ExerciseSource[], faults: FaultList): void {
  const seen = new Set<string>();
  for (const { key, place } of exercises) {
    if (key !== '' && seen.has(key)) faults.add(place, `two exercises of this lesson have the key "${key}"`);
    seen.add(key);
  }
}
