/** Virtual time. Nothing happens in it but what was scheduled: in the order of its time, then in that of asking. */
export interface Scheduler {
  /** Milliseconds since the world began. */
  nowMs(): number;
  /** Calls once after so much virtual time; the result cancels it. */
  schedule(ms: number, call: () => void): () => void;
  /** Lets so much time pass; what falls due runs, and what it sets off is waited for. */
  advance(ms: number): Promise<void>;
  /** Lets everything run that waits for nothing but its turn, and for what was tracked. */
  settle(): Promise<void>;
  /** Something outside of virtual time is under way (the answer of a real server); time stands still meanwhile. */
  track<T>(real: Promise<T>): Promise<T>;
}

interface Due {
  at: number;
  order: number;
  call: () => void;
}

export function createScheduler(): Scheduler {
  let elapsed = 0;
  let asked = 0;
  const realInFlight = new Set<Promise<unknown>>();
  /** Sorted; there are never many. */
  const queue: Due[] = [];

  function schedule(ms: number, call: () => void): () => void {
    asked += 1;
    const due: Due = { at: elapsed + Math.max(0, ms), order: asked, call };
    const index = queue.findIndex((other) => other.at > due.at);
    if (index < 0) queue.push(due);
    else queue.splice(index, 0, due);
    return () => {
      const place = queue.indexOf(due);
      if (place >= 0) queue.splice(place, 1);
    };
  }

  async function settle(): Promise<void> {
    for (;;) {
      await new Promise<void>((resolve) => setImmediate(resolve));
      if (realInFlight.size === 0) return;
      await Promise.race(realInFlight);
    }
  }

  return {
    nowMs: () => elapsed,
    schedule,
    settle,
    async advance(ms) {
      const until = elapsed + ms;
      await settle();
      for (let next = queue[0]; next && next.at <= until; next = queue[0]) {
        queue.shift();
        elapsed = Math.max(elapsed, next.at);
        next.call();
        await settle();
      }
      elapsed = until;
    },
    track(real) {
      const settled = real.then(
        () => undefined,
        () => undefined,
      );
      realInFlight.add(settled);
      void settled.then(() => realInFlight.delete(settled));
      return real;
    },
  };
}
