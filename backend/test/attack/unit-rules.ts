import { randomUUID } from 'node:crypto';
import type { PublishUnitBody } from '@haversack/contract';
import { makeChoice, makeShortAnswer, makeUnit } from '../factories.ts';
import type { Relation } from './identifiers.ts';
import { id, type IdRule, OWN_SPACE, OWN_SPACE_IN_BODY } from './rule-kinds.ts';
import type { World } from './world.ts';

/** What the server makes, or what only says again what another field says. */
export const UNIT_PLAIN = [
  ...['version', 'updated_at', 'in_my_units', 'download_size_bytes', 'lessons/*/updated_at'],
  ...['updated_at', 'url', 'url_expires_at', 'checksum'].map((field) => `assets/*/${field}`),
].map((field) => `body./${field}`);

/** Decision 0023. */
const HASH = 'who knows the SHA-256 and the size of bytes has had them; objects belong to nobody';

/** A unit with every kind of id in it. */
export function unitBody(world: World, unitId: string): PublishUnitBody {
  const objective = { id: randomUUID(), title: 'To boil' };
  const unit = makeUnit({ id: unitId, is_global: false, learning_objectives: [objective] });
  const [first] = unit.lessons;
  const [object_id = '', bytes = Buffer.alloc(0)] = [...world.bytes].at(-1) ?? [];
  const file = { unit_id: unitId, object_id, size_bytes: bytes.length, checksum: `sha256:${object_id}` };
  const picture = { ...file, id: randomUUID(), type: 'image' as const, content_type: 'image/png', lesson_id: first?.id ?? '' };
  const sound = { ...file, id: randomUUID(), type: 'audio' as const, content_type: 'audio/mpeg', lesson_id: null };
  if (first !== undefined) {
    first.payload.audio_asset_id = sound.id;
    first.payload.exercises = [
      { ...makeChoice(), learning_objective_id: objective.id },
      { ...makeShortAnswer(), learning_objective_id: objective.id },
    ];
  }
  return { ...unit, assets: [picture, sound], art_asset_id: picture.id };
}

/**
 * The body with another id at one place: a name is changed wherever it stands, so that whose it is decides and nothing else; a
 * reference is changed alone.
 */
export function withId(body: PublishUnitBody, place: string, ids: Readonly<Record<string, string>>, relation: Relation): unknown {
  const given = ids[place];
  if (!place.startsWith('body.') || given === undefined) return body;
  const pointer = place.slice('body./'.length).split('/');
  const last = pointer.pop() ?? '';
  const parent = pointer.reduce<unknown>((value, part) => Reflect.get(value as object, part === '*' ? 0 : part), body) as object;
  const old: unknown = Reflect.get(parent, last === '*' ? 0 : last);
  const isReference = unitBodyIds()[place]?.outcomes.unknown === 422 && !place.endsWith('object_id');
  if (typeof old === 'string' && !isReference && relation !== 'malformed')
    return JSON.parse(JSON.stringify(body).replaceAll(old, given));
  Reflect.set(parent, last === '*' ? 0 : last, given);
  return body;
}

/** What is renamed stays whole, so that only whose id it is decides. References must name what the unit itself has. */
export function unitBodyIds(): Record<string, IdRule> {
  const inside = { own: 422, foreign: 422, deleted: 422, unknown: 422, malformed: 422 };
  const bound =
    'ids of lessons and assets belong to one unit for ever; they are random, and the publisher is told to make new ones';
  const ignored = { ...OWN_SPACE, malformed: 200 };
  return {
    'body./id': id('ownedUnit', { ...inside, own: 200, shared: 422 }),
    'body./art_asset_id': id('readableAsset', inside),
    'body./lesson_order/*': id('lesson', inside),
    'body./learning_objectives/*/id': id('exercise', OWN_SPACE_IN_BODY),
    'body./lessons/*/id': id('lesson', { ...OWN_SPACE_IN_BODY, foreign: 422 }, bound),
    'body./lessons/*/unit_id': id('ownedUnit', { ...inside, own: 200, shared: 422 }),
    'body./lessons/*/payload/audio_asset_id': id('readableAsset', inside),
    'body./lessons/*/payload/exercises/*/id': id('exercise', OWN_SPACE_IN_BODY),
    'body./lessons/*/payload/exercises/*/learning_objective_id': id('exercise', inside),
    'body./lessons/*/payload/exercises/*/options/*/id': id('exercise', OWN_SPACE_IN_BODY),
    'body./lessons/*/payload/exercises/*/correct_option_id': id('exercise', inside),
    'body./owner_id': id('person', ignored),
    'body./assets/*/id': id('readableAsset', { ...OWN_SPACE_IN_BODY, own: 422, foreign: 422, deleted: 422 }, bound),
    'body./assets/*/unit_id': id('ownedUnit', { ...inside, own: 200, shared: 422 }),
    'body./assets/*/lesson_id': id('lesson', inside),
    'body./assets/*/object_id': id('object', { foreign: 200, unknown: 422, malformed: 422 }, HASH),
  };
}
