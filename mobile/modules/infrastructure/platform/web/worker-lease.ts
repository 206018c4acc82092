import { LEASE_NAME } from './worker-protocol.ts';

const STEAL_AFTER_MS = 2_000;
/** A page that reloads finds its own old worker still there for a moment; nobody should see "open elsewhere" flash by. */
const ELSEWHERE_AFTER_MS = 700;
/** How long a waiting tab steps out of the queue so that the one that was asked to take over comes first. */
const STAND_BACK_MS = STEAL_AFTER_MS + 1_000;

export interface LeaseEvents {
  /** This worker has the lease. */
  granted(): void;
  /** Somebody else has it; the request stays in the queue. */
  waiting(): void;
  /** The lease goes to another tab: let go of everything, then it is handed on. */
  handOver(): Promise<void>;
  /** It was taken by force, because this worker did not answer in time. */
  stolen(): void;
}

/**
 * The right to use this device's storage: a Web Lock that the worker holds, not the page, so that it is handed over also while the
 * page is busy, and falls free when the worker dies however it dies (rule OB-7).
 */
export function requestLease(events: LeaseEvents): { takeOver(): void } {
  const channel = new BroadcastChannel(LEASE_NAME);
  let state: 'waiting' | 'held' | 'ended' = 'waiting';
  let giveUpTurn = new AbortController();
  let letGo: () => void = () => undefined;

  channel.addEventListener('message', () => {
    if (state === 'held') {
      state = 'ended';
      void events.handOver().finally(() => letGo());
    } else if (state === 'waiting') {
      giveUpTurn.abort();
      setTimeout(queueUp, STAND_BACK_MS);
    }
  });

  function hold(): Promise<void> {
    state = 'held';
    events.granted();
    return new Promise((resolve) => {
      letGo = resolve;
    });
  }
  /** Rejects when the turn was given up (nothing to do: it was asked for again) or when a held lock was stolen. */
  function ask(options: LockOptions): void {
    navigator.locks.request(LEASE_NAME, options, hold).catch(() => {
      if (state !== 'held') return;
      state = 'ended';
      events.stolen();
    });
  }
  function queueUp(): void {
    if (state !== 'waiting') return;
    giveUpTurn = new AbortController();
    ask({ signal: giveUpTurn.signal });
  }

  queueUp();
  setTimeout(() => {
    if (state === 'waiting') events.waiting();
  }, ELSEWHERE_AFTER_MS);

  return {
    takeOver() {
      if (state !== 'waiting') return;
      channel.postMessage('take over');
      setTimeout(() => {
        if (state !== 'waiting') return;
        giveUpTurn.abort();
        ask({ steal: true });
      }, STEAL_AFTER_MS);
    },
  };
}
