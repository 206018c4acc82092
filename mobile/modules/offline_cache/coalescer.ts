export interface Coalescer<Reason> {
  /** Resolves when a run that began after this call has ended. Calls made while one is under way share the next one. */
  run(reason: Reason): Promise<void>;
  /** The run that is under way, or null. */
  current(): Promise<void> | null;
  idle(): Promise<void>;
}

/** One run at a time. `runOnce` must not reject. */
export function createCoalescer<Reason>(runOnce: (reasons: ReadonlySet<Reason>) => Promise<void>): Coalescer<Reason> {
  let current: Promise<void> | null = null;
  let next: { reasons: Set<Reason>; promise: Promise<void> } | null = null;

  function begin(reasons: ReadonlySet<Reason>): Promise<void> {
    next = null;
    current = runOnce(reasons).finally(() => {
      current = null;
    });
    return current;
  }

  return {
    run(reason) {
      // Asked first: between the end of one run and the beginning of the next, `current` is null and the next is on its way.
      if (next) {
        next.reasons.add(reason);
        return next.promise;
      }
      const reasons = new Set([reason]);
      if (!current) return begin(reasons);
      // Also after one that rejected all the same (a listener that throws): else nothing would ever run again (rule OB-9).
      next = { reasons, promise: current.then(undefined, () => undefined).then(() => begin(reasons)) };
      return next.promise;
    },
    current: () => current,
    async idle() {
      for (let last = next?.promise ?? current; last; last = next?.promise ?? current) await last.catch(() => undefined);
    },
  };
}
