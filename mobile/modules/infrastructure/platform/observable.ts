/** Listeners in the order of subscribing; each is called once for a change, also when one of them unsubscribes meanwhile. */
export function createListeners<Args extends unknown[] = []>() {
  const listeners = new Set<{ call: (...args: Args) => void }>();
  return {
    subscribe(call: (...args: Args) => void): () => void {
      const entry = { call };
      listeners.add(entry);
      return () => void listeners.delete(entry);
    },
    notify(...args: Args): void {
      for (const entry of [...listeners]) if (listeners.has(entry)) entry.call(...args);
    },
  };
}
