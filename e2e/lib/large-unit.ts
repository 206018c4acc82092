import { randomBytes, randomUUID } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const SHIPPED_COVER = path.join(import.meta.dirname, '../../units/first-aid/media/cover.webp');
const SAMPLES_PER_SECOND = 24_000;
const BYTES_PER_SAMPLE = 2;

/** Of each of its two recordings: a dozen chunks, so that there is a middle to be cut in. */
const RECORDING_SECONDS = 64;

/** A unit folder whose recordings are much larger than those of the units that ship. `id`: of one that is there already; its recordings are new ones. */
export function makeLargeUnit(id: string = randomUUID()): { folder: string; title: string } {
  const title = 'The sound of the sea';
  const folder = mkdtempSync(path.join(tmpdir(), 'haversack-unit-'));
  for (const name of ['lessons', 'media']) mkdirSync(path.join(folder, name));
  writeFileSync(path.join(folder, 'unit.yaml'), unitYaml(id, title));
  cpSync(SHIPPED_COVER, path.join(folder, 'media/cover.webp'));
  for (const [index, name] of ['waves', 'wind'].entries()) {
    writeFileSync(path.join(folder, `lessons/0${index + 1}-${name}.md`), lessonText(name));
    writeFileSync(path.join(folder, `media/${name}.wav`), noise());
    writeFileSync(path.join(folder, `media/${name}.txt`), 'A long rushing sound.\n');
  }
  return { folder, title };
}

function unitYaml(id: string, title: string): string {
  return `id: ${id}
title: ${title}
description: Two long recordings to listen to.
learner_level: beginner
language: en
is_global: true
cover: media/cover.webp
cover_alt: A quiet beach
objectives:
  - key: listen
    title: Listen
lessons:
  - lessons/01-waves.md
  - lessons/02-wind.md
sources:
  - The sea itself
licence: CC-BY-4.0
authors: [Haversack contributors]
`;
}

function lessonText(name: string): string {
  return `---
title: Listening to the ${name}
type: standard
audio: media/${name}.wav
transcript: media/${name}.txt
---
Close your eyes and listen.

\`\`\`exercise
key: loud
type: multiple_choice
objective: listen
prompt: What do you hear?
options:
  - text: Rushing
    correct: true
  - text: Silence
    why: Then turn up the sound.
explanation: It rushes.
\`\`\`

\`\`\`exercise
key: name
type: short_answer
prompt: What makes the sound?
answer: ${name}
explanation: So the title says.
\`\`\`
`;
}

/** White noise as PCM in a WAV file: nothing on the way can make it smaller. */
function noise(): Buffer {
  const samples = randomBytes(RECORDING_SECONDS * SAMPLES_PER_SECOND * BYTES_PER_SAMPLE);
  const head = Buffer.alloc(44);
  head.write('RIFF', 0);
  head.writeUInt32LE(36 + samples.length, 4);
  head.write('WAVEfmt ', 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(SAMPLES_PER_SECOND, 24);
  head.writeUInt32LE(SAMPLES_PER_SECOND * BYTES_PER_SAMPLE, 28);
  head.writeUInt16LE(BYTES_PER_SAMPLE, 32);
  head.writeUInt16LE(8 * BYTES_PER_SAMPLE, 34);
  head.write('data', 36);
  head.writeUInt32LE(samples.length, 40);
  return Buffer.concat([head, samples]);
}
