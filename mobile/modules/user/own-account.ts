import { PERSON_HEADER, PersonalExport, type User } from '@haversack/contract';
import type { ApiFailure } from '../infrastructure/public.ts';
import type { UserServiceDeps } from './deps.ts';
import { depart, type Presence } from './departure.ts';
import type { AccountResult } from './models.ts';

/** Long enough for years of answers over a poor network. */
const EXPORT_TIMEOUT_MS = 10 * 60_000;
const FILE_NAME = 'haversack-my-data.json';

/** Fetches all that the server holds of the person and hands it over as a file (rule US-4). Changes nothing. */
export async function exportData({ api, platform }: UserServiceDeps, user: User): Promise<AccountResult> {
  const result = await api.call({
    method: 'GET',
    path: '/users/me/export',
    headers: headersOf(user),
    answer: PersonalExport,
    timeoutMs: EXPORT_TIMEOUT_MS,
  });
  if (result.kind !== 'ok') return toFault(result);
  try {
    await platform.fileExport.offer(FILE_NAME, JSON.stringify(result.body, null, 1));
    return { ok: true };
  } catch (error) {
    platform.logger.warn('the file with the person’s data could not be offered', { error: String(error) });
    return { ok: false, fault: 'not_offered', retryAfterSeconds: null };
  }
}

/**
 * Ends the account on the server, then signs out here and throws away what is unsent: nobody would take it any more. Where the answer is
 * lost nothing is taken from the device; a second try then says that the sign-in has ended.
 */
export async function deleteAccount(
  deps: UserServiceDeps,
  presence: Presence,
  user: User,
  password: string,
): Promise<AccountResult> {
  const path = '/users/me/delete';
  const result = await deps.api.call({ method: 'POST', path, headers: headersOf(user), body: { password }, answer: null });
  if (result.kind !== 'ok') return toFault(result);
  await depart(deps, presence, user, 'discard');
  return { ok: true };
}

/** In a browser the cookie may be another person's by now: theirs is neither shown nor deleted. */
const headersOf = (user: User): Record<string, string> => ({ [PERSON_HEADER]: user.id });

function toFault(failure: ApiFailure): AccountResult {
  const fault = (name: Extract<AccountResult, { ok: false }>['fault'], retryAfterMs: number | null = null): AccountResult => ({
    ok: false,
    fault: name,
    retryAfterSeconds: retryAfterMs === null ? null : Math.ceil(retryAfterMs / 1_000),
  });
  switch (failure.kind) {
    case 'offline':
      return fault('offline');
    case 'sign_in':
      return fault('sign_in');
    case 'try_later':
      return fault(failure.status === 429 ? 'rate_limited' : 'server_trouble', failure.retryAfterMs);
    case 'refused':
      return fault(failure.problem.code === 'wrong_password' ? 'wrong_password' : 'server_trouble');
    case 'not_ours':
      return fault('server_trouble');
  }
}
