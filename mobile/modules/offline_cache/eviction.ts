/** Bytes on this device, under the name that their hash gives them, and who counts on them. */
export interface StoredObject {
  objectId: string;
  bytes: number;
  /** Somebody counts on it who never makes room: see `readStoredObjects`. */
  isProtected: boolean;
  /** Finished units that play it; they are whole until they make room. */
  finishedUnitIds: readonly string[];
  /** The picture of such a unit in the list of units: the last of it to go, as when a download is removed. */
  isCover: boolean;
  /** When it, or a unit that it belongs to, was last used. */
  usedAt: number;
}
export interface FinishedUnit {
  unitId: string;
  usedAt: number;
}
export interface Eviction {
  /** Are not "downloaded" any more. */
  unitIds: string[];
  /** Go from the disk. */
  objectIds: string[];
  freedBytes: number;
}

/**
 * What makes room for so many bytes (rule DL-12): recordings and pictures of finished units first, the longest unused unit before
 * others; then what was opened or begun and belongs to no download, the longest unused first. Bytes that two units share go when both
 * have gone, and a unit whose going frees nothing stays whole (rule DL-5). May free less than asked: there is no more.
 */
export function planEviction(objects: readonly StoredObject[], finished: readonly FinishedUnit[], excessBytes: number): Eviction {
  const takeable = objects.filter(({ isProtected }) => !isProtected);
  const gone = new Set<string>();
  const taken = new Set<StoredObject>();
  let freedBytes = 0;
  const isFreed = (object: StoredObject): boolean => object.finishedUnitIds.every((unitId) => gone.has(unitId));
  const take = (object: StoredObject): void => {
    taken.add(object);
    freedBytes += object.bytes;
  };

  for (const { unitId } of inOrderOfUse(finished, (unit) => unit.unitId)) {
    if (freedBytes >= excessBytes) break;
    gone.add(unitId);
    takeable.filter((object) => object.finishedUnitIds.includes(unitId) && !object.isCover && isFreed(object)).forEach(take);
  }
  for (const object of inOrderOfUse(takeable, ({ objectId }) => objectId)) {
    if (freedBytes >= excessBytes) break;
    if (!taken.has(object) && isFreed(object)) take(object);
  }
  return {
    unitIds: [...gone].filter((unitId) => [...taken].some((object) => object.finishedUnitIds.includes(unitId))),
    objectIds: [...taken].map(({ objectId }) => objectId),
    freedBytes,
  };
}

function inOrderOfUse<T extends { usedAt: number }>(items: readonly T[], idOf: (item: T) => string): T[] {
  return [...items].sort((a, b) => a.usedAt - b.usedAt || (idOf(a) < idOf(b) ? -1 : 1));
}
