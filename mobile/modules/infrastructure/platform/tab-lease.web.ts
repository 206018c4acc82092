import { createListeners } from './observable.ts';
import type { TabLease, TabLeaseState } from './tab-lease.ts';
import type { LeaseMessage } from './web/worker-protocol.ts';

/** Survives the reload by which a tab that had lost the lease takes it back: it starts anew, over what the other tab has written. */
const TAKE_OVER_AT_START = 'haversack-take-over';

interface WorkerTabLease extends TabLease {
  /** What the worker says. */
  set(message: LeaseMessage): void;
  /** `takeOver` of the worker that waits. */
  attach(takeOver: () => void): void;
}

function createTabLease(): WorkerTabLease {
  const listeners = createListeners();
  let state: TabLeaseState = 'opening';
  let hasLost = false;
  let askWorker: () => void = () => undefined;

  return {
    get state() {
      return state;
    },
    subscribe: (listener) => listeners.subscribe(listener),
    takeOver() {
      if (state !== 'elsewhere') return;
      if (!hasLost) return askWorker();
      sessionStorage.setItem(TAKE_OVER_AT_START, 'yes');
      location.reload();
    },
    set(message) {
      hasLost ||= message === 'lost';
      state = message === 'here' ? 'here' : 'elsewhere';
      listeners.notify();
    },
    attach(takeOver) {
      askWorker = takeOver;
      if (sessionStorage.getItem(TAKE_OVER_AT_START) === null) return;
      sessionStorage.removeItem(TAKE_OVER_AT_START);
      takeOver();
    },
  };
}

export const tabLease = createTabLease();
