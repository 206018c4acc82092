import { IDEMPOTENCY_KEY_HEADER } from '@haversack/contract';
import type { HttpReply, HttpRequest } from '../modules/infrastructure/models.ts';
import { enqueue, EVENTS_ENDPOINT, type OutboxWrite } from '../modules/offline_cache/outbox.ts';
import { push, type PushOutcome } from '../modules/offline_cache/push.ts';
import { type Core, jsonReply, openCore } from './open-core.ts';

export const JOIN_ENDPOINT = '/api/v1/content/my-units/1';

/** Keys of the events that a request carries; of another write, its own. */
export function keysOf({ body, headers, url }: HttpRequest): string[] {
  if (url !== EVENTS_ENDPOINT) return [headers?.[IDEMPOTENCY_KEY_HEADER] ?? ''];
  return (JSON.parse(body ?? '') as { items: { idempotency_key: string }[] }).items.map((item) => item.idempotency_key);
}

export function answerEvents(results: readonly object[], received: readonly object[] = []): HttpReply {
  return jsonReply({ results, received });
}

/** Takes everything. */
export function acceptAll(request: HttpRequest): HttpReply {
  const keys = keysOf(request);
  if (request.url !== EVENTS_ENDPOINT) return jsonReply(null, { [IDEMPOTENCY_KEY_HEADER]: keys[0] ?? '' });
  return answerEvents(keys.map((idempotency_key) => ({ idempotency_key, status: 'accepted', problem: null })));
}

export interface Sender extends Core {
  /** Keys of each request, in order. */
  sent: () => string[][];
  send: () => Promise<PushOutcome>;
  changes: () => number;
  rows: () => Promise<object[]>;
}

/** An outbox with these writes, by name, and a server that answers as it is told. An event's lane is its name unless said otherwise. */
export async function openSender(
  writes: readonly (string | (Partial<OutboxWrite> & { id: string }))[],
  answer: (request: HttpRequest) => HttpReply = acceptAll,
): Promise<Sender> {
  const core = await openCore(answer);
  for (const given of writes) {
    const write = typeof given === 'string' ? { id: given } : given;
    const rest = { lane: write.id, endpoint: EVENTS_ENDPOINT, method: 'POST', payload: { of: write.id } } as const;
    await enqueue(core.database, { ...rest, idempotencyKey: write.id, ...write }, core.clock.now());
  }
  let changes = 0;
  // The longest wait of each backoff, so that it can be told.
  const ids = { ...core.platform.ids, random: () => 1 };
  return {
    ...core,
    sent: () => core.network.log.map(keysOf),
    changes: () => changes,
    send: () => push({ ...core, ids, onChange: async () => void (changes += 1) }, core.signal),
    rows: () => core.database.all('SELECT id, state, attempts, last_error, next_attempt_at FROM outbox ORDER BY seq'),
  };
}
