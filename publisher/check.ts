import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { LIMITS, PublishUnitBody } from '@haversack/contract';
import Value from 'typebox/value';
import { FaultList, type Fault, type Place } from './faults.ts';
import { lessonKey, readLesson, type LessonSource } from './lesson-file.ts';
import { readMedia, readTranscript, type MediaFile, type MediaRef } from './media-file.ts';
import { buildUnitBody, mediaRefs, type LessonParts, type Origins } from './unit-body.ts';
import { readUnitFile, repeated, type UnitSource } from './unit-file.ts';

/** A folder found sound, ready to be sent. */
export type PreparedUnit = { folder: string; body: PublishUnitBody; origins: Origins; files: MediaFile[] };
export type CheckResult = { ok: true; unit: PreparedUnit } | { ok: false; faults: Fault[] };

/** Reads a unit folder whole and names every fault in it, sorted by file and line. */
export async function checkUnitFolder(folder: string): Promise<CheckResult> {
  const faults = new FaultList();
  const unit = await readUnitFolder(folder, faults);
  if (unit !== null && faults.all.length === 0) return { ok: true, unit };
  const byPlace = (a: Fault, b: Fault): number => a.file.localeCompare(b.file) || a.line - b.line;
  return { ok: false, faults: faults.all.sort(byPlace) };
}

async function readUnitFolder(folder: string, faults: FaultList): Promise<PreparedUnit | null> {
  const file = join(folder, 'unit.yaml');
  if (!existsSync(folder) || !statSync(folder).isDirectory()) {
    faults.add({ file: folder, line: 1 }, 'there is no such folder');
    return null;
  }
  if (!existsSync(file)) {
    faults.add({ file, line: 1 }, 'this file is missing; every unit folder has one');
    return null;
  }
  const unit = readUnitFile(file, readFileSync(file, 'utf8'), faults);
  if (!unit) return null;
  const sources = readLessons(folder, unit, faults);
  nameUnknownObjectives(unit, sources, faults);
  nameUnlistedLessons(folder, unit, faults);
  const mediaByPath = await readAllMedia(folder, unit, sources, faults);
  const lessons = sources.map((source): LessonParts => {
    return { source, transcript: source.transcript && readTranscript(folder, source.transcript, faults) };
  });
  if (faults.all.length > 0) return null;
  const { body, origins } = buildUnitBody({ unit, lessons, mediaByPath });
  nameContractFaults(body, origins, faults);
  return { folder, body, origins, files: [...mediaByPath.values()] };
}

function readLessons(folder: string, unit: UnitSource, faults: FaultList): LessonSource[] {
  const keys = unit.lessons.map(({ path }) => lessonKey(path) ?? '');
  for (const key of repeated(keys)) {
    const place = unit.lessons[keys.lastIndexOf(key)]?.place ?? unit.place;
    faults.add(place, `two lessons have the key "${key}"; the key is the file name without its number`);
  }
  return unit.lessons.flatMap(({ path, place }) => {
    const key = lessonKey(path);
    if (path === '') return [];
    if (key === null) {
      faults.add(place, `"${path}" must be named like lessons/01-welcome.md, in small letters, digits and hyphens`);
      return [];
    }
    const file = join(folder, path);
    if (!existsSync(file)) {
      faults.add(place, `there is no file "${path}" in the unit's folder`);
      return [];
    }
    return readLesson(file, key, readFileSync(file, 'utf8'), faults) ?? [];
  });
}

function nameUnknownObjectives(unit: UnitSource, lessons: LessonSource[], faults: FaultList): void {
  const known = new Set(unit.objectives.map(({ key }) => key));
  for (const { objective } of lessons.flatMap(({ exercises }) => exercises)) {
    if (!objective || objective.value === '' || known.has(objective.value)) continue;
    faults.add(objective.place, `unknown objective "${objective.value}"; unit.yaml has: ${[...known].join(', ')}`);
  }
}

function nameUnlistedLessons(folder: string, unit: UnitSource, faults: FaultList): void {
  const lessonsFolder = join(folder, 'lessons');
  if (!existsSync(lessonsFolder)) return;
  const listed = new Set(unit.lessons.map(({ path }) => path));
  for (const name of readdirSync(lessonsFolder).sort()) {
    if (!name.endsWith('.md') || listed.has(`lessons/${name}`)) continue;
    faults.add({ file: join(lessonsFolder, name), line: 1 }, 'unit.yaml does not list this lesson');
  }
}

async function readAllMedia(
  folder: string,
  unit: UnitSource,
  lessons: LessonSource[],
  faults: FaultList,
): Promise<Map<string, MediaFile>> {
  const refs: MediaRef[] = [...(unit.cover ? [unit.cover] : []), ...lessons.flatMap(mediaRefs)];
  const read = new Map<string, MediaFile | null>();
  for (const ref of refs) {
    const earlier = read.get(ref.path);
    if (earlier === undefined || earlier === null || earlier.type !== ref.expects) {
      read.set(ref.path, await readMedia(folder, ref, faults));
    }
  }
  const sound = [...read.values()].filter((file) => file !== null);
  return new Map(sound.map((file) => [file.path, file]));
}

/** The contract's own schema has the last word; what it finds is placed by the nearest part of the folder. */
function nameContractFaults(body: PublishUnitBody, origins: Origins, faults: FaultList): void {
  for (const { instancePath, message } of Value.Errors(PublishUnitBody, body)) {
    faults.add(originOf(instancePath, origins), `${instancePath || '/'} ${message}`);
  }
  const sizeBytes = Buffer.byteLength(JSON.stringify(body));
  if (sizeBytes > LIMITS.unitBodyMaxBytes) {
    faults.add(
      originOf('', origins),
      `the texts of the unit take ${sizeBytes} bytes; at most ${LIMITS.unitBodyMaxBytes} are allowed`,
    );
  }
}

/** The place of the nearest ancestor of a JSON Pointer that came from a file. */
export function originOf(pointer: string, origins: Origins): Place {
  for (let path = pointer; path !== ''; path = path.slice(0, path.lastIndexOf('/'))) {
    const place = origins.get(path);
    if (place) return place;
  }
  return origins.get('') ?? { file: 'unit.yaml', line: 1 };
}
