import { openBox, parseSealKey } from '../mobile/modules/user/sealed-box.ts';
import { ask, hasTable, type Oracle } from './oracle.ts';
import { type Device, personOn } from './world/device.ts';

/** Remembers who is signed in where, with the key that their device has. */
export function notePeople(oracle: Oracle, device: Device): void {
  const user = personOn(device)?.user;
  if (!user) return;
  const [ownerId, key = null] = (device.disk.secrets.get('haversack.seal_key') ?? '').split(' ');
  const known = oracle.people.get(user.id)?.sealKey ?? null;
  oracle.people.set(user.id, { email: user.email, sealKey: ownerId === user.id ? key : known });
}

/** Ids of the people whose work lies sealed on this device. */
export function sealedPeople({ disk }: Device): string[] {
  return [...disk.databases.keys()].flatMap((name) => (name.startsWith('sealed-') ? [name.slice('sealed-'.length)] : []));
}

const opened = new WeakMap<Uint8Array, string[]>();

/** `person-<id>/<key>` of every write that only its owner's next sign-in brings back. */
export function sealedKeys({ people }: Oracle, device: Device): string[] {
  return sealedPeople(device).flatMap((userId) => {
    const engine = device.disk.databases.get(`sealed-${userId}`)?.engine;
    const key = parseSealKey(people.get(userId)?.sealKey ?? '');
    if (!engine || !key || engine.isTransaction || !hasTable(engine, 'parcels')) return [];
    const boxes = ask(engine, 'SELECT box FROM parcels').map(({ box }) => box as Uint8Array);
    return boxes.flatMap((box) => keysIn(box, key, userId)).map((idempotencyKey) => `person-${userId}/${idempotencyKey}`);
  });
}

function keysIn(box: Uint8Array, key: Uint8Array, userId: string): string[] {
  const known = opened.get(box);
  if (known) return known;
  const work = JSON.parse(openBox(box, key, userId)) as { outbox: { idempotency_key: string }[] };
  const keys = work.outbox.map((row) => row.idempotency_key);
  opened.set(box, keys);
  return keys;
}
