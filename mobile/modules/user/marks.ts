import { User } from '@haversack/contract';
import { Value } from 'typebox/value';
import type { SecureStore } from '../infrastructure/public.ts';
import { parseSealKey, type SealKey } from './sealed-box.ts';

export const PERSON_KEY = 'haversack.person';
export const TOKEN_KEY = 'haversack.token';
/** The person's seal key with their id: a key left over from somebody else must seal nothing. */
export const SEAL_KEY = 'haversack.seal_key';
/**
 * Ids of people whose purge has begun and not ended, with a space between: one that was cut short, or that a file stood in the way of,
 * is brought to its end whoever signs in or out meanwhile.
 */
const PURGE_KEY = 'haversack.purge';

/** Who is signed in on this device. */
export async function readPerson(secureStore: SecureStore): Promise<User | null> {
  const stored = await secureStore.get(PERSON_KEY);
  const user: unknown = stored === null ? null : JSON.parse(stored);
  return Value.Check(User, user) ? user : null;
}

export async function keepSealKey(secureStore: SecureStore, personId: string, base64: string): Promise<void> {
  await secureStore.set(SEAL_KEY, `${personId} ${base64}`);
}

/** Null for a person who was signed in by a version of the app that kept no key, until they sign in again. */
export async function readSealKey(secureStore: SecureStore, personId: string): Promise<SealKey | null> {
  const [ownerId, base64] = ((await secureStore.get(SEAL_KEY)) ?? '').split(' ');
  return ownerId === personId && base64 !== undefined ? parseSealKey(base64) : null;
}

export async function readPurges(secureStore: SecureStore): Promise<string[]> {
  return ((await secureStore.get(PURGE_KEY)) ?? '').split(' ').filter((userId) => userId !== '');
}

export async function markForPurge(secureStore: SecureStore, userId: string): Promise<void> {
  const others = (await readPurges(secureStore)).filter((other) => other !== userId);
  await secureStore.set(PURGE_KEY, [...others, userId].join(' '));
}

export async function unmarkPurge(secureStore: SecureStore, userId: string): Promise<void> {
  const purges = await readPurges(secureStore);
  const others = purges.filter((other) => other !== userId);
  if (others.length === purges.length) return;
  if (others.length === 0) await secureStore.remove(PURGE_KEY);
  else await secureStore.set(PURGE_KEY, others.join(' '));
}
