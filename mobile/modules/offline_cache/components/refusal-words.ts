import { formatCount, formatMoment } from '../../ui_system/public.ts';
import type { RefusedWrite } from '../models.ts';

/** What the learner did, in words. */
export function writeWords(write: RefusedWrite): string {
  const { unitTitle } = write;
  const deed = DEEDS[kindOf(write)];
  return unitTitle === null ? deed : `${deed} · ${unitTitle}`;
}

/** Why it was not taken, and the server's own words where it gave some. */
export function refusalWords({ code, detail }: RefusedWrite): string {
  const reason = REASONS[code] ?? 'The server did not take it.';
  return detail === null || detail === '' ? reason : `${reason} It said: ${detail}`;
}

/** Whether anything happens to it without the person. */
export function stateWords({ state }: RefusedWrite): string {
  return state === 'failing'
    ? 'It is kept, and tried again by itself.'
    : 'It is kept here and not sent again by itself. What you did after it is sent all the same.';
}

/** When it was made, and how often it was tried. */
export function triesWords({ createdAt, attempts, attemptedAt }: RefusedWrite, now: number): string {
  const done = `Done ${formatMoment(createdAt, now)}`;
  if (attempts === 0 || attemptedAt === null) return done;
  return `${done} · tried ${formatCount(attempts, 'time', 'times')}, last ${formatMoment(attemptedAt, now)}`;
}

/** What is gone when it is discarded, and what is not. */
export function lossWords(write: RefusedWrite): string {
  const loss = LOSSES[kindOf(write)];
  return write.state === 'failing'
    ? `${loss} It cannot be brought back. Should the server have taken it already, it counts all the same.`
    : `${loss} It exists on this device alone and cannot be brought back.`;
}

type Kind = 'joined' | 'left' | 'session_started' | 'exercise_answered' | 'session_completed' | 'withdrawn' | 'other';

function kindOf({ endpoint, method, payload }: RefusedWrite): Kind {
  if (endpoint.includes('/my-units')) return method === 'DELETE' ? 'left' : 'joined';
  const type = typeof payload === 'object' && payload !== null && 'type' in payload ? payload.type : null;
  return EVENT_KINDS.find((kind) => kind === type) ?? 'other';
}

const EVENT_KINDS: readonly Kind[] = ['session_started', 'exercise_answered', 'session_completed', 'withdrawn'];

const DEEDS: Readonly<Record<Kind, string>> = {
  joined: 'Adding a unit to yours',
  left: 'Taking a unit from yours',
  session_started: 'Beginning a lesson',
  exercise_answered: 'An answer',
  session_completed: 'Finishing a lesson',
  withdrawn: 'Saying what you discarded',
  other: 'A change',
};

const LOSSES: Readonly<Record<Kind, string>> = {
  joined: 'Your units will be what the server has.',
  left: 'Your units will be what the server has.',
  session_started: 'The beginning of this lesson will not count.',
  exercise_answered: 'Your answer is lost and will not count.',
  session_completed: 'The lesson will not count as finished.',
  withdrawn: 'The server will go on asking for it.',
  other: 'It is lost.',
};

const REASONS: Readonly<Record<string, string>> = {
  try_later: 'The server has trouble with it each time.',
  not_ours: 'Something between you and the server answered instead of it, perhaps the sign-in page of a Wi-Fi network.',
  not_answered: 'The server answered, but not about this.',
  unit_deleted: 'The unit was removed from the server.',
  not_found: 'The server does not know what this is about.',
  forbidden: 'This account may not do that.',
  version_conflict: 'It was changed elsewhere in the meantime.',
  payload_too_large: 'It is too large for the server.',
  invalid_request: 'The server could not read it. Perhaps the app needs an update.',
  invalid_body: 'The server could not read it. Perhaps the app needs an update.',
  idempotency_key_reused: 'The server has another change under the same key.',
};
