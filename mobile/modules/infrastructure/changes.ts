/** Tells whoever listens which topics a commit touched. */
export interface Changes<Topic extends string> {
  /** The result unsubscribes; twice is once. */
  subscribe(listener: (topics: readonly Topic[]) => void): () => void;
  notify(...topics: Topic[]): void;
}

export function createChanges<Topic extends string>(): Changes<Topic> {
  const listeners = new Set<{ call: (topics: readonly Topic[]) => void }>();
  return {
    subscribe(listener) {
      const entry = { call: listener };
      listeners.add(entry);
      return () => listeners.delete(entry);
    },
    notify(...topics) {
      for (const { call } of [...listeners]) call(topics);
    },
  };
}
