import { backoffDelayMs, type Database, type SqlExecutor } from '../infrastructure/public.ts';
import { type DownloadRunDeps, type Pace, reasonOfFetch, runUnit } from './download-run.ts';
import type { DownloadEvent, QueueEntry } from './download-state.ts';
import type { DownloadReason } from './models.ts';
import {
  forgetDownload,
  forgetDownloadWaits,
  forgetUpdate,
  moveDownload,
  nextDownloadAt,
  readDownloadStates,
  readRunnable,
} from './downloads-repo.ts';

/** The queue of downloads: rows in SQLite decide, this only works them off. */
export interface Downloads {
  /** Null: queued, or here already. Else why a unit that is not in the catalogue here could not be fetched into it. */
  request(unitId: string): Promise<DownloadReason>;
  pause(unitId: string): Promise<void>;
  resume(unitId: string): Promise<void>;
  /** Stops it and removes the bytes it had; of an update, the version that plays stays. */
  cancel(unitId: string): Promise<void>;
  /** `before`: what must be known of a unit before it goes, in the same transaction. */
  remove(unitIds: readonly string[], before?: (tx: SqlExecutor, unitId: string) => Promise<void>): Promise<void>;
  /** Works the queue off, now if it is not being done already. `isFresh`: nothing waits out its backoff any more. */
  kick(isFresh?: boolean): void;
  /** Resolves when nothing is being fetched. */
  idle(): Promise<void>;
}

export function createDownloads(deps: DownloadRunDeps): Downloads {
  const { database, clock, onChange } = deps;
  const queue = createQueueLoop(deps);

  async function move(unitId: string, event: DownloadEvent): Promise<QueueEntry | null> {
    const entry = await database.transaction((tx) => moveDownload(tx, unitId, event, { nowAt: clock.now() }));
    onChange();
    return entry;
  }

  return {
    async request(unitId) {
      const state = (await readDownloadStates(database, unitId)).get(unitId);
      if (state?.status === 'downloaded') return null;
      const isKnown = (await database.get('SELECT 1 AS known FROM units WHERE id = ?', [unitId])) !== null;
      const refusal = isKnown ? null : reasonOfFetch(await deps.units.fetch(unitId));
      // A pull may have brought the unit while it was asked for in vain.
      const entry = await move(unitId, { kind: 'requested' });
      if (entry === null) return refusal ?? 'not_available';
      queue.kick();
      return null;
    },
    async pause(unitId) {
      await move(unitId, { kind: 'paused' });
      await queue.stopRun(unitId);
    },
    async resume(unitId) {
      await move(unitId, { kind: 'resumed' });
      queue.kick();
    },
    async cancel(unitId) {
      const state = (await readDownloadStates(database, unitId)).get(unitId);
      if (state?.status === 'downloaded') return;
      const isUpdate = await hasWholeVersion(database, unitId);
      await database.transaction((tx) => (isUpdate ? forgetUpdate(tx, unitId) : forgetDownload(tx, unitId)));
      onChange();
      await queue.stopRun(unitId);
      await deps.sweepFiles();
    },
    async remove(unitIds, before) {
      await database.transaction(async (tx) => {
        for (const unitId of unitIds) {
          await before?.(tx, unitId);
          await forgetDownload(tx, unitId);
        }
      });
      onChange();
      for (const unitId of unitIds) await queue.stopRun(unitId);
      await deps.sweepFiles();
    },
    kick: queue.kick,
    idle: queue.idle,
  };
}

async function hasWholeVersion(database: Database, unitId: string): Promise<boolean> {
  return (await database.get('SELECT 1 AS found FROM units WHERE id = ? AND downloaded_version IS NOT NULL', [unitId])) !== null;
}

const SHORTEST_SLEEP_MS = 250;
const LONGEST_SLEEP_MS = 5 * 60_000;

/** One unit after the other, for as long as one may run; then it sleeps until the next one may. */
function createQueueLoop(deps: DownloadRunDeps) {
  const { database, clock, ids, signal, logger } = deps;
  const pace: Pace = { offlineRuns: 0 };
  let active: { unitId: string; controller: AbortController; ended: Promise<void> } | null = null;
  let loop: Promise<void> | null = null;
  let isKicked = false;
  let isFreshStart = false;
  /** Times in a row that the loop itself failed (a disk that is full, a database that is gone). */
  let crashes = 0;
  let stopTimer: () => void = () => undefined;

  async function work(): Promise<void> {
    while (!signal.aborted) {
      isKicked = false;
      if (isFreshStart) await forgetDownloadWaits(database);
      isFreshStart = false;
      const unit = await readRunnable(database, clock.now(), deps.isHeldForWifi());
      if (unit) {
        const controller = new AbortController();
        const abort = (): void => controller.abort();
        signal.addEventListener('abort', abort);
        const ended = runUnit(deps, pace, unit, controller.signal).finally(() => signal.removeEventListener('abort', abort));
        active = { unitId: unit.unitId, controller, ended };
        await ended.finally(() => (active = null));
      } else if (!isKicked) return;
    }
  }

  function kick(isFresh = false): void {
    isKicked = true;
    isFreshStart ||= isFresh;
    stopTimer();
    if (signal.aborted) return;
    loop ??= work()
      .then(() => {
        crashes = 0;
      })
      .catch((error: unknown) => {
        crashes += 1;
        if (!signal.aborted) logger.warn('the download queue stopped', { error: String(error) });
      })
      .finally(() => {
        loop = null;
        void sleep();
      });
  }

  async function sleep(): Promise<void> {
    if (signal.aborted) return;
    // A database that cannot say it now is asked again later.
    const nextAt = await nextDownloadAt(database, deps.isHeldForWifi()).catch(() => clock.now() + LONGEST_SLEEP_MS);
    if (nextAt === null || signal.aborted || loop) return;
    stopTimer();
    const crashMs = crashes === 0 ? 0 : backoffDelayMs(crashes, ids.random());
    const dueMs = Math.min(nextAt - clock.now(), LONGEST_SLEEP_MS);
    stopTimer = clock.schedule(Math.max(SHORTEST_SLEEP_MS, crashMs, dueMs), () => kick());
  }

  return {
    kick,
    /** Rows are changed before this, so that the run that is stopped finds its premise gone. */
    async stopRun(unitId: string): Promise<void> {
      if (active?.unitId !== unitId) return;
      active.controller.abort();
      await active.ended;
    },
    async idle(): Promise<void> {
      stopTimer();
      while (loop) await loop;
    },
  };
}
