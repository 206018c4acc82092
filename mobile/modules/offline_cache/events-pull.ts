import { LIMITS, StoredEvent } from '@haversack/contract';
import Type, { type Static } from 'typebox';
import { Value } from 'typebox/value';
import {
  type ApiClient,
  type ApiFailure,
  type Clock,
  type Database,
  type Logger,
  throwIfAborted,
  withQuery,
} from '../infrastructure/public.ts';
import { isAnyConfirmedElsewhere, mergePulledEvents, requeueUnknownTo } from './events-repo.ts';
import { readMetadata, writeMetadata } from './metadata.ts';

export interface EventsPullDeps {
  database: Database;
  api: ApiClient;
  clock: Clock;
  logger: Logger;
  onPage: () => Promise<void>;
}

/** Events are checked one by one: one that this app cannot read does not keep the others back. */
const Envelope = Type.Object({ events: Type.Array(Type.Unknown()), cursor: Type.String(), has_more: Type.Boolean() });

type EventsPage = Static<typeof Envelope>;

/**
 * Brings the person's own events of every device here (rule LS-6), each page with its cursor in one transaction. On another feed than
 * last time it begins anew, and what that feed lacks of this device's work goes back into the outbox. Null when the end was reached.
 */
export async function pullEvents(deps: EventsPullDeps, signal: AbortSignal): Promise<ApiFailure | null> {
  let hasStartedAnew = false;
  for (;;) {
    throwIfAborted(signal);
    const since = await readMetadata(deps.database, 'cursor:events');
    const path = withQuery('/learning_session/events', { limit: LIMITS.eventPageMaxItems, since });
    const result = await deps.api.call({ method: 'GET', path, answer: Envelope, signal, timeoutMs: 60_000 });
    throwIfAborted(signal);
    const isAnotherFeed = result.kind === 'ok' && since !== null && (await isNewFeed(deps.database, result.feedId));
    const isLost =
      result.kind === 'refused' && since !== null && (result.problem.status === 400 || result.problem.status === 410);
    if (isAnotherFeed || isLost) {
      if (hasStartedAnew) return { kind: 'not_ours', status: 200 };
      hasStartedAnew = true;
      await writeMetadata(deps.database, 'cursor:events', null);
      continue;
    }
    if (result.kind !== 'ok') return result;
    if (since === result.body.cursor && (await isNothingNew(deps.database, result.body, result.feedId))) return null;
    await applyEvents(deps, result.body, result.feedId);
    await deps.onPage();
    if (!result.body.has_more) return null;
    if (result.body.cursor === since) return { kind: 'not_ours', status: 200 };
  }
}

/**
 * An answer to a push may come after the first pull from a restored server, and say of what the old one took that it is confirmed: so
 * it is looked at each time whether all is confirmed by this one.
 */
async function isNothingNew(database: Database, { events, has_more }: EventsPage, feedId: string): Promise<boolean> {
  return events.length === 0 && !has_more && !(await isAnyConfirmedElsewhere(database, feedId));
}

async function isNewFeed(database: Database, feedId: string): Promise<boolean> {
  return (await readMetadata(database, 'events_feed_id')) !== feedId;
}

async function applyEvents({ database, clock, logger }: EventsPullDeps, page: EventsPage, feedId: string): Promise<void> {
  const events = page.events.filter((event): event is StoredEvent => Value.Check(StoredEvent, event));
  if (events.length < page.events.length) logger.warn('events were not readable', { count: page.events.length - events.length });
  await database.transaction(async (tx) => {
    await mergePulledEvents(tx, events, feedId, clock.now());
    await writeMetadata(tx, 'cursor:events', page.cursor);
    await writeMetadata(tx, 'events_feed_id', feedId);
    if (page.has_more) return;
    await requeueUnknownTo(tx, feedId, clock.now());
    await writeMetadata(tx, 'last_pull:events', clock.now());
  });
}
