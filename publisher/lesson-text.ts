import { marked, type Token } from 'marked';
import type { FaultList, Place } from './faults.ts';
import type { YamlSource } from './yaml-fields.ts';

/** A picture in the text: its span in `body` is what an asset's address replaces. `path` is as written, relative to the lesson. */
export type PictureSource = { start: number; end: number; altSource: string; path: string; place: Place };
/** The text of a lesson without its exercises, and the YAML of these. */
export type LessonText = { body: string; pictures: PictureSource[]; exercises: YamlSource[] };

/** Splits CommonMark into text, pictures and `exercise` blocks. `source.text` has line ends of one kind (`\n`). */
export function readLessonText(source: YamlSource, faults: FaultList): LessonText {
  const result: LessonText = { body: '', pictures: [], exercises: [] };
  let line = source.firstLine;
  for (const token of marked.lexer(source.text)) {
    const place = { file: source.file, line };
    if (isExercise(token)) readExerciseBlock(token, place, result, faults);
    else readText(token, place, result, faults);
    line += countLines(token.raw);
  }
  result.body = result.body.trimEnd();
  if (result.body.trim() === '') faults.add({ file: source.file, line: source.firstLine }, 'the lesson has no text');
  return result;
}

function countLines(text: string): number {
  return text.split('\n').length - 1;
}

function isExercise(token: Token): boolean {
  return token.type === 'code' && 'lang' in token && token.lang === 'exercise';
}

function readExerciseBlock(token: Token, place: Place, result: LessonText, faults: FaultList): void {
  const fence = /^\s*(`{3,}|~{3,})/u.exec(token.raw)?.[1] ?? '```';
  if (!token.raw.trimEnd().endsWith(`\n${fence}`)) faults.add(place, `this exercise is never closed with a line ${fence}`);
  const text = 'text' in token && typeof token.text === 'string' ? token.text : '';
  result.exercises.push({ file: place.file, firstLine: place.line + 1, text });
}

function readText(token: Token, place: Place, result: LessonText, faults: FaultList): void {
  if (token.type !== 'space' && result.exercises.length > 0) {
    faults.add(place, 'text after an exercise; in the lesson all text comes before the exercises');
  }
  let searchFrom = 0;
  const offset = result.body.length;
  for (const inner of withInnerTokens(token)) {
    if (inner !== token && inner.raw === '') continue;
    const found = token.raw.indexOf(inner.raw, searchFrom);
    const at = { file: place.file, line: place.line + countLines(token.raw.slice(0, Math.max(found, 0))) };
    nameForbidden(inner, inner !== token, at, faults);
    if (inner.type !== 'image') continue;
    const picture = readPicture(inner, found, at, faults);
    if (!picture) continue;
    searchFrom = found + inner.raw.length;
    result.pictures.push({ ...picture, start: offset + picture.start, end: offset + picture.end });
  }
  result.body += token.raw;
}

function withInnerTokens(token: Token): Token[] {
  const all: Token[] = [];
  void marked.walkTokens([token], (inner) => {
    all.push(inner);
  });
  return all;
}

function nameForbidden(token: Token, isInner: boolean, place: Place, faults: FaultList): void {
  if (token.type === 'html') faults.add(place, 'HTML is not shown in lessons; write it as CommonMark');
  if (token.type === 'table') faults.add(place, 'a table does not fit on a phone; write it as a list');
  if (isInner && isExercise(token)) faults.add(place, 'an exercise must stand by itself, not inside a list or a quotation');
  if (token.type === 'link' && !/^(https:\/\/|mailto:)/u.test(String(token.href))) {
    faults.add(place, `a link must begin with https://, not "${String(token.href)}"`);
  }
}

function readPicture(token: Token, start: number, place: Place, faults: FaultList): PictureSource | null {
  const altSource = /^!\[([^]*?)\]\(/u.exec(token.raw)?.[1];
  if (altSource === undefined || start < 0) {
    faults.add(place, 'write a picture on one line as ![what it shows](../media/name.webp)');
    return null;
  }
  if (altSource.trim() === '') faults.add(place, 'this picture has no words for those who cannot see it: ![what it shows](…)');
  const path = 'href' in token && typeof token.href === 'string' ? token.href : '';
  return { start, end: start + token.raw.length, altSource, path, place };
}
