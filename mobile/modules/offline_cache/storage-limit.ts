import type { Database } from '../infrastructure/public.ts';
import { sumStoredBytes } from './assets-repo.ts';
import { evict, readFinishedUnits, readStoredObjects } from './eviction-repo.ts';
import { planEviction } from './eviction.ts';

export interface StorageLimitDeps {
  database: Database;
  /** Null: none. */
  limitBytes: () => number | null;
  openUnitIds: () => readonly string[];
  /** Removes files that no row needs. */
  sweepFiles: () => Promise<void>;
  onChange: () => void;
}

/** Recordings and pictures stay within what the person gave them (rule DL-12); lessons' text and everything unsent do not count. */
export interface StorageLimit {
  /**
   * Makes room for so many more bytes of this unit, which itself makes none. False: even all that may go would not be enough, and then
   * nothing has gone. Waits for files that are being fetched, so it must not be called under an object's lock.
   */
  makeRoom(bytes: number, unitId: string): Promise<boolean>;
  /** Takes what is over the limit, as far as it may; nothing of `unitId`, which is about to be shown. */
  enforce(unitId?: string): Promise<void>;
}

export function createStorageLimit(deps: StorageLimitDeps): StorageLimit {
  async function shrink({ bytes, unitId, isAllOrNothing }: Shrinking): Promise<boolean> {
    const limit = deps.limitBytes();
    if (limit === null) return true;
    const { hasRoom, hasEvicted } = await deps.database.transaction(async (tx) => {
      const { audio, image } = await sumStoredBytes(tx);
      const excess = audio + image + bytes - limit;
      if (excess <= 0) return { hasRoom: true, hasEvicted: false };
      const open = [...deps.openUnitIds(), ...(unitId === undefined ? [] : [unitId])];
      const eviction = planEviction(await readStoredObjects(tx, open), await readFinishedUnits(tx, open), excess);
      const hasRoom = eviction.freedBytes >= excess;
      if (eviction.freedBytes === 0 || (isAllOrNothing && !hasRoom)) return { hasRoom, hasEvicted: false };
      await evict(tx, eviction);
      return { hasRoom, hasEvicted: true };
    });
    if (hasEvicted) {
      deps.onChange();
      await deps.sweepFiles();
    }
    return hasRoom;
  }

  return {
    makeRoom: async (bytes, unitId) => bytes === 0 || shrink({ bytes, unitId, isAllOrNothing: true }),
    enforce: async (unitId) => void (await shrink({ bytes: 0, unitId, isAllOrNothing: false })),
  };
}

interface Shrinking {
  bytes: number;
  unitId: string | undefined;
  isAllOrNothing: boolean;
}
