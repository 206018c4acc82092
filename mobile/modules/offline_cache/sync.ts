import {
  type ApiResult,
  backoffDelayMs,
  type Connectivity,
  type Database,
  type Lifecycle,
  StorageFullError,
} from '../infrastructure/public.ts';
import { createCoalescer } from './coalescer.ts';
import { readMetadataNumber, readMetadataOf, writeMetadata } from './metadata.ts';
import type { SyncError, SyncStatus } from './models.ts';
import { countOutbox, nextAttemptAt } from './outbox.ts';
import { type LoopEnd, type LoopResult, patienceLeftMs, runLoop, type SyncLoopDeps, type SyncTrigger } from './sync-loop.ts';

export interface SyncDeps extends Omit<SyncLoopDeps, 'onPage' | 'onOutboxChange'> {
  connectivity: Connectivity;
  lifecycle: Lifecycle;
  onStatus: () => void;
  onUnits: () => void;
  onOutbox: () => void;
}
export interface Sync {
  status(): SyncStatus;
  /** Resolves when a loop that began after this call has ended. Never rejects. */
  run(trigger: SyncTrigger): Promise<void>;
  /** Soon, together with what else is written meanwhile. */
  soon(): void;
  /** Resolves as soon as a page of the catalogue has been stored, or the loop has ended. */
  firstPage(): Promise<void>;
  /** After each commit that may have changed the outbox. */
  refreshCounts(): Promise<void>;
  /** What a request said about the network and about our token, whoever sent it. */
  noteOutcome(kind: ApiResult<unknown>['kind']): void;
  /** Stops timers and listeners and waits for what is under way. */
  stop(): Promise<void>;
}

/** Answers given one after the other travel together. */
const WRITE_DEBOUNCE_MS = 800;
const LONGEST_SLEEP_MS = 5 * 60_000;
const SHORTEST_SLEEP_MS = 250;

/** One flight at a time; triggers that come meanwhile share the next one (rule OB-7). */
export async function createSync(deps: SyncDeps): Promise<Sync> {
  const { database, connectivity, signal } = deps;
  const board = await createStatusBoard(deps);
  const timers = createTimers(deps);
  const pageWaiters = new Set<() => void>();
  const loopDeps: SyncLoopDeps = {
    ...deps,
    onPage: () => {
      deps.onUnits();
      for (const resolve of pageWaiters) resolve();
    },
    onOutboxChange: async () => {
      await board.refreshCounts();
      deps.onOutbox();
    },
  };

  async function runOnce(triggers: ReadonlySet<SyncTrigger>): Promise<void> {
    timers.cancelTimer();
    if (signal.aborted) return;
    board.set({ isRunning: true });
    const result = await runLoop(loopDeps, triggers).catch((error: unknown) => failedLoop(deps, error));
    // Who still shows this status, for instance after a sign-out that failed, must not wait for an end.
    if (signal.aborted) return board.set({ isRunning: false });
    const saved = await saveResult(deps, result).catch((): Partial<SyncStatus> => ({ lastError: 'storage_full' }));
    board.set({ ...saved, isRunning: false });
    await board.refreshCounts().catch(() => undefined);
    if (!board.get().needsSignIn) await timers.sleepUntilNext(() => void flights.run('timer'));
  }
  const flights = createCoalescer(runOnce);
  const run = (trigger: SyncTrigger): Promise<void> => (signal.aborted ? Promise.resolve() : flights.run(trigger));

  const unsubscribe = [
    deps.lifecycle.onForeground(() => void run('foreground')),
    connectivity.subscribe(({ isOnline }) => {
      board.noteConnectivity();
      if (isOnline) void run('online');
    }),
  ];

  return {
    status: board.get,
    run,
    soon: () => timers.soon(() => void run('write')),
    async firstPage() {
      let resolvePage: () => void = () => undefined;
      const page = new Promise<void>((resolve) => (resolvePage = resolve));
      pageWaiters.add(resolvePage);
      await Promise.race([page, flights.current() ?? run('empty')]);
      pageWaiters.delete(resolvePage);
    },
    refreshCounts: board.refreshCounts,
    noteOutcome: board.noteOutcome,
    async stop() {
      for (const end of unsubscribe) end();
      timers.stop();
      await flights.idle();
      timers.stop();
    },
  };

  async function saveResult({ clock }: SyncDeps, result: LoopResult): Promise<Partial<SyncStatus>> {
    return result.kind === 'skipped' ? {} : writeResult(database, clock.now(), result);
  }
}

/** A fault of ours, or a full disk: said, and tried again later like any other. */
function failedLoop({ logger, signal }: SyncDeps, error: unknown): LoopResult {
  if (!signal.aborted) logger.warn('a sync failed', { error: String(error) });
  return { kind: 'ended', error: error instanceof StorageFullError ? 'storage_full' : 'server_trouble', hasPulled: false };
}

/** The status as screens see it; what must survive a restart is in `metadata` (rule SY-3). */
async function createStatusBoard(deps: SyncDeps) {
  const { database, connectivity, signal } = deps;
  const counts = await countOutbox(database);
  const kept = await readMetadataOf(
    database,
    ...(['sync:last_success_at', 'sync:last_attempt_at', 'sync:last_error', 'sync:needs_sign_in'] as const),
  );
  const timeOf = (value: string | null): number | null => (value === null ? null : Number(value));
  let isReached = true;
  let status: SyncStatus = {
    isRunning: false,
    isOnline: connectivity.current().isOnline,
    outstanding: counts.waiting,
    refused: counts.refused,
    failing: counts.failing,
    lastSuccessAt: timeOf(kept['sync:last_success_at']),
    lastAttemptAt: timeOf(kept['sync:last_attempt_at']),
    lastError: kept['sync:last_error'] as SyncError | null,
    needsSignIn: kept['sync:needs_sign_in'] === '1',
  };
  function set(change: Partial<SyncStatus>): void {
    status = { ...status, ...change };
    if (!signal.aborted) deps.onStatus();
  }
  function noteReach(reached: boolean): void {
    isReached = reached;
    const isOnline = connectivity.current().isOnline && isReached;
    if (isOnline !== status.isOnline) set({ isOnline });
  }
  return {
    get: () => status,
    set,
    noteOutcome(kind: ApiResult<unknown>['kind']): void {
      noteReach(kind !== 'offline');
      // The banner asks at once; until the next sync has an end of its own (rule AU-3).
      if (kind === 'sign_in' && !status.needsSignIn) set({ needsSignIn: true });
    },
    /** A network that has come back is believed until a request fails on it. */
    noteConnectivity: () => noteReach(true),
    async refreshCounts(): Promise<void> {
      const { waiting, refused, failing } = await countOutbox(database);
      if (waiting === status.outstanding && refused === status.refused && failing === status.failing) return;
      set({ outstanding: waiting, refused, failing });
    },
  };
}

function createTimers({ database, clock, ids, signal }: SyncDeps) {
  let cancelSoon: (() => void) | null = null;
  let cancelTimer: () => void = () => undefined;

  async function untilNextMs(): Promise<number | null> {
    const failures = (await readMetadataNumber(database, 'sync:failures')) ?? 0;
    const dueAt = await nextAttemptAt(database, clock.now());
    if (failures === 0 && dueAt === null) return null;
    const backoffMs = failures > 0 ? backoffDelayMs(failures, ids.random()) : 0;
    const dueMs = (dueAt ?? 0) - clock.now();
    const patienceMs = await patienceLeftMs(database, clock.now());
    return Math.min(LONGEST_SLEEP_MS, Math.max(SHORTEST_SLEEP_MS, backoffMs, dueMs, patienceMs));
  }

  return {
    cancelTimer: () => cancelTimer(),
    soon(wake: () => void): void {
      if (signal.aborted) return;
      cancelSoon ??= clock.schedule(WRITE_DEBOUNCE_MS, () => {
        cancelSoon = null;
        wake();
      });
    },
    /** While something is outstanding, or the last loop came to nothing, there is always a next one (rule OB-9). */
    async sleepUntilNext(wake: () => void): Promise<void> {
      // A database that cannot say it now is asked again later: no trouble of the moment ends the trying.
      const waitMs = await untilNextMs().catch(() => LONGEST_SLEEP_MS);
      if (waitMs !== null && !signal.aborted) cancelTimer = clock.schedule(waitMs, wake);
    },
    stop(): void {
      cancelSoon?.();
      cancelTimer();
    },
  };
}

function writeResult(database: Database, nowAt: number, { error, hasPulled }: LoopEnd): Promise<Partial<SyncStatus>> {
  const isSuccess = error === null || error === 'repaired';
  const needsSignIn = error === 'sign_in';
  return database.transaction(async (tx) => {
    const failures = isSuccess ? 0 : ((await readMetadataNumber(tx, 'sync:failures')) ?? 0) + 1;
    await writeMetadata(tx, 'sync:failures', failures);
    await writeMetadata(tx, 'sync:last_error', error);
    await writeMetadata(tx, 'sync:needs_sign_in', needsSignIn ? 1 : null);
    await writeMetadata(tx, 'sync:last_attempt_at', nowAt);
    if (isSuccess) await writeMetadata(tx, 'sync:last_success_at', nowAt);
    if (hasPulled) {
      await writeMetadata(tx, 'last_pull:units', nowAt);
      await writeMetadata(tx, 'last_pull:events', nowAt);
    }
    return { lastAttemptAt: nowAt, lastError: error, needsSignIn, ...(isSuccess ? { lastSuccessAt: nowAt } : {}) };
  });
}
