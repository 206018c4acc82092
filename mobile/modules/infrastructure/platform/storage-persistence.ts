/**
 * Whether the system may take away what is kept here. Browsers may, when the device runs out of room, until they have granted
 * otherwise; phones leave an installed app's files alone.
 */
export interface StoragePersistence {
  /** Null until it is known. */
  readonly isEvictable: boolean | null;
  /** Asks for lasting storage. Some browsers ask the person, so this belongs where somebody has just chosen to keep something. */
  ask(): Promise<void>;
  subscribe(listener: () => void): () => void;
}

export const storagePersistence: StoragePersistence = {
  isEvictable: false,
  ask: () => Promise.resolve(),
  subscribe: () => () => undefined,
};
