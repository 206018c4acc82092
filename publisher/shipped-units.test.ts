import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isCorrectAnswer, type PublishUnitBody } from '@haversack/contract';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkUnitFolder } from './check.ts';
import { describeFault } from './faults.ts';
import { toSpeakable } from './media/speech.ts';

const UNITS = join(import.meta.dirname, '..', 'units');
const MEDIA_MAX_BYTES = 15_000_000;
const folders = readdirSync(UNITS, { withFileTypes: true }).filter((entry) => entry.isDirectory());

let mediaBytes = 0;

describe.each(folders.map(({ name }) => name))('the unit %s', (name) => {
  let unit: PublishUnitBody;

  beforeAll(async () => {
    const result = await checkUnitFolder(join(UNITS, name));
    if (!result.ok) throw new Error(result.faults.map(describeFault).join('\n'));
    unit = result.unit.body;
    mediaBytes += unit.assets.reduce((sum, { size_bytes }) => sum + size_bytes, 0);
  });

  it('has an introduction and 4 to 6 lessons, each to read, see, hear and practise', () => {
    const [intro, ...lessons] = unit.lessons;
    expect(intro?.lesson_type).toBe('intro');
    expect(lessons.length).toBeGreaterThanOrEqual(4);
    expect(lessons.length).toBeLessThanOrEqual(6);
    for (const { title, lesson_type, payload } of lessons) {
      expect(lesson_type, title).toBe('standard');
      expect(payload.body_markdown.split(/\s+/u).length, title).toBeGreaterThan(350);
      expect(payload.body_markdown, title).toContain('](asset:');
      expect(payload.audio_asset_id, title).not.toBeNull();
      expect(payload.exercises.length, title).toBeGreaterThanOrEqual(5);
    }
  });

  it('puts the right option in no favourite place', () => {
    const places = unit.lessons.flatMap(({ payload }) =>
      payload.exercises.flatMap((exercise) =>
        exercise.type === 'multiple_choice' ? [exercise.options.findIndex(({ id }) => id === exercise.correct_option_id)] : [],
      ),
    );
    for (const place of new Set(places)) {
      expect(places.filter((other) => other === place).length / places.length).toBeLessThan(0.6);
    }
  });

  it('accepts its own answers', () => {
    for (const exercise of unit.lessons.flatMap(({ payload }) => payload.exercises)) {
      if (exercise.type !== 'short_answer') continue;
      for (const text of [exercise.canonical_answer, ...exercise.accepted_answers]) {
        expect(isCorrectAnswer(exercise, { text }), `${exercise.prompt}: ${text}`).toBe(true);
      }
    }
  });

  it('has transcripts that the voice can read', () => {
    const media = join(UNITS, name, 'media');
    for (const file of readdirSync(media).filter((path) => path.endsWith('.txt'))) {
      expect(toSpeakable(readFileSync(join(media, file), 'utf8'), file).length, file).toBeGreaterThan(2);
    }
  });
});

it('ships at least four units with less than 15 MB of media in all', () => {
  expect(folders.length).toBeGreaterThanOrEqual(4);
  expect(mediaBytes).toBeGreaterThan(0);
  expect(mediaBytes).toBeLessThan(MEDIA_MAX_BYTES);
});
