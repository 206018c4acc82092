import { backoffDelayMs, type Clock, type Database, type Ids, type Logger, throwIfAborted } from '../infrastructure/public.ts';
import { type AssetRecord, listMissingAssets } from './assets-repo.ts';
import { installVersion, moveDownload, type QueuedUnit, readQueued, setTargetVersion } from './downloads-repo.ts';
import { type FetchFailure, type ObjectFetcher, RESERVED_BYTES } from './object-fetcher.ts';
import type { UnitFetcher, UnitFetchResult } from './unit-fetcher.ts';

export interface DownloadRunDeps {
  database: Database;
  clock: Clock;
  ids: Ids;
  logger: Logger;
  units: UnitFetcher;
  objects: ObjectFetcher;
  freeBytes: () => Promise<number | null>;
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
    await checkSpace(deps, missing);
    await fetchAll(deps, unit.unitId, missing, signal);
    pace.offlineRuns = 0;
    throwIfAborted(signal);
    const isInstalled = await database.transaction((tx) => installVersion(tx, unit.unitId, version, clock.now()));
    if (!isInstalled) await retarget(deps, unit.unitId);
    else await deps.sweepFiles();
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
    case 'trouble':
      return 'server_trouble';
  }
}

/** Makes sure that the lessons of the newest version are stored, and sets it as the aim. Returns that version. */
async function plan({ database, units }: DownloadRunDeps, unitId: string): Promise<number> {
  const stored = await database.get<{ stored_version: number | null }>(
    'SELECT stored_version FROM units WHERE id = ? AND stored_version = version',
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
      const outcome = await deps.objects.fetch(asset, signal);
      if (outcome.kind === 'done') continue;
      if (outcome.hasProgressed)
        await deps.database.transaction((tx) => moveDownload(tx, unitId, { kind: 'progressed' }, { nowAt: deps.clock.now() }));
      failures.push(outcome.reason);
      // What stops one file stops all of them; the rest waits for the next try.
      if (outcome.reason === 'offline' || outcome.reason === 'storage_full') waiting.length = 0;
    }
  }
  const workers = await Promise.allSettled(Array.from({ length: FILES_AT_ONCE }, work));
  for (const worker of workers) if (worker.status === 'rejected') throw worker.reason;
  const [worst] = FROM_WORST.filter((reason) => failures.includes(reason));
  if (worst) throw new DownloadInterruption(worst);
}

const FROM_WORST: readonly FetchFailure[] = [
  'storage_full',
  'offline',
  'waiting_for_wifi',
  'checksum_mismatch',
  'not_available',
  'server_trouble',
];

async function interrupt(deps: DownloadRunDeps, pace: Pace, unitId: string, reason: FetchFailure): Promise<void> {
  const { database, clock, ids } = deps;
  if (reason === 'offline') pace.offlineRuns += 1;
  await database.transaction(async (tx) => {
    const entry = await readQueued(tx, unitId);
    if (!entry || entry.state !== 'running') return;
    const delayMs = backoffDelayMs(entry.failures + Math.max(1, pace.offlineRuns), ids.random());
    await moveDownload(tx, unitId, { kind: 'interrupted', reason }, { nowAt: clock.now(), delayMs });
  });
}

/** For the unit as a whole, before its first byte (rule DL-7). */
async function checkSpace({ freeBytes }: DownloadRunDeps, missing: readonly AssetRecord[]): Promise<void> {
  const free = await freeBytes();
  const needed = missing.reduce((sum, asset) => sum + asset.sizeBytes - asset.doneBytes, 0);
  if (free !== null && free < needed + RESERVED_BYTES) throw new DownloadInterruption('storage_full');
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
