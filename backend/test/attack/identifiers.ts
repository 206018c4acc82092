import { createHash, randomUUID } from 'node:crypto';
import type { Somebody, World } from './world.ts';

/**
 * What an id is to the one who sends it. `shared`: somebody else's, and open to all. `foreign`: somebody else's alone.
 * `deleted`: of a thing that is gone. `unknown`: of nothing. `malformed`: no id at all.
 */
export type Relation = 'own' | 'shared' | 'foreign' | 'deleted' | 'unknown' | 'malformed';

/** How ids of one kind are made. A relation that is missing does not exist for this kind. */
export interface IdKind {
  make: Partial<Record<Exclude<Relation, 'malformed'>, (world: World, caller: Somebody) => Promise<string> | string>>;
  malformed: readonly string[];
  /** What was sent once means something else the second time. */
  isUsedOnce?: boolean;
}

const NOT_UUIDS = [
  'x',
  '0',
  '-1',
  'null',
  '00000000-0000-0000-0000-00000000000',
  '00000000-0000-0000-0000-000000000000/..',
  "' or 1=1 --",
  '00000000-0000-0000-0000-000000000000\u0000',
  '{00000000-0000-0000-0000-000000000000}',
  'zzzzzzzz-zzzz-zzzz-zzzz-zzzzzzzzzzzz',
  'x'.repeat(300),
];
const NOT_HASHES = ['x', 'A'.repeat(64), 'a'.repeat(63), 'a'.repeat(65), `../${'a'.repeat(61)}`, `${'a'.repeat(63)}\u0000`];

async function deletedUnit(world: World, owner: Somebody, isGlobal: boolean) {
  const unit = await world.publishUnit(owner, { is_global: isGlobal });
  await world.deleteUnit(owner, unit);
  return unit;
}

const assetOf = (unit: { assets: { id: string }[] }): string => unit.assets[0]?.id ?? '';
const objectOf = (unit: { assets: { object_id: string }[] }): string => unit.assets[0]?.object_id ?? '';
const globalUnit = (world: World, caller: Somebody) =>
  world.publishUnit(caller.isPublisher ? caller : world.publisher, { is_global: true });
const privateUnitOfAnother = (world: World, caller: Somebody) => world.publishUnit(world.publisherOtherThan(caller));

/** A unit that one reads, joins or asks about. */
const readableUnit: IdKind = {
  make: {
    own: async (world, caller) => (caller.isPublisher ? await world.publishUnit(caller) : await globalUnit(world, caller)).id,
    shared: async (world, caller) => (await world.publishUnit(world.publisherOtherThan(caller), { is_global: true })).id,
    foreign: async (world, caller) => (await privateUnitOfAnother(world, caller)).id,
    deleted: async (world, caller) => (await deletedUnit(world, world.publisherOtherThan(caller), true)).id,
    unknown: () => randomUUID(),
  },
  malformed: NOT_UUIDS,
};

/** A unit that one publishes, deletes or rolls back: one's own. */
const ownedUnit: IdKind = {
  make: {
    ...readableUnit.make,
    own: async (world, caller) => (await world.publishUnit(caller.isPublisher ? caller : world.publisher)).id,
    deleted: async (world, caller) => (await deletedUnit(world, caller.isPublisher ? caller : world.publisher, false)).id,
  },
  malformed: NOT_UUIDS,
};

const readableAsset: IdKind = {
  make: {
    own: async (world, caller) => assetOf(await globalUnit(world, caller)),
    foreign: async (world, caller) => assetOf(await privateUnitOfAnother(world, caller)),
    deleted: async (world, caller) => assetOf(await deletedUnit(world, world.publisherOtherThan(caller), true)),
    unknown: () => randomUUID(),
  },
  malformed: NOT_UUIDS,
};

/** The hash of bytes: whoever has the bytes has the id. */
const object: IdKind = {
  make: {
    own: async (world, caller) => objectOf(await globalUnit(world, caller)),
    foreign: async (world, caller) => objectOf(await privateUnitOfAnother(world, caller)),
    unknown: () => createHash('sha256').update(randomUUID()).digest('hex'),
  },
  malformed: NOT_HASHES,
};

/** An id out of a name space that each person, or each unit, has alone: what others use there changes nothing. */
const learnersOwnId = (name: 'event_id' | 'session_id' | 'device_id'): IdKind => ({
  make: {
    own: () => randomUUID(),
    foreign: async (world, caller) => (await world.pushEvent(world.rivalOf(caller)))[name],
    unknown: () => randomUUID(),
  },
  malformed: NOT_UUIDS,
  isUsedOnce: true,
});

const lesson: IdKind = {
  make: {
    own: () => randomUUID(),
    foreign: async (world, caller) => (await privateUnitOfAnother(world, caller)).lessons[0]?.id ?? '',
    unknown: () => randomUUID(),
  },
  malformed: NOT_UUIDS,
};

const exercise: IdKind = {
  make: {
    own: () => randomUUID(),
    foreign: async (world, caller) => (await privateUnitOfAnother(world, caller)).lessons[0]?.payload.exercises[0]?.id ?? '',
    unknown: () => randomUUID(),
  },
  malformed: NOT_UUIDS,
};

const person: IdKind = {
  make: {
    own: (_world, caller) => caller.caller.id,
    foreign: (world, caller) => world.rivalOf(caller).caller.id,
    unknown: () => randomUUID(),
  },
  malformed: [],
};

export const ID_KINDS = {
  readableUnit,
  ownedUnit,
  readableAsset,
  object,
  event: learnersOwnId('event_id'),
  session: learnersOwnId('session_id'),
  device: learnersOwnId('device_id'),
  lesson,
  exercise,
  person,
} as const satisfies Record<string, IdKind>;
export type IdKindName = keyof typeof ID_KINDS;
