import { User } from '@haversack/contract';
import { Value } from 'typebox/value';
import type { SecureStore } from '../infrastructure/public.ts';
import { parseSealKey, type SealKey } from './sealed-box.ts';

export const PERSON_KEY = 'haversack.person';
export const TOKEN_KEY = 'haversack.token';
/** The person's seal key with their id: a key left over from somebody else must seal nothing. */
export const SEAL_KEY = 'haversack.seal_key';
/** Set before a purge begins and removed when it has ended, so that one that was cut short is brought to its end. */
export const PURGE_KEY = 'haversack.purge';

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
