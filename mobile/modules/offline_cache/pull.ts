import { Digest, LIMITS, SyncEnvelope } from '@haversack/contract';
import {
  type ApiClient,
  type ApiFailure,
  type Clock,
  type Database,
  isWaitOver,
  type Logger,
  type Platform,
  throwIfAborted,
  withQuery,
} from '../infrastructure/public.ts';
import { computeDigest } from './digest.ts';
import { readMetadata, readMetadataNumber, writeMetadata } from './metadata.ts';
import { applyPage, isNothingNew } from './page.ts';
import type { SupportedSchemas } from './stubs-repo.ts';

export interface PullDeps {
  database: Database;
  api: ApiClient;
  clock: Clock;
  logger: Logger;
  createSha256: Platform['createSha256'];
  schemas: SupportedSchemas;
  /** Called after each page is committed. */
  onPage: () => void;
  /** A sync that nobody asked for need not compare again what agreed a while ago and has had no news since. */
  trustsAgreement?: boolean;
}
/** `differs`: the feed was followed to its end, and not even a full pull makes the digests agree. */
export type PullOutcome = { kind: 'done'; isRepaired: boolean } | { kind: 'differs' } | { kind: 'failed'; failure: ApiFailure };

/** Follows the feed to its end, then compares digests; a difference is mended by one full pull (rules OC-4, SY-7). */
export async function pull(deps: PullDeps, signal: AbortSignal): Promise<PullOutcome> {
  const cursorBefore = await readMetadata(deps.database, 'cursor:units');
  const failure = await followFeed(deps, signal);
  if (failure) return { kind: 'failed', failure };
  if (deps.trustsAgreement && (await hasJustAgreed(deps, cursorBefore))) return { kind: 'done', isRepaired: false };
  if (await isSameAsServer(deps, signal)) return { kind: 'done', isRepaired: false };
  if (await hasGivenUp(deps)) return { kind: 'differs' };
  // A unit that was fetched by itself meanwhile may be ahead of the cursor; its news is cheaper than everything anew.
  const newsFailure = await followFeed(deps, signal);
  if (newsFailure) return { kind: 'failed', failure: newsFailure };
  if (await isSameAsServer(deps, signal)) return { kind: 'done', isRepaired: false };
  deps.logger.warn('the catalogue differed from the server’s and is pulled anew');
  await deps.database.transaction(async (tx) => {
    await beginFullPull(tx);
    await writeMetadata(tx, 'digest_repairs', ((await readMetadataNumber(tx, 'digest_repairs')) ?? 0) + 1);
  });
  const secondFailure = await followFeed(deps, signal);
  if (secondFailure) return { kind: 'failed', failure: secondFailure };
  if (await isSameAsServer(deps, signal)) return { kind: 'done', isRepaired: true };
  deps.logger.warn('the catalogue still differs from the server’s after a full pull');
  const cursor = await readMetadata(deps.database, 'cursor:units');
  await writeMetadata(deps.database, 'digest_given_up_at', `${deps.clock.now()},${String(cursor)}`);
  return { kind: 'differs' };
}

/** A full pull in vain is not repeated with every sync; but whatever stood in its way (a proxy with old answers) may be gone by then. */
const REPAIR_AGAIN_AFTER_MS = 30 * 60_000;

async function hasGivenUp({ database, clock }: PullDeps): Promise<boolean> {
  const [givenUpAt, cursor] = ((await readMetadata(database, 'digest_given_up_at')) ?? '').split(',');
  if (cursor !== (await readMetadata(database, 'cursor:units'))) return false;
  return !isWaitOver(clock.now(), Number(givenUpAt), Number(givenUpAt) + REPAIR_AGAIN_AFTER_MS);
}

/**
 * Both sides are as they were when they agreed, and on the phone comparing costs a hash for every unit. A row that went wrong by itself
 * is found with the next news, within the hour, or by "Sync now".
 */
const COMPARE_AGAIN_AFTER_MS = 60 * 60_000;

async function hasJustAgreed({ database, clock }: PullDeps, cursorBefore: string | null): Promise<boolean> {
  const [agreedAt, agreedCursor] = ((await readMetadata(database, 'digest_agreed_at')) ?? '').split(',');
  const cursor = await readMetadata(database, 'cursor:units');
  if (cursor !== cursorBefore || cursor !== agreedCursor) return false;
  return !isWaitOver(clock.now(), Number(agreedAt), Number(agreedAt) + COMPARE_AGAIN_AFTER_MS);
}

/** Null when the end was reached. */
async function followFeed(deps: PullDeps, signal: AbortSignal): Promise<ApiFailure | null> {
  let hasStartedAnew = false;
  for (;;) {
    throwIfAborted(signal);
    const since = await readMetadata(deps.database, 'cursor:units');
    // The first pull too may find what was fetched by itself before it, and is deleted by now.
    if (since === null && (await readMetadata(deps.database, 'full_pull')) !== '1')
      await deps.database.transaction(beginFullPull);
    const feedId = await readMetadata(deps.database, 'feed_id');
    const result = await deps.api.call({
      method: 'GET',
      path: feedPath(since, feedId),
      answer: SyncEnvelope,
      signal,
      timeoutMs: 60_000,
    });
    throwIfAborted(signal);
    if (result.kind === 'refused' && isCursorLost(result.problem.code) && !hasStartedAnew) {
      hasStartedAnew = true;
      await deps.database.transaction(beginFullPull);
      continue;
    }
    if (result.kind !== 'ok') return result;
    if (since !== null && result.body.feed_id !== feedId && !hasStartedAnew) {
      // A page of another feed than the cursor's: nothing of it can be trusted to follow what is here.
      hasStartedAnew = true;
      await deps.database.transaction(beginFullPull);
      continue;
    }
    // When that was is noted with how the sync ended: finding nothing costs no turn to write of its own.
    if (since !== null && (await isNothingNew(deps.database, result.body))) return null;
    const isAtEnd = await applyPage(deps, result.body);
    deps.onPage();
    if (isAtEnd) return null;
    if (result.body.cursor === since) return { kind: 'not_ours', status: 200 };
  }
}

/** Refused on a cursor that the server itself once gave: it has forgotten, so the phone begins anew (wire, `invalid_cursor`). */
function isCursorLost(code: string): boolean {
  return code === 'cursor_expired' || code === 'invalid_cursor';
}

function feedPath(since: string | null, feedId: string | null): string {
  return withQuery('/content/units/sync', {
    limit: LIMITS.syncPageMaxItems,
    include_deleted: true,
    payload: 'summary',
    since,
    feed_id: feedId,
  });
}

/** What is here stays on the screen; what the pull has not seen when it ends is swept then. Unsent work is not touched. */
async function beginFullPull(tx: Parameters<typeof writeMetadata>[0]): Promise<void> {
  await writeMetadata(tx, 'cursor:units', null);
  await writeMetadata(tx, 'feed_id', null);
  await writeMetadata(tx, 'full_pull', 1);
  await writeMetadata(tx, 'pull_generation', ((await readMetadataNumber(tx, 'pull_generation')) ?? 0) + 1);
}

/** True also where the server cannot say it now (`digest_stale`, or no answer): the next sync asks again. */
async function isSameAsServer(deps: PullDeps, signal: AbortSignal): Promise<boolean> {
  const cursor = await readMetadata(deps.database, 'cursor:units');
  const result = await deps.api.call({
    method: 'GET',
    path: withQuery('/content/units/digest', { at: cursor }),
    answer: Digest,
    signal,
  });
  if (result.kind !== 'ok') return true;
  const local = await computeDigest(deps.database, deps.createSha256);
  const isSame = local.count === result.body.count && local.hash === result.body.hash;
  await writeMetadata(deps.database, 'digest_agreed_at', isSame ? `${deps.clock.now()},${String(cursor)}` : null);
  return isSame;
}
