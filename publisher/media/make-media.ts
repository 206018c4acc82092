import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { makePicture } from './pictures.ts';
import { makeSpeech } from './speech.ts';

/**
 * Makes the media of a unit folder from their sources: `media/src/*.svg` → `media/*.webp`, `media/*.txt` → `media/*.mp3`.
 * Only what is missing or older than its source is made, unless `all`. Needs the tools that units/README.md names.
 */
export function makeMedia(folder: string, options: { all: boolean; log: (line: string) => void }): void {
  const media = join(folder, 'media');
  const jobs = [
    ...sources(join(media, 'src'), '.svg').map((from) => ({
      from,
      to: join(media, `${basename(from, '.svg')}.webp`),
      make: makePicture,
    })),
    ...sources(media, '.txt').map((from) => ({ from, to: join(media, `${basename(from, '.txt')}.mp3`), make: makeSpeech })),
  ];
  for (const { from, to, make } of jobs) {
    if (!options.all && isFresh(to, from)) continue;
    options.log(`${to}  ${Math.ceil(make(from, to) / 1024)} KB`);
  }
}

function sources(folder: string, extension: string): string[] {
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((name) => name.endsWith(extension));
  return names.sort().map((name) => join(folder, name));
}

function isFresh(made: string, source: string): boolean {
  return existsSync(made) && statSync(made).mtimeMs >= statSync(source).mtimeMs;
}
