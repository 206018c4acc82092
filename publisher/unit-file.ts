import { LIMITS, type LearnerLevel } from '@haversack/contract';
import { validate as isUuid } from 'uuid';
import { readKey } from './exercise.ts';
import type { FaultList, Place } from './faults.ts';
import type { MediaRef } from './media-file.ts';
import { readFields, type Fields } from './yaml-fields.ts';

export type UnitSource = {
  id: string;
  place: Place;
  places: Record<'id' | 'title' | 'description', Place>;
  title: string;
  description: string;
  learnerLevel: LearnerLevel;
  isGlobal: boolean;
  cover: MediaRef | null;
  objectives: { key: string; title: string; place: Place }[];
  /** Paths relative to the unit's folder, in the order of learning. */
  lessons: { path: string; place: Place }[];
  /** BCP 47 tag of the language that the unit is written in. */
  language: string;
  /** Works that the facts come from; learners find them at the end of the last lesson, with the licence. */
  sources: string[];
  licence: string;
};

/** Reads `unit.yaml`. `file` is how faults name it. */
export function readUnitFile(file: string, text: string, faults: FaultList): UnitSource | null {
  const fields = readFields({ file, firstLine: 1, text }, faults);
  if (!fields) return null;
  const unit: UnitSource = {
    id: readId(fields),
    place: fields.place(),
    title: fields.text('title', LIMITS.titleMaxChars),
    description: fields.text('description', LIMITS.descriptionMaxChars),
    learnerLevel: fields.oneOf('learner_level', ['beginner', 'intermediate', 'advanced']) ?? 'beginner',
    isGlobal: fields.flag('is_global'),
    cover: readCover(fields),
    objectives: readObjectives(fields),
    lessons: readLessonPaths(fields),
    language: fields.text('language', LIMITS.titleMaxChars),
    sources: readNames(fields, 'sources'),
    licence: fields.text('licence', LIMITS.titleMaxChars),
    places: { id: fields.place('id'), title: fields.place('title'), description: fields.place('description') },
  };
  readNames(fields, 'authors');
  fields.end();
  return unit;
}

function readId(fields: Fields): string {
  const id = fields.text('id', LIMITS.titleMaxChars);
  if (id !== '' && !isUuid(id)) fields.fault('id', `id "${id}" is not a UUID; "node publisher/main.ts new" makes one`);
  return id.toLowerCase();
}

function readCover(fields: Fields): MediaRef | null {
  const path = fields.optionalText('cover', LIMITS.titleMaxChars);
  const alt = fields.optionalText('cover_alt', LIMITS.optionTextMaxChars);
  if (path !== null && alt === null) fields.fault('cover', 'the cover needs "cover_alt", words for those who cannot see it');
  if (path === null && alt !== null) fields.fault('cover_alt', '"cover_alt" without "cover"');
  return path ? { path, expects: 'image', place: fields.place('cover') } : null;
}

function readObjectives(fields: Fields): UnitSource['objectives'] {
  const objectives = fields.maps('objectives').map((item) => {
    const objective = { key: readKey(item), title: item.text('title', LIMITS.titleMaxChars), place: item.place() };
    item.end();
    return objective;
  });
  if (objectives.length > LIMITS.objectivesPerUnitMax) {
    fields.fault('objectives', `at most ${LIMITS.objectivesPerUnitMax} objectives are allowed`);
  }
  for (const key of repeated(objectives.map((objective) => objective.key))) {
    fields.fault('objectives', `two objectives have the key "${key}"`);
  }
  return objectives;
}

function readLessonPaths(fields: Fields): UnitSource['lessons'] {
  const lessons = fields.texts('lessons', LIMITS.titleMaxChars).map(({ text, place }) => ({ path: text, place }));
  if (fields.isEmptyList('lessons')) fields.fault('lessons', 'a unit has at least one lesson');
  if (lessons.length > LIMITS.lessonsPerUnitMax)
    fields.fault('lessons', `at most ${LIMITS.lessonsPerUnitMax} lessons are allowed`);
  return lessons;
}

function readNames(fields: Fields, name: 'sources' | 'authors'): string[] {
  if (fields.isEmptyList(name)) fields.fault(name, `"${name}" names nobody`);
  return fields.texts(name, LIMITS.descriptionMaxChars).map(({ text }) => text);
}

/** The values that occur more than once, each once. */
export function repeated(values: string[]): string[] {
  return [...new Set(values.filter((value, index) => value !== '' && values.indexOf(value) !== index))];
}
