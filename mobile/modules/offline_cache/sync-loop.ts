import {
  type ApiClient,
  type ApiFailure,
  type Clock,
  type Database,
  type Ids,
  isWaitOver,
  type Logger,
  type Platform,
  throwIfAborted,
} from '../infrastructure/public.ts';
import { pullEvents } from './events-pull.ts';
import { readMetadata, readMetadataNumber, writeMetadata } from './metadata.ts';
import type { SyncError } from './models.ts';
import { forgetBackoff } from './outbox.ts';
import { pull } from './pull.ts';
import { push, type PushOutcome } from './push.ts';
import type { SupportedSchemas } from './stubs-repo.ts';

/** Why a sync runs. `write` and `timer` only send while the last pull is fresh, and respect backoff; a person or the network does not. */
export type SyncTrigger = 'start' | 'foreground' | 'online' | 'user' | 'write' | 'timer' | 'empty';

/** After this long, a write is reason enough to look for news too. */
const PULL_WITH_WRITE_AFTER_MS = 5 * 60_000;

export interface SyncLoopDeps {
  database: Database;
  api: ApiClient;
  clock: Clock;
  ids: Ids;
  logger: Logger;
  createSha256: Platform['createSha256'];
  schemas: SupportedSchemas;
  /** Purge of what the app no longer plays, stubs tried again, files swept (rules SV-1 to SV-3). */
  afterPull: (signal: AbortSignal) => Promise<void>;
  /** Downloaded units that changed go into the queue; the queue is worked off. */
  refreshDownloads: (isFresh: boolean) => Promise<void>;
  onPage: () => void;
  onOutboxChange: () => Promise<void>;
  onProgress: () => void;
  /** Aborted on sign-out: what is under way stops, and nothing of it lands afterwards (rule SY-5). */
  signal: AbortSignal;
}
/** Nothing is sent while the server's `Retry-After` lasts, whatever the trigger (rule OB-4); what is new is asked for all the same. */
const PATIENT: PushOutcome = { kind: 'stuck', error: 'server_trouble', retryAfterMs: null };

/** `skipped`: the server asked for patience, and nobody asked for news. */
export type LoopResult = { kind: 'skipped' } | LoopEnd;

/** `hasPulled`: units and events were both followed to their ends. */
export interface LoopEnd {
  kind: 'ended';
  error: SyncError | null;
  hasPulled: boolean;
}

/** Push until empty or stuck, then pull to the end, purge, refresh downloads; trouble in push does not prevent pull (rule SY-2). */
export async function runLoop(deps: SyncLoopDeps, triggers: ReadonlySet<SyncTrigger>): Promise<LoopResult> {
  const { database, clock, signal } = deps;
  const isUrgent = triggers.has('user') || triggers.has('online') || triggers.has('foreground') || triggers.has('start');
  const mayPush = (await patienceLeftMs(database, clock.now())) === 0;
  if (!mayPush && !isUrgent) return { kind: 'skipped' };
  // A device that can write nothing more sends what it has all the same (rule DL-7).
  if (isUrgent) await forgetBackoff(database).catch(() => undefined);
  const pushed = mayPush ? await push({ ...deps, onChange: deps.onOutboxChange }, signal) : PATIENT;
  if (pushed.kind === 'stuck') await notePatience(deps, pushed);
  // Neither a dead token nor a dead line is better for the pull.
  if (pushed.kind === 'stuck' && (pushed.error === 'sign_in' || pushed.error === 'offline')) return ended(pushed.error);
  if ([...triggers].every((trigger) => trigger === 'write' || trigger === 'timer') && (await isFreshlyPulled(deps))) {
    return ended(errorOf(pushed));
  }

  const pulled = await pull({ ...deps, trustsAgreement: !triggers.has('user') }, signal);
  if (pulled.kind === 'failed') return ended(errorOf(pushed) ?? failureToError(pulled.failure));
  const eventsFailure = await pullEvents(
    { ...deps, onPage: async () => void (await deps.onOutboxChange(), deps.onProgress()) },
    signal,
  );
  await deps.afterPull(signal);
  throwIfAborted(signal);
  await deps.refreshDownloads(isUrgent);
  if (eventsFailure) return ended(errorOf(pushed) ?? failureToError(eventsFailure));
  // A restored server may have given work back to the outbox.
  const again = pushed.kind === 'done' ? await push({ ...deps, onChange: deps.onOutboxChange }, signal) : pushed;
  const trouble = pulled.kind === 'differs' ? 'server_trouble' : pulled.isRepaired ? 'repaired' : null;
  return ended(errorOf(again) ?? trouble, true);
}

function ended(error: SyncError | null, hasPulled = false): LoopEnd {
  return { kind: 'ended', error, hasPulled };
}

function errorOf(outcome: PushOutcome): SyncError | null {
  return outcome.kind === 'stuck' ? outcome.error : null;
}

function failureToError(failure: ApiFailure): SyncError {
  switch (failure.kind) {
    case 'offline':
    case 'sign_in':
    case 'not_ours':
      return failure.kind;
    case 'try_later':
    case 'refused':
      return 'server_trouble';
  }
}

/** And nothing has gone wrong since. */
async function isFreshlyPulled({ database, clock }: SyncLoopDeps): Promise<boolean> {
  if (((await readMetadataNumber(database, 'sync:failures')) ?? 0) > 0) return false;
  const pulledAt = await readMetadataNumber(database, 'last_pull:units');
  return pulledAt !== null && !isWaitOver(clock.now(), pulledAt, pulledAt + PULL_WITH_WRITE_AFTER_MS);
}

/** How long the server still wants to be left alone; 0: not at all. */
export async function patienceLeftMs(database: Database, nowAt: number): Promise<number> {
  const [sinceAt = 0, untilAt = 0] = ((await readMetadata(database, 'push:retry_after')) ?? '0,0').split(',').map(Number);
  return isWaitOver(nowAt, sinceAt, untilAt) ? 0 : untilAt - nowAt;
}

/** `Retry-After` holds for every trigger, also for "Sync now" (rule OB-4). */
async function notePatience({ database, clock }: SyncLoopDeps, pushed: PushOutcome): Promise<void> {
  if (pushed.kind !== 'stuck' || pushed.retryAfterMs === null) return;
  await writeMetadata(database, 'push:retry_after', `${clock.now()},${clock.now() + pushed.retryAfterMs}`);
}
