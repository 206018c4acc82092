import type { User } from '@haversack/contract';
import type { UserServiceDeps } from './deps.ts';
import { markForPurge, PERSON_KEY, readPerson, readPurges, readSealKey, SEAL_KEY, TOKEN_KEY, unmarkPurge } from './marks.ts';
import type { SignOutChoice, SignOutResult } from './models.ts';

/** What the service does with who is here. */
export interface Presence {
  /** Opens, or opens again, what belongs to this person. */
  open(user: User): Promise<void>;
  /** Says that nobody is signed in. */
  clear(): Promise<void>;
}

/**
 * Stop, seal, mark, forget, purge: in this order, so that death between any two steps leaves the work in clear, or sealed, or both, and
 * never neither. Before the mark the person is still signed in at the next start, and a parcel that was made melts back into the rows
 * it was made from; after it the next start carries the sign-out to its end.
 */
export async function depart(
  deps: UserServiceDeps,
  presence: Presence,
  user: User,
  choice: SignOutChoice,
): Promise<SignOutResult> {
  const { things } = deps;
  const { secureStore } = deps.platform;
  const sealKey = await readSealKey(secureStore, user.id);
  // Nothing is marked for purging before this tab or app has closed it: where another has taken over, this throws and all stays.
  const count = await things.leave(user.id).catch(async (error: unknown) => {
    await stay(deps, presence, user);
    throw error;
  });
  // Written after what was sent had been counted, or not to be kept without a key: asked again rather than thrown away (rule AU-2).
  if (count > 0 && (choice === 'send_first' || (choice === 'keep' && sealKey === null))) {
    await stay(deps, presence, user);
    return { kind: 'unsent', count, canKeep: sealKey !== null };
  }
  try {
    if (choice === 'keep' && count > 0 && sealKey !== null) await things.seal(user.id, sealKey);
    await markForPurge(secureStore, user.id);
    await secureStore.remove(PERSON_KEY);
  } catch (error) {
    await stay(deps, presence, user);
    throw error;
  }
  things.dismiss();
  await presence.clear();
  await tellServer(deps);
  const mine = (await finishPurges(deps)).get(user.id);
  if (mine !== undefined) throw mine;
  return { kind: 'signed_out' };
}

/** The sign-out came to nothing: what it has marked for purging is not, before new work is done there. */
async function stay({ platform: { secureStore } }: UserServiceDeps, presence: Presence, user: User): Promise<void> {
  if ((await readPurges(secureStore)).includes(user.id)) {
    await secureStore.set(PERSON_KEY, JSON.stringify(user));
    await unmarkPurge(secureStore, user.id);
  }
  await presence.open(user);
}

/** Best effort and short: the device forgets its token in any case. */
async function tellServer({ api, identity, platform: { logger } }: UserServiceDeps): Promise<void> {
  const told = await api.call({ method: 'POST', path: '/users/sign-out', answer: null, timeoutMs: 5_000 });
  if (told.kind !== 'ok') logger.warn('the server was not told of the sign-out', { outcome: told.kind });
  identity.token = null;
  identity.personId = null;
}

/** Each alone: one whose files are held must not keep another's from going. Returns what went wrong, by person. */
async function finishPurges({ platform: { secureStore }, things }: UserServiceDeps): Promise<Map<string, Error>> {
  const userIds = await readPurges(secureStore);
  const person = await readPerson(secureStore);
  // Where somebody else has signed in since, token and key are theirs; where nobody has, a sign-in that came to nothing may have left some.
  if (person === null || userIds.includes(person.id)) {
    for (const key of [PERSON_KEY, TOKEN_KEY, SEAL_KEY]) await secureStore.remove(key);
  }
  const faults = new Map<string, Error>();
  for (const userId of userIds) {
    await things.purge(userId).then(
      () => unmarkPurge(secureStore, userId),
      (error: unknown) => void faults.set(userId, error instanceof Error ? error : new Error(String(error))),
    );
  }
  return faults;
}

/** A file that does not go must not keep the app, or the next person, out; it is tried again each time. */
export async function tryFinishPurge(deps: UserServiceDeps): Promise<void> {
  const warn = (error: unknown): void =>
    deps.platform.logger.warn('what was signed out is not all gone yet', { error: String(error) });
  await finishPurges(deps).then((faults) => faults.forEach(warn), warn);
}
