import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { v4 as uuidV4 } from 'uuid';

/** Makes a folder with a small sound unit in it to write on. Throws if the folder exists. */
export function makeNewUnit(folder: string): void {
  if (existsSync(folder)) throw new Error(`${folder} exists already; choose another name`);
  mkdirSync(join(folder, 'lessons'), { recursive: true });
  mkdirSync(join(folder, 'media', 'src'), { recursive: true });
  writeFileSync(join(folder, 'unit.yaml'), unitYaml(uuidV4()));
  writeFileSync(join(folder, 'lessons', '01-welcome.md'), FIRST_LESSON);
}

const unitYaml = (id: string): string => `id: ${id}
title: A new unit
description: What learners will be able to do after it.
learner_level: beginner
language: en
is_global: true
objectives:
  - key: first
    title: The first thing that learners take away
lessons:
  - lessons/01-welcome.md
sources:
  - Where the facts come from
licence: CC-BY-4.0
authors: [Your name]
`;

const FIRST_LESSON = `---
title: Welcome
type: intro
---
Write the text of the lesson here. The format is explained in units/README.md.

\`\`\`exercise
key: first-question
type: multiple_choice
objective: first
prompt: Which of these is right?
options:
  - text: This one
    correct: true
  - text: That one
    why: Say here why it is wrong.
explanation: Say here why the right answer is right.
\`\`\`
`;
