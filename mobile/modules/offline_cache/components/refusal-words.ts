import type { RefusedWrite } from '../models.ts';

/** What the learner did, in words. */
export function writeWords({ endpoint, payload }: RefusedWrite): string {
  if (endpoint.includes('/my-units')) return 'A change of your units';
  switch (eventType(payload)) {
    case 'session_started':
      return 'Beginning a lesson';
    case 'exercise_answered':
      return 'An answer';
    case 'session_completed':
      return 'Finishing a lesson';
    default:
      return 'A change';
  }
}

/** Why it was not taken, and the server's own words where it gave some. */
export function refusalWords({ code, detail }: RefusedWrite): string {
  const reason = REASONS[code] ?? 'The server did not take it.';
  return detail === null || detail === '' ? reason : `${reason} It said: ${detail}`;
}

const REASONS: Readonly<Record<string, string>> = {
  unit_deleted: 'The unit was removed from the server.',
  not_found: 'The server does not know what this is about.',
  forbidden: 'This account may not do that.',
  version_conflict: 'It was changed elsewhere in the meantime.',
  payload_too_large: 'It is too large for the server.',
  invalid_request: 'The server could not read it. Perhaps the app needs an update.',
  invalid_body: 'The server could not read it. Perhaps the app needs an update.',
  idempotency_key_reused: 'The server has another change under the same key.',
};

function eventType(payload: unknown): unknown {
  return typeof payload === 'object' && payload !== null && 'type' in payload ? payload.type : null;
}
