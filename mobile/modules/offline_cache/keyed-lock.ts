/** Work under one key takes turns; work under different keys does not wait for each other. */
export function createKeyedLock(): <T>(key: string, work: () => Promise<T>) => Promise<T> {
  const lines = new Map<string, Promise<unknown>>();
  return (key, work) => {
    const turn = (lines.get(key) ?? Promise.resolve()).then(work);
    const settled = turn.catch(() => undefined);
    lines.set(key, settled);
    void settled.then(() => {
      if (lines.get(key) === settled) lines.delete(key);
    });
    return turn;
  };
}

/** Callers of one key share one run of the work, and its result. */
export function createKeyedFlight<T>(): (key: string, work: () => Promise<T>) => Promise<T> {
  const flights = new Map<string, Promise<T>>();
  return (key, work) => {
    const flying = flights.get(key);
    if (flying) return flying;
    const flight = work().finally(() => flights.delete(key));
    flights.set(key, flight);
    return flight;
  };
}
