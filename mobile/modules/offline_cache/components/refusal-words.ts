import type { I18n } from '../../ui_system/public.ts';
import type { RefusedWrite } from '../models.ts';

/** What the learner did, in words. */
export function writeWords(i18n: I18n, write: RefusedWrite): string {
  const { unitTitle } = write;
  const deed = deedWords(i18n, kindOf(write));
  return unitTitle === null ? deed : `${deed} · ${i18n.content(unitTitle)}`;
}

/** Why it was not taken, and the server's own words where it gave some. */
export function refusalWords(i18n: I18n, { code, detail }: RefusedWrite): string {
  const reason = reasonWords(i18n, code);
  return detail === null || detail === ''
    ? reason
    : i18n.t('{reason} It said: {detail}', { reason, detail: i18n.content(detail) });
}

/** Whether anything happens to it without the person. */
export function stateWords(i18n: I18n, { state }: RefusedWrite): string {
  return state === 'failing'
    ? i18n.t('It is kept, and tried again by itself.')
    : i18n.t('It is kept here and not sent again by itself. What you did after it is sent all the same.');
}

/** When it was made, and how often it was tried. */
export function triesWords(i18n: I18n, { createdAt, attempts, attemptedAt }: RefusedWrite, now: number): string {
  const done = i18n.t('Done {moment}', { moment: i18n.moment(createdAt, now) });
  if (attempts === 0 || attemptedAt === null) return done;
  const tried = i18n.t('{count, plural, one {tried # time, last {moment}} other {tried # times, last {moment}}}', {
    count: attempts,
    moment: i18n.moment(attemptedAt, now),
  });
  return `${done} · ${tried}`;
}

/** What is gone when it is discarded, and what is not. */
export function lossWords(i18n: I18n, write: RefusedWrite): string {
  const loss = lossOf(i18n, kindOf(write));
  const finality =
    write.state === 'failing'
      ? i18n.t('It cannot be brought back. Should the server have taken it already, it counts all the same.')
      : i18n.t('It exists on this device alone and cannot be brought back.');
  return `${loss} ${finality}`;
}

type Kind = 'joined' | 'left' | 'session_started' | 'exercise_answered' | 'session_completed' | 'withdrawn' | 'other';

function kindOf({ endpoint, method, payload }: RefusedWrite): Kind {
  if (endpoint.includes('/my-units')) return method === 'DELETE' ? 'left' : 'joined';
  const type = typeof payload === 'object' && payload !== null && 'type' in payload ? payload.type : null;
  return EVENT_KINDS.find((kind) => kind === type) ?? 'other';
}

const EVENT_KINDS: readonly Kind[] = ['session_started', 'exercise_answered', 'session_completed', 'withdrawn'];

function deedWords(i18n: I18n, kind: Kind): string {
  switch (kind) {
    case 'joined':
      return i18n.t('Adding a unit to yours');
    case 'left':
      return i18n.t('Taking a unit from yours');
    case 'session_started':
      return i18n.t('Beginning a lesson');
    case 'exercise_answered':
      return i18n.t('An answer');
    case 'session_completed':
      return i18n.t('Finishing a lesson');
    case 'withdrawn':
      return i18n.t('Saying what you discarded');
    case 'other':
      return i18n.t('A change');
  }
}

function lossOf(i18n: I18n, kind: Kind): string {
  switch (kind) {
    case 'joined':
    case 'left':
      return i18n.t('Your units will be what the server has.');
    case 'session_started':
      return i18n.t('The beginning of this lesson will not count.');
    case 'exercise_answered':
      return i18n.t('Your answer is lost and will not count.');
    case 'session_completed':
      return i18n.t('The lesson will not count as finished.');
    case 'withdrawn':
      return i18n.t('The server will go on asking for it.');
    case 'other':
      return i18n.t('It is lost.');
  }
}

function reasonWords(i18n: I18n, code: string): string {
  switch (code) {
    case 'try_later':
      return i18n.t('The server has trouble with it each time.');
    case 'not_ours':
      return i18n.t('Something between you and the server answered instead of it, perhaps the sign-in page of a Wi-Fi network.');
    case 'not_answered':
      return i18n.t('The server answered, but not about this.');
    case 'unit_deleted':
      return i18n.t('The unit was removed from the server.');
    case 'not_found':
      return i18n.t('The server does not know what this is about.');
    case 'forbidden':
      return i18n.t('This account may not do that.');
    case 'version_conflict':
      return i18n.t('It was changed elsewhere in the meantime.');
    case 'payload_too_large':
      return i18n.t('It is too large for the server.');
    case 'invalid_request':
    case 'invalid_body':
      return i18n.t('The server could not read it. Perhaps the app needs an update.');
    case 'idempotency_key_reused':
      return i18n.t('The server has another change under the same key.');
    default:
      return i18n.t('The server did not take it.');
  }
}
