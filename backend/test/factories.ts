import { createHash, randomUUID } from 'node:crypto';
import type { Exercise, LearningEvent, PublishUnitBody, Unit, UnitSyncResponse } from '@haversack/contract';
import type { Answer, Caller } from './app.ts';

export const PICTURE = Buffer.from('not much of a picture, but the same bytes each time');
export const SOUND = Buffer.from('and this is what is spoken');
export const sha256Hex = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** A unit of one lesson with two exercises, and by wish with a picture and a sound (upload these first). */
export function makeUnit(
  more: Partial<PublishUnitBody> & { withAssets?: boolean; lessons?: PublishUnitBody['lessons'] } = {},
): PublishUnitBody {
  const { withAssets = false, ...rest } = more;
  const id = rest.id ?? randomUUID();
  const lessons = rest.lessons ?? [makeLesson(id)];
  const unit: PublishUnitBody = {
    id,
    title: 'Water',
    description: 'How to make it safe',
    learner_level: 'beginner',
    is_global: true,
    learning_objectives: [],
    assets: [],
    lesson_order: lessons.map((lesson) => lesson.id),
    ...rest,
    lessons,
  };
  if (!withAssets) return unit;
  const picture = makeAsset(id, 'image', 'image/png', PICTURE);
  const sound = makeAsset(id, 'audio', 'audio/mpeg', SOUND);
  const [first] = unit.lessons;
  if (first !== undefined) {
    first.payload.audio_asset_id = sound.id;
    first.payload.body_markdown = `Boil it. ![A pot](asset:${picture.id})`;
  }
  return { ...unit, art_asset_id: picture.id, assets: [picture, sound] };
}

export function makeLesson(unitId: string, title = 'Boil it'): PublishUnitBody['lessons'][number] {
  return {
    id: randomUUID(),
    unit_id: unitId,
    title,
    position: 0,
    lesson_type: 'standard',
    payload: { body_markdown: 'Boil it.', exercises: [makeChoice(), makeShortAnswer()] },
  };
}

export function makeChoice(): Exercise & { type: 'multiple_choice' } {
  const right = randomUUID();
  return {
    id: randomUUID(),
    type: 'multiple_choice',
    prompt: 'How long?',
    options: [
      { id: right, text: 'One minute', feedback: '' },
      { id: randomUUID(), text: 'One second', feedback: 'Too short.' },
    ],
    correct_option_id: right,
  };
}

export function makeShortAnswer(): Exercise & { type: 'short_answer' } {
  return {
    id: randomUUID(),
    type: 'short_answer',
    prompt: 'At how many degrees?',
    canonical_answer: '100',
    accepted_answers: ['a hundred'],
  };
}

/** The unit (made with assets) with other bytes for its picture. */
export function withPicture(unit: PublishUnitBody, bytes: Buffer): PublishUnitBody {
  const object_id = sha256Hex(bytes);
  const other = { object_id, size_bytes: bytes.length, checksum: `sha256:${object_id}` };
  return { ...unit, assets: unit.assets.map((asset) => (asset.type === 'image' ? { ...asset, ...other } : asset)) };
}

function makeAsset(
  unitId: string,
  type: 'image' | 'audio',
  contentType: string,
  bytes: Buffer,
): PublishUnitBody['assets'][number] {
  const object_id = sha256Hex(bytes);
  return {
    id: randomUUID(),
    unit_id: unitId,
    type,
    object_id,
    content_type: contentType,
    size_bytes: bytes.length,
    checksum: `sha256:${object_id}`,
  };
}

export async function uploadAssets(publisher: Caller): Promise<void> {
  for (const bytes of [PICTURE, SOUND]) expectStatus(await publisher.put(`/objects/${sha256Hex(bytes)}`, bytes), 200, 201);
}

export async function publish(publisher: Caller, unit: PublishUnitBody): Promise<Unit> {
  const answer = await publisher.put<Unit>(`/content/units/${unit.id}`, unit);
  expectStatus(answer, 200, 201);
  return answer.body;
}

export function expectStatus<Body>(answer: Answer<Body>, ...allowed: number[]): Body {
  if (!allowed.includes(answer.status))
    throw new Error(`expected ${allowed.join(' or ')}, got ${answer.status}: ${answer.raw.toString().slice(0, 500)}`);
  return answer.body;
}

export function makeEvent(more: Partial<LearningEvent> = {}): LearningEvent {
  return {
    event_id: randomUUID(),
    session_id: randomUUID(),
    device_id: randomUUID(),
    device_seq: 1,
    unit_id: randomUUID(),
    unit_version: 1,
    lesson_id: randomUUID(),
    type: 'session_started',
    occurred_at: '2026-11-24T08:15:30.123456Z',
    ...more,
  };
}

export const itemsOf = (...events: LearningEvent[]) => ({
  items: events.map((event) => ({ idempotency_key: event.event_id, payload: event })),
});

/** A device's copy of the feed, as a careful phone keeps it: page and cursor together, tombstones applied. */
export class Replica {
  readonly units = new Map<string, Unit>();
  readonly tombstones: { id: string; reason: string }[] = [];
  readonly lessonTombstones: string[] = [];
  cursor: string | undefined;
  feedId: string | undefined;
  pages = 0;

  readonly caller: Caller;

  constructor(caller: Caller) {
    this.caller = caller;
  }

  /** Follows the cursor to its end; returns how many pages that took. */
  async pull(limit?: number): Promise<number> {
    for (let pages = 1; ; pages += 1) {
      const before = this.cursor;
      const page = await this.pullPage(limit);
      if (!page.has_more) return pages;
      if (page.cursor === before) throw new Error(`the cursor stands still at ${page.cursor}`);
    }
  }

  async pullPage(limit?: number): Promise<UnitSyncResponse> {
    const query = new URLSearchParams({ include_deleted: 'true' });
    if (this.cursor !== undefined) query.set('since', this.cursor);
    if (this.feedId !== undefined) query.set('feed_id', this.feedId);
    if (limit !== undefined) query.set('limit', String(limit));
    const page = expectStatus(await this.caller.get<UnitSyncResponse>(`/content/units/sync?${query}`), 200);
    for (const unit of page.units) this.units.set(unit.id, unit as Unit);
    for (const { id, reason } of page.deleted.units) {
      this.units.delete(id);
      this.tombstones.push({ id, reason });
    }
    this.lessonTombstones.push(...page.deleted.lessons.map((lesson) => lesson.id));
    this.cursor = page.cursor;
    this.feedId = page.feed_id;
    this.pages += 1;
    return page;
  }

  /** What a digest is about: ids with versions, in order. */
  contents(): string[] {
    return [...this.units.values()].map((unit) => `${unit.id}:${unit.version}`).sort();
  }

  digest(): { count: number; hash: string } {
    const hash = Buffer.alloc(32);
    for (const entry of this.contents()) {
      const one = createHash('sha256').update(entry).digest();
      for (const [at, byte] of one.entries()) hash[at] = (hash[at] ?? 0) ^ byte;
    }
    return { count: this.units.size, hash: hash.toString('hex') };
  }
}
