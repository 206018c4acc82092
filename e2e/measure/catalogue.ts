import type { PublishUnitBody } from '@haversack/contract';
import { createHash, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { signInFromNode } from '../lib/api.ts';
import type { Haversack } from '../lib/haversack.ts';

const UNITS = path.join(import.meta.dirname, '../../units');
const COVERS = ['first-aid', 'map-and-compass', 'night-sky', 'safe-water'];
const TOPICS = ['Water', 'Bread', 'Bridges', 'Seeds', 'Stars', 'Knots', 'Maps', 'Bees', 'Wool', 'Clay'];
const LEVELS = ['beginner', 'intermediate', 'advanced'] as const;
const AT_ONCE = 8;

interface Cover {
  hash: string;
  bytes: Buffer;
}

/** The title by which unit number `number` is found; no other unit's title holds it. */
export const titleOf = (number: number): string => `${TOPICS[number % TOPICS.length]} ${String(number).padStart(5, '0')}`;

/** Publishes `count` small units with the pictures of those that ship, as a publisher does. */
export async function publishCatalogue(haversack: Haversack, count: number, say: (done: number) => void): Promise<void> {
  const person = JSON.parse(readFileSync(haversack.credentialsFile, 'utf8')) as { email: string; password: string };
  const { token } = await signInFromNode(haversack.directUrl, { name: 'Publisher', ...person });
  const put = async (place: string, contentType: string, body: string | Buffer<ArrayBuffer>): Promise<void> => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': contentType, 'idempotency-key': randomUUID() };
    const reply = await fetch(`${haversack.directUrl}/api/v1${place}`, { method: 'PUT', headers, body });
    if (!reply.ok) throw new Error(`PUT ${place}: ${reply.status} ${await reply.text()}`);
  };

  const covers = COVERS.map((unit): Cover => {
    const bytes = readFileSync(path.join(UNITS, unit, 'media/cover.webp'));
    return { bytes, hash: createHash('sha256').update(bytes).digest('hex') };
  });
  for (const { hash, bytes } of covers) await put(`/objects/${hash}`, 'application/octet-stream', Buffer.from(bytes));
  let next = 0;
  const publishInTurn = async (): Promise<void> => {
    for (let number = next++; number < count; number = next++) {
      const unit = makeUnit(number, covers);
      await put(`/content/units/${unit.id}`, 'application/json', JSON.stringify(unit));
      if (number % 100 === 0) say(number);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, publishInTurn));
}

function makeUnit(number: number, covers: readonly Cover[]): PublishUnitBody {
  const id = randomUUID();
  const cover = covers[number % covers.length];
  if (!cover) throw new Error('no covers');
  const art = randomUUID();
  const lessons = Array.from({ length: 2 + (number % 5) }, (_, position) => ({
    id: randomUUID(),
    unit_id: id,
    title: `Lesson ${position + 1}`,
    position,
    lesson_type: 'standard' as const,
    payload: { body_markdown: 'Boil the water for one minute, then let it cool. '.repeat(20), exercises: [] },
  }));
  return {
    id,
    title: titleOf(number),
    description:
      `What there is to know about number ${number}, in short lessons with pictures, for a walk or an evening at home. `.repeat(
        1 + (number % 3),
      ),
    learner_level: LEVELS[number % LEVELS.length] ?? 'beginner',
    is_global: true,
    learning_objectives: [],
    art_asset_id: art,
    lesson_order: lessons.map((lesson) => lesson.id),
    lessons,
    assets: [
      {
        id: art,
        unit_id: id,
        type: 'image',
        object_id: cover.hash,
        content_type: 'image/webp',
        size_bytes: cover.bytes.length,
        checksum: `sha256:${cover.hash}`,
      },
    ],
  };
}
