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
}
/** `differs`: the feed was followed to its end, and not even a full pull makes the digests agree. `hasNews`: something was written. */
export type PullOutcome =
  | { kind: 'done'; isRepaired: boolean; hasNews: boolean }
  | { kind: 'differs' }
  | { kind: 'failed'; failure: ApiFailure };

/** Follows the feed to its end, then compares digests; a difference is mended by one full pull (rules OC-4, SY-7). */
export async function pull(deps: PullDeps, signal: AbortSignal): Promise<PullOutcome> {
  const followed = await followFeed(deps, signal);
  if (followed.kind !== 'end') return { kind: 'failed', failure: followed };
  if (!followed.hasNews && (await hasJustAgreed(deps))) return { kind: 'done', isRepaired: false, hasNews: false };
  if (await isSameAsServer(deps, signal)) return { kind: 'done', isRepaired: false, hasNews: followed.hasNews };
  if (await hasGivenUp(deps)) return { kind: 'differs' };
  // A unit that was fetched by itself meanwhile may be ahead of the cursor; its news is cheaper than everything anew.
  const again = await followFeed(deps, signal);
  if (again.kind !== 'end') return { kind: 'failed', failure: again };
  if (await isSameAsServer(deps, signal)) return { kind: 'done', isRepaired: false, hasNews: true };
  deps.logger.warn('the catalogue differed from the server’s and is pulled anew');
  await deps.database.transaction(async (tx) => {
    await beginFullPull(tx);
    await writeMetadata(tx, 'digest_repairs', ((await readMetadataNumber(tx, 'digest_repairs')) ?? 0) + 1);
  });
  const anew = await followFeed(deps, signal);
  if (anew.kind !== 'end') return { kind: 'failed', failure: anew };
  if (await isSameAsServer(deps, signal)) return { kind: 'done', isRepaired: true, hasNews: true };
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
 * What was compared at this cursor and agreed is not compared again with each sync that brings nothing: both sides are as they were,
 * and on the phone it costs a hash for every unit. A row that went wrong by itself is found within the hour, or with the next news.
 */
const COMPARE_AGAIN_AFTER_MS = 60 * 60_000;

async function hasJustAgreed({ database, clock }: PullDeps): Promise<boolean> {
  const [agreedAt, cursor] = ((await readMetadata(database, 'digest_agreed_at')) ?? '').split(',');
  if (cursor !== (await readMetadata(database, 'cursor:units'))) return false;
  return !isWaitOver(clock.now(), Number(agreedAt), Number(agreedAt) + COMPARE_AGAIN_AFTER_MS);
}

async function followFeed(deps: PullDeps, signal: AbortSignal): Promise<ApiFailure | { kind: 'end'; hasNews: boolean }> {
  let hasStartedAnew = false;
  let hasNews = false;
  for (;;) {
    throwIfAborted(signal);
    const since = await readMetadata(deps.database, 'cursor:units');
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
    if (since !== null && (await isNothingNew(deps.database, result.body))) return { kind: 'end', hasNews };
    hasNews = true;
    const isAtEnd = await applyPage(deps, result.body);
    deps.onPage();
    if (isAtEnd) return { kind: 'end', hasNews };
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
