import type { Clock } from '../modules/infrastructure/models.ts';

/** A clock that stands still until it is turned. */
export interface HandClock extends Clock {
  /** Lets this much time pass; what falls due runs in order, and what it sets off is waited for. */
  advance(ms: number): Promise<void>;
  /** Puts the device's wall clock somewhere else; monotonic time goes on (rule SY-6). */
  jumpTo(epochMs: number): void;
  pendingCount(): number;
}

export const START_AT = Date.UTC(2026, 10, 24, 8, 15, 30);

export function createHandClock(startAt: number = START_AT): HandClock {
  let elapsed = 0;
  let wallOffset = startAt;
  const due = new Set<{ at: number; call: () => void }>();

  function schedule(ms: number, call: () => void): () => void {
    const entry = { at: elapsed + Math.max(0, ms), call };
    due.add(entry);
    return () => void due.delete(entry);
  }

  return {
    now: () => Math.round(wallOffset + elapsed),
    monotonicNow: () => elapsed,
    schedule,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve();
        const cancel = schedule(ms, resolve);
        signal?.addEventListener('abort', () => {
          cancel();
          resolve();
        });
      }),
    async advance(ms) {
      const until = elapsed + ms;
      for (;;) {
        await settle();
        const [next] = [...due].filter((entry) => entry.at <= until).sort((a, b) => a.at - b.at);
        if (!next) break;
        due.delete(next);
        elapsed = Math.max(elapsed, next.at);
        next.call();
      }
      elapsed = until;
      await settle();
    },
    jumpTo(epochMs) {
      wallOffset = epochMs - elapsed;
    },
    pendingCount: () => due.size,
  };
}

/** Lets everything run that waits for nothing but its turn. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 60; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
