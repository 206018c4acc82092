import { backoffDelayMs, type Clock, type Database, type Ids, type Logger, throwIfAborted } from '../infrastructure/public.ts';
import { type AssetRecord, listMissingAssets, sumLackingBytes } from './assets-repo.ts';
import { installVersion, moveDownload, type QueuedUnit, readQueued, setTargetVersion } from './downloads-repo.ts';
import { type FetchFailure, type FetchOutcome, type ObjectFetcher, RESERVED_BYTES } from './object-fetcher.ts';
import type { StorageLimit } from './storage-limit.ts';
import type { UnitFetcher, UnitFetchResult } from './unit-fetcher.ts';

export interface DownloadRunDeps {
  database: Database;
  clock: Clock;
  ids: Ids;
  logger: Logger;
  units: UnitFetcher;
  objects: ObjectFetcher;
  freeBytes: () => Promise<number | null>;
  /** The device is too full: gives up what is kept on it for nobody but a change of mind. */
  letGo?: () => Promise<void>;
  limit: StorageLimit;
  isHeldForWifi: () => boolean;
  /** Removes files that no row needs. */
  sweepFiles: () => Promise<void>;
  onChange: () => void;
  /** Aborted when the person's scope is closed. */
  signal: AbortSignal;
}

const FILES_AT_ONCE = 3;

/** How often in a row the network was not there; being offline costs no try, but is not asked about every moment either. */
export interface Pace {
  offlineRuns: number;
}

/** One unit from the head of the queue: plan → files → install. Its rows say how it ended. */
export async function runUnit(deps: DownloadRunDeps, pace: Pace, unit: QueuedUnit, signal: AbortSignal): Promise<void> {
  const { database, clock } = deps;
  const entry = await database.transaction((tx) => moveDownload(tx, unit.unitId, { kind: 'started' }, { nowAt: clock.now() }));
  // Paused or cancelled between the look at the queue and now.
  if (entry?.state !== 'running') return;
  deps.onChange();
  try {
    const version = unit.targetVersion ?? (await plan(deps, unit.unitId));
    const missing = await listMissingAssets(database, unit.unitId, version);
    await checkMayFetch(deps, unit.unitId, missing);
    await checkSpace(deps, missing);
    await fetchAll(deps, unit.unitId, missing, signal);
    pace.offlineRuns = 0;
    throwIfAborted(signal);
    const isInstalled = await database.transaction((tx) => installVersion(tx, unit.unitId, version, clock.now()));
    if (!isInstalled) await retarget(deps, unit.unitId);
    else await deps.sweepFiles();
    await deps.limit.enforce();
  } catch (error) {
    if (signal.aborted) return;
    await interrupt(deps, pace, unit.unitId, reasonOf(error));
    if (!(error instanceof DownloadInterruption)) deps.logger.warn('a download failed', { error: String(error) });
  } finally {
    if (!deps.signal.aborted) deps.onChange();
  }
}

class DownloadInterruption extends Error {
  readonly reason: FetchFailure;
  constructor(reason: FetchFailure) {
    super(reason);
    this.reason = reason;
  }
}

function reasonOf(error: unknown): FetchFailure {
  return error instanceof DownloadInterruption ? error.reason : 'server_trouble';
}

/** Null: it was stored. */
export function reasonOfFetch(result: UnitFetchResult): FetchFailure | null {
  switch (result.kind) {
    case 'stored':
      return null;
    case 'offline':
      return 'offline';
    case 'missing':
      return 'not_available';
    case 'unsupported':
      return result.reason === 'too_old' ? 'outdated' : 'app_too_old';
    case 'sign_in':
      return 'sign_in';
    case 'trouble':
      return 'server_trouble';
  }
}

/** Makes sure that the lessons of the newest version are stored, and sets it as the aim. Returns that version. */
async function plan({ database, units }: DownloadRunDeps, unitId: string): Promise<number> {
  // Whole: a lesson tombstone of a newer version may have taken one out of this, before a restored server went back to it.
  const stored = await database.get<{ stored_version: number | null }>(
    `SELECT stored_version FROM units u WHERE id = ? AND stored_version = version
       AND lesson_count = (SELECT COUNT(*) FROM lessons l WHERE l.unit_id = u.id AND l.unit_version = u.version)`,
    [unitId],
  );
  const result: UnitFetchResult =
    typeof stored?.stored_version === 'number' ? { kind: 'stored', version: stored.stored_version } : await units.fetch(unitId);
  if (result.kind !== 'stored') throw new DownloadInterruption(reasonOfFetch(result) ?? 'server_trouble');
  await database.transaction((tx) => setTargetVersion(tx, unitId, result.version));
  return result.version;
}

/** A few files at a time. One file's failure is that file's: the others are fetched all the same (rule DL-8). */
async function fetchAll(
  deps: DownloadRunDeps,
  unitId: string,
  missing: readonly AssetRecord[],
  signal: AbortSignal,
): Promise<void> {
  const waiting = [...missing];
  const failures: FetchFailure[] = [];
  async function work(): Promise<void> {
    for (let asset = waiting.shift(); asset; asset = waiting.shift()) {
      throwIfAborted(signal);
      const outcome = await fetchWithinLimit(deps, asset, signal);
      if (outcome.kind === 'done') continue;
      if (outcome.hasProgressed)
        await deps.database.transaction((tx) => moveDownload(tx, unitId, { kind: 'progressed' }, { nowAt: deps.clock.now() }));
      failures.push(outcome.reason);
      // What stops one file stops all of them; the rest waits for the next try.
      if (STOPS_ALL.has(outcome.reason)) waiting.length = 0;
    }
  }
  const workers = await Promise.allSettled(Array.from({ length: FILES_AT_ONCE }, work));
  for (const worker of workers) if (worker.status === 'rejected') throw worker.reason;
  const [worst] = FROM_WORST.filter((reason) => failures.includes(reason));
  if (worst) throw new DownloadInterruption(worst);
}

const STOPS_ALL: ReadonlySet<FetchFailure> = new Set(['offline', 'waiting_for_wifi', 'sign_in', 'storage_full', 'storage_limit']);

const FROM_WORST: readonly FetchFailure[] = [
  'storage_full',
  'storage_limit',
  // Before `offline`: when the Wi-Fi goes, what was on its way over it breaks off, and the rest knows why it waits.
  'waiting_for_wifi',
  'offline',
  'sign_in',
  'checksum_mismatch',
  'not_available',
  'server_trouble',
];

async function interrupt(deps: DownloadRunDeps, pace: Pace, unitId: string, reason: FetchFailure): Promise<void> {
  const { database, clock, ids } = deps;
  if (reason === 'offline' || reason === 'sign_in') pace.offlineRuns += 1;
  await database.transaction(async (tx) => {
    const entry = await readQueued(tx, unitId);
    if (!entry || entry.state !== 'running') return;
    // Wi-Fi is heard of, not asked about.
    const delayMs =
      reason === 'waiting_for_wifi' ? 0 : backoffDelayMs(entry.failures + Math.max(1, pace.offlineRuns), ids.random());
    await moveDownload(tx, unitId, { kind: 'interrupted', reason }, { nowAt: clock.now(), delayMs });
  });
}

/** For the unit as a whole, before its first byte: whether the network and the person's limit let it come (rules DL-11, DL-12). */
async function checkMayFetch(deps: DownloadRunDeps, unitId: string, missing: readonly AssetRecord[]): Promise<void> {
  const lacking = await sumLackingBytes(
    deps.database,
    missing.map(({ objectId }) => objectId),
  );
  if (lacking === 0) return;
  if (deps.isHeldForWifi()) throw new DownloadInterruption('waiting_for_wifi');
  if (!(await deps.limit.makeRoom(lacking, unitId))) throw new DownloadInterruption('storage_limit');
}

/** Looked at again for each file: the limit may have been lowered, and pictures that were opened meanwhile took room too. */
async function fetchWithinLimit(deps: DownloadRunDeps, asset: AssetRecord, signal: AbortSignal): Promise<FetchOutcome> {
  const lacking = await sumLackingBytes(deps.database, [asset.objectId]);
  if (await deps.limit.makeRoom(lacking, asset.unitId)) return deps.objects.fetch(asset, signal);
  return { kind: 'failed', reason: 'storage_limit', hasProgressed: false };
}

/** For the unit as a whole, before its first byte (rule DL-7). */
async function checkSpace({ freeBytes, letGo }: DownloadRunDeps, missing: readonly AssetRecord[]): Promise<void> {
  const needed = missing.reduce((sum, asset) => sum + asset.sizeBytes - asset.doneBytes, 0);
  const isFull = async (): Promise<boolean> => ((await freeBytes()) ?? Infinity) < needed + RESERVED_BYTES;
  if (!(await isFull())) return;
  await letGo?.();
  if (await isFull()) throw new DownloadInterruption('storage_full');
}

/** The premise has gone while files came: a newer version is aimed at, after a breath. */
async function retarget({ database, clock, ids }: DownloadRunDeps, unitId: string): Promise<void> {
  await database.transaction(async (tx) => {
    await tx.run('UPDATE downloads SET target_version = NULL WHERE unit_id = ?', [unitId]);
    const entry = await readQueued(tx, unitId);
    if (!entry || entry.state !== 'running') return;
    await moveDownload(
      tx,
      unitId,
      { kind: 'interrupted', reason: 'server_trouble' },
      { nowAt: clock.now(), delayMs: backoffDelayMs(1, ids.random()) },
    );
  });
}
