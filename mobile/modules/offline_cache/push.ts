import { API_BASE_PATH, type EventResult, LIMITS, type Problem, PushEventsResponse } from '@haversack/contract';
import {
  type ApiClient,
  type ApiFailure,
  backoffDelayMs,
  type Clock,
  type Database,
  type Ids,
  throwIfAborted,
} from '../infrastructure/public.ts';
import { requeueMissing } from './events-repo.ts';
import { readMetadataNumber, writeMetadata } from './metadata.ts';
import {
  confirm,
  EVENTS_ENDPOINT,
  hasFailedWaiting,
  nextBatch,
  type OutboxError,
  type OutboxRow,
  postpone,
  refuse,
  type Refusal,
  requestBodyOf,
} from './outbox.ts';

export interface PushDeps {
  database: Database;
  api: ApiClient;
  clock: Clock;
  ids: Ids;
  /** Called after each commit that changed the outbox. */
  onChange: () => Promise<void>;
}
/** `stuck`: something is left that may not be tried now; `retryAfterMs` is the server's own wish. */
export type PushOutcome =
  | { kind: 'done' }
  | { kind: 'stuck'; error: 'offline' | 'server_trouble' | 'sign_in' | 'not_ours'; retryAfterMs: number | null };

/** So many writes in a row that fail alone, and the server is taken for ill rather than the writes. */
const FAILURES_THAT_END_A_RUN = 3;

/** How one run goes on after a request. */
interface Run {
  deps: PushDeps;
  signal: AbortSignal;
  /** Halved while a batch fails as a whole, so that one poisoned write is found and the rest gets through; doubled by success. */
  maxItems: number;
  /** Lower than the contract's where the link is too slow for a full batch (rule OB-9). */
  itemLimit: number;
  failuresInARow: number;
  /** Events put back because the server said that it lacks them; once a run, lest a wrong server makes it endless. */
  requeued: Set<string>;
}

/** Sends until the outbox is empty or nothing in it may be tried now (rule SY-2). Aborting stops it between two requests. */
export async function push(deps: PushDeps, signal: AbortSignal): Promise<PushOutcome> {
  const itemLimit = (await readMetadataNumber(deps.database, 'push:batch_limit')) ?? LIMITS.eventBatchMaxItems;
  const run: Run = { deps, signal, maxItems: itemLimit, itemLimit, failuresInARow: 0, requeued: new Set() };
  for (;;) {
    throwIfAborted(signal);
    const batch = await nextBatch(deps.database, deps.clock.now(), run.maxItems);
    const [first] = batch;
    if (!first) return endOf(run);
    const stop = first.endpoint === EVENTS_ENDPOINT ? await sendEvents(run, batch) : await sendAlone(run, first);
    await deps.onChange();
    if (stop) return stop;
  }
}

/** What failed by itself and waits makes no success: a queue that stands still is said (rule OB-9). */
async function endOf({ deps: { database }, itemLimit }: Run): Promise<PushOutcome> {
  if (await hasFailedWaiting(database)) return { kind: 'stuck', error: 'server_trouble', retryAfterMs: null };
  if (itemLimit < LIMITS.eventBatchMaxItems) await writeMetadata(database, 'push:batch_limit', null);
  return { kind: 'done' };
}

async function sendEvents(run: Run, batch: readonly OutboxRow[]): Promise<PushOutcome | null> {
  const result = await run.deps.api.call({
    method: 'POST',
    path: EVENTS_ENDPOINT.slice(API_BASE_PATH.length),
    body: requestBodyOf(batch),
    answer: PushEventsResponse,
    signal: run.signal,
    timeoutMs: 60_000,
  });
  if (result.kind !== 'ok') return fail(run, batch, result);
  const { results, received } = result.body;
  await settleItems(run, batch, results, result.feedId);
  run.maxItems = Math.min(run.itemLimit, run.maxItems * 2);
  run.failuresInARow = 0;
  await requeueMissing(run.deps.database, received, run.requeued, run.deps.clock.now());
  return null;
}

/** Each item stands alone; one that the answer does not name was not answered. */
async function settleItems(
  run: Run,
  batch: readonly OutboxRow[],
  results: readonly EventResult[],
  feedId: string,
): Promise<void> {
  const { database, clock, ids } = run.deps;
  const resultsByKey = new Map(results.map((result) => [result.idempotency_key, result]));
  const confirmed: string[] = [];
  const refused: { seq: number; refusal: Refusal }[] = [];
  const unanswered: OutboxRow[] = [];
  for (const row of batch) {
    const result = resultsByKey.get(row.idempotencyKey);
    if (result?.status === 'accepted' || result?.status === 'duplicate') confirmed.push(row.idempotencyKey);
    else if (result && isFinal(result.problem)) refused.push({ seq: row.seq, refusal: toRefusal(result.problem) });
    else unanswered.push(row);
  }
  const nowAt = clock.now();
  await database.transaction(async (tx) => {
    await confirm(tx, confirmed, feedId);
    await refuse(tx, refused, nowAt);
    for (const row of unanswered) {
      const delayMs = backoffDelayMs(row.attempts + 1, ids.random());
      await postpone(tx, [row.seq], { error: 'not_answered', nowAt, delayMs });
    }
  });
}

async function sendAlone(run: Run, row: OutboxRow): Promise<PushOutcome | null> {
  const body = requestBodyOf([row]);
  const result = await run.deps.api.call({
    method: row.method,
    path: row.endpoint.slice(API_BASE_PATH.length),
    ...(body === null ? {} : { body }),
    answer: null,
    headers: row.headers,
    idempotencyKey: row.idempotencyKey,
    signal: run.signal,
  });
  if (result.kind !== 'ok') return fail(run, [row], result);
  if (result.echoedKey !== row.idempotencyKey) return fail(run, [row], { kind: 'not_ours', status: 200 });
  await run.deps.database.transaction((tx) => confirm(tx, [row.idempotencyKey], result.feedId));
  run.failuresInARow = 0;
  return null;
}

/** A request that failed as a whole. Null: go on with what may still be tried. */
async function fail(run: Run, batch: readonly OutboxRow[], failure: ApiFailure): Promise<PushOutcome | null> {
  switch (failure.kind) {
    case 'offline':
      return { kind: 'stuck', error: 'offline', retryAfterMs: null };
    case 'sign_in':
      return { kind: 'stuck', error: 'sign_in', retryAfterMs: null };
    case 'refused':
      return failRefused(run, batch, failure.problem);
    case 'not_ours':
      if (failure.status === 413 && halve(run, batch)) return null;
      await postponeBatch(run, batch, 'not_ours');
      return { kind: 'stuck', error: 'not_ours', retryAfterMs: null };
    case 'try_later':
      if (failure.status === 500 && failure.retryAfterMs === null) return failAlone(run, batch);
      await postponeBatch(run, batch, 'try_later');
      // No answer in time: what is too much for this link never gets through, however often; half of it may.
      if (failure.status === null && batch.length > 1) {
        await writeMetadata(run.deps.database, 'push:batch_limit', Math.ceil(batch.length / 2));
      }
      return { kind: 'stuck', error: 'server_trouble', retryAfterMs: failure.retryAfterMs };
  }
}

/** Faults that one item of a batch can bring upon the others: looked for by halving. */
const ITEM_FAULT_STATUSES: ReadonlySet<number> = new Set([400, 413, 422]);

async function failRefused(run: Run, batch: readonly OutboxRow[], problem: Problem): Promise<null> {
  if (ITEM_FAULT_STATUSES.has(problem.status) && halve(run, batch)) return null;
  const refusals = batch.map(({ seq }) => ({ seq, refusal: toRefusal(problem) }));
  await run.deps.database.transaction((tx) => refuse(tx, refusals, run.deps.clock.now()));
  return null;
}

/** A 500 may be one write's doing: it is looked for, waits by itself, and the others go on. */
async function failAlone(run: Run, batch: readonly OutboxRow[]): Promise<PushOutcome | null> {
  if (halve(run, batch)) return null;
  await postponeBatch(run, batch, 'try_later');
  run.failuresInARow += 1;
  return run.failuresInARow < FAILURES_THAT_END_A_RUN ? null : { kind: 'stuck', error: 'server_trouble', retryAfterMs: null };
}

function halve(run: Run, batch: readonly OutboxRow[]): boolean {
  if (batch.length <= 1) return false;
  run.maxItems = Math.ceil(batch.length / 2);
  return true;
}

async function postponeBatch(run: Run, batch: readonly OutboxRow[], error: OutboxError): Promise<void> {
  const { database, clock, ids } = run.deps;
  const delayMs = backoffDelayMs((batch[0]?.attempts ?? 0) + 1, ids.random());
  const seqs = batch.map(({ seq }) => seq);
  await database.transaction((tx) => postpone(tx, seqs, { error, nowAt: clock.now(), delayMs }));
}

/** A problem that trying again cannot mend. An item may be told "later" too. */
function isFinal(problem: Problem | null): boolean {
  return problem === null || (problem.status < 500 && problem.status !== 408 && problem.status !== 425 && problem.status !== 429);
}

function toRefusal(problem: Problem | null): Refusal {
  return { code: problem?.code ?? 'refused', detail: problem?.detail ?? problem?.title ?? null };
}
