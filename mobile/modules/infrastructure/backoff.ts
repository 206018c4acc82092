/** Longest wait between two tries of the same thing. */
export const BACKOFF_CAP_MS = 5 * 60_000;
const BACKOFF_FIRST_MS = 1_000;

/**
 * Exponential with full jitter (rule OB-4): anywhere between a floor and the doubled ceiling, so that a class of tablets does not
 * come back as one. `failures` counts from 1; `random` is in [0, 1).
 */
export function backoffDelayMs(failures: number, random: number): number {
  const ceiling = Math.min(BACKOFF_CAP_MS, BACKOFF_FIRST_MS * 2 ** Math.min(failures - 1, 30));
  return Math.round(Math.max(BACKOFF_FIRST_MS / 4, random * ceiling));
}

/**
 * Whether a wait that began at `sinceAt` and ends at `untilAt` is over. A clock that was set back behind the beginning ends it: no
 * wait may outlast a wrong clock (rule SY-6).
 */
export function isWaitOver(nowAt: number, sinceAt: number, untilAt: number): boolean {
  return nowAt >= untilAt || nowAt < sinceAt;
}
