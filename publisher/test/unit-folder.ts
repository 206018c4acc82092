import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

const SHIPPED_MEDIA = join(import.meta.dirname, '..', '..', 'units', 'first-aid', 'media');
export const WELCOME = 'lessons/01-welcome.md';
export const REEF = 'lessons/02-reef.md';
export const UNIT_ID = '7c0f8f5e-52a4-4a6a-9c1b-2f5d1a2b3c4d';

const UNIT_YAML = `id: ${UNIT_ID}
title: Knots
description: Three knots that hold.
learner_level: beginner
language: en
is_global: true
cover: media/cover.webp
cover_alt: A rope
objectives:
  - key: tie
    title: Tie a knot
lessons:
  - lessons/01-welcome.md
  - lessons/02-reef.md
sources:
  - A book on knots
licence: CC-BY-4.0
authors: [A sailor]
`;

const WELCOME_TEXT = `---
title: Welcome
type: intro
audio: media/talk.mp3
transcript: media/talk.txt
---
Ropes hold the world together.

![A coil of rope](../media/rope.webp)

\`\`\`exercise
key: strong
type: multiple_choice
objective: tie
prompt: Which one holds?
options:
  - text: A knot
    correct: true
  - text: A wish
    why: A wish has no friction.
explanation: Friction holds.
\`\`\`
`;

const REEF_TEXT = `---
title: The reef knot
type: standard
---
Right over left, left over right.

\`\`\`exercise
key: second
type: short_answer
prompt: After right over left comes left over …
answer: right
accepted:
  - the right
explanation: Else it is a granny.
\`\`\`
`;

/** A sound unit of two lessons with real media in a folder of its own, deleted after the test. */
export function makeUnitFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'haversack-unit-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const name of ['lessons', 'media']) mkdirSync(join(folder, name));
  writeFileSync(join(folder, 'unit.yaml'), UNIT_YAML);
  writeFileSync(join(folder, 'lessons', '01-welcome.md'), WELCOME_TEXT);
  writeFileSync(join(folder, 'lessons', '02-reef.md'), REEF_TEXT);
  writeFileSync(join(folder, 'media', 'talk.txt'), 'Ropes hold the world together.\n');
  for (const [from, to] of [
    ['cover.webp', 'cover.webp'],
    ['burns.webp', 'rope.webp'],
    ['welcome.mp3', 'talk.mp3'],
  ] as const) {
    cpSync(join(SHIPPED_MEDIA, from), join(folder, 'media', to));
  }
  return folder;
}

/** Replaces a piece of text that must be there. */
export function editFile(folder: string, path: string, from: string, to: string): void {
  const text = readFileSync(join(folder, path), 'utf8');
  if (!text.includes(from)) throw new Error(`${path} does not hold ${from}`);
  writeFileSync(
    join(folder, path),
    text.replace(from, () => to),
  );
}
