import { IDEMPOTENCY_KEY_HEADER, PERSON_HEADER } from '@haversack/contract';
import { EVENTS_ENDPOINT, requestBodyOf } from './outbox.ts';
import type { TrayRow } from './tray-repo.ts';

/** Raised when a reader of the file must know of a change. */
const EXPORT_FORMAT = { format: 'haversack-unsent-writes', version: 1 } as const;

/**
 * All that somebody needs who sends these writes by hand: each `endpoint` below the server's address, with `method`, `headers` and
 * `body` as the app would send them, to which only a token is added. Nothing secret is in it. The keys are the writes' own, so what
 * was sent by hand and is sent by the device once more counts once (rules OB-8, LS-1).
 */
export function toExportFile(tray: readonly TrayRow[], personId: string, nowAt: number): { name: string; text: string } {
  const exportedAt = new Date(nowAt).toISOString();
  const file = {
    ...EXPORT_FORMAT,
    person_id: personId,
    exported_at: exportedAt,
    writes: tray.map((entry) => toExportedWrite(entry, personId)),
  };
  const stamp = exportedAt.slice(0, 19).replace('T', '-').replaceAll(':', '');
  return { name: `haversack-unsent-${stamp}.json`, text: `${JSON.stringify(file, null, 2)}\n` };
}

function toExportedWrite({ row, write, lastError, refusal }: TrayRow, personId: string) {
  const body = requestBodyOf([row]);
  return {
    state: write.state,
    created_at: new Date(write.createdAt).toISOString(),
    attempts: row.attempts,
    refusal,
    last_error: lastError,
    method: row.method,
    endpoint: row.endpoint,
    headers: {
      ...(body === null ? {} : { 'content-type': 'application/json' }),
      [PERSON_HEADER]: personId,
      ...(row.endpoint === EVENTS_ENDPOINT ? {} : { [IDEMPOTENCY_KEY_HEADER]: row.idempotencyKey }),
      ...row.headers,
    },
    idempotency_key: row.idempotencyKey,
    payload: write.payload,
    body,
  };
}
