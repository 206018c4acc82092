import { createHash } from 'node:crypto';
import type { BenchAsset, BenchLesson, BenchUnit, Feed } from './contestant.ts';

/** research/performance.md, 1: one unit is 5 lessons of about 6.28 KB of JSON, 3 assets, about 400 B of head. */
const LESSONS_A_UNIT = 5;
const ASSETS_A_UNIT = 3;
/** With the body they are the 13 blocks of a lesson. */
const EXERCISES_A_LESSON = 12;
const BODY_CHARS = 1_690;
const BEGAN_AT = '2026-11-24T08:';

/** The catalogue of one server, changed by hand. Units are made when they are asked for: 20,000 of them are 644 MB. */
export function createFeed(units: number): Feed & { change(count: number): void } {
  /** Position of the unit whose newest change has this number; a change that was overtaken is empty. */
  const positions: (number | null)[] = Array.from({ length: units }, (_, position) => position);
  const versions = new Uint16Array(units).fill(1);
  const seqs = Array.from({ length: units }, (_, position) => position);
  return {
    units,
    get head() {
      return positions.length;
    },
    since(after, limit) {
      const found: { seq: number; unit: BenchUnit }[] = [];
      for (let index = after; index < positions.length && found.length < limit; index += 1) {
        const position = positions[index];
        if (typeof position !== 'number') continue;
        found.push({ seq: index + 1, unit: makeUnit(position, versions[position] ?? 1, index + 1) });
      }
      return found;
    },
    /** The units lie all over the catalogue. */
    change(count) {
      const stride = Math.floor(units / count);
      for (let changed = 0; changed < count; changed += 1) {
        const position = changed * stride;
        positions[seqs[position] ?? 0] = null;
        versions[position] = (versions[position] ?? 1) + 1;
        seqs[position] = positions.push(position) - 1;
      }
    },
  };
}

/** Ids do not change with the version; texts do. */
export function makeUnit(position: number, version: number, seq: number): BenchUnit {
  const chance = createChance(position, version);
  const ids = createChance(position, 0);
  const id = uuid(ids);
  const updated_at = `${BEGAN_AT}${String(Math.floor(seq / 1_000_000) % 60).padStart(2, '0')}:30.${String(seq % 1_000_000).padStart(6, '0')}Z`;
  return {
    id,
    position,
    title: `${String(position).padStart(5, '0')} ${words(chance, 40)}`,
    description: words(chance, 180),
    learner_level: (['beginner', 'intermediate', 'advanced'] as const)[position % 3] ?? 'beginner',
    schema_version: 1,
    version,
    updated_at,
    lessons: Array.from({ length: LESSONS_A_UNIT }, (_, place) => makeLesson({ ids, chance, unit_id: id, place, updated_at })),
    assets: Array.from({ length: ASSETS_A_UNIT }, (_, place) => makeAsset(ids, id, place)),
  };
}

interface LessonSeed {
  ids: Chance;
  chance: Chance;
  unit_id: string;
  place: number;
  updated_at: string;
}

function makeLesson({ ids, chance, unit_id, place, updated_at }: LessonSeed): BenchLesson {
  return {
    id: uuid(ids),
    unit_id,
    title: `Lesson ${place + 1}: ${words(chance, 30)}`,
    position: place,
    updated_at,
    payload: {
      body_markdown: words(chance, BODY_CHARS),
      exercises: Array.from({ length: EXERCISES_A_LESSON }, () => ({
        id: uuid(ids),
        type: 'short_answer',
        prompt: words(chance, 110),
        canonical_answer: words(chance, 12),
        accepted_answers: [words(chance, 14), words(chance, 10)],
        explanation: words(chance, 60),
      })),
    },
  };
}

function makeAsset(ids: Chance, unit_id: string, place: number): BenchAsset {
  const id = uuid(ids);
  const hash = createHash('sha256').update(id).digest('hex');
  return {
    id,
    unit_id,
    type: place === 0 ? 'image' : 'audio',
    content_type: place === 0 ? 'image/webp' : 'audio/mpeg',
    size_bytes: 50_000 + place * 400_000,
    checksum: `sha256:${hash}`,
    url: `/objects/${hash}`,
  };
}

type Chance = () => number;

/** Integers below 2^32 (mulberry32); the same for the same seeds on every machine. */
function createChance(first: number, second: number): Chance {
  let state = (Math.imul(first + 1, 2_654_435_761) ^ Math.imul(second + 1, 40_503)) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
}

const HEX = Array.from({ length: 0x1_0000 }, (_, value) => value.toString(16).padStart(4, '0'));
const high = (value: number): string => HEX[value >>> 16] ?? '';
const low = (value: number): string => HEX[value & 0xffff] ?? '';

/** Looks like a random UUID, and lies in an index like one. */
function uuid(ids: Chance): string {
  const [a, b, c, d] = [ids(), ids(), ids(), ids()];
  return `${high(a)}${low(a)}-${high(b)}-4${low(b).slice(1)}-a${high(c).slice(1)}-${low(c)}${high(d)}${low(d)}`;
}

const VOCABULARY =
  'water boil minute cool drink clean jug cover hands soap before after child fever rest doctor leaf root seed soil rain field goat milk bread market count price change road river bridge north south morning'.split(
    ' ',
  );
const TEXT = makeText(1 << 16);

function makeText(chars: number): string {
  const chance = createChance(1, 1);
  let text = '';
  while (text.length < chars) text += `${VOCABULARY[chance() % VOCABULARY.length] ?? ''} `;
  return text;
}

function words(chance: Chance, chars: number): string {
  const from = chance() % (TEXT.length - chars);
  return TEXT.slice(from, from + chars);
}
