import type { Clock, Database, Queryable } from '../infrastructure/public.ts';
import type { ListedObject, ObjectStore } from './models.ts';
import { claimCollection, forgetUses, lockUnwanted } from './repo.ts';

/** Those of these objects that a unit refers to, or did so after `sinceMs` (epoch milliseconds). */
export type FindReferred = (database: Queryable, objectIds: readonly string[], sinceMs: number) => Promise<Set<string>>;

export interface Collected {
  seen: number;
  deleted: number;
  freedBytes: number;
}

/** Deletes objects that nothing refers to, and that nobody has uploaded, published or let go within the time of grace. */
export interface Collector {
  collect(): Promise<Collected>;
  /** As `collect`, where no node has begun one within `intervalMs`; else null. */
  collectIfDue(intervalMs: number): Promise<Collected | null>;
  /** Ends what is under way after the objects at hand. */
  stop(): void;
}

export interface CollectorDeps {
  store: ObjectStore;
  database: Database;
  findReferred: FindReferred;
  clock: Clock;
  graceMs: number;
}

const LOCKED_AT_ONCE = 50;

export function createCollector({ store, database, findReferred, clock, graceMs }: CollectorDeps): Collector {
  let stopped = false;

  /**
   * Against those who publish meanwhile: they touch an object's row, look for its bytes, and refer to it, in this order and
   * within seconds (`ObjectService.hold`); an upload touches, then writes. We take the row first and look for references then.
   * Who touched before us is seen by the time in the row, for longer than any publication takes; who touches after us waits,
   * finds the bytes gone, and uploads them. No lock of the feed is held while a store is slow.
   *
   * What is left: a node that loses its database in the instant between lock and deletion deletes without a lock.
   */
  async function collectSome(candidates: readonly ListedObject[], sinceMs: number): Promise<ListedObject[]> {
    return database.transaction(async (tx) => {
      const unwanted = await lockUnwanted(tx, idsOf(candidates), sinceMs);
      const referred = await findReferred(tx, unwanted, sinceMs);
      const garbage = candidates.filter(({ id }) => unwanted.includes(id) && !referred.has(id));
      await Promise.all(garbage.map(({ id }) => store.remove(id)));
      await forgetUses(tx, unwanted);
      return garbage;
    });
  }

  async function collect(): Promise<Collected> {
    const sinceMs = clock.nowMs() - graceMs;
    const sum: Collected = { seen: 0, deleted: 0, freedBytes: 0 };
    for await (const page of store.list()) {
      sum.seen += page.length;
      const old = page.filter(({ modifiedAtMs }) => modifiedAtMs < sinceMs);
      for (let at = 0; at < old.length && !stopped; at += LOCKED_AT_ONCE) {
        const some = old.slice(at, at + LOCKED_AT_ONCE);
        const referred = await findReferred(database, idsOf(some), sinceMs);
        const candidates = some.filter(({ id }) => !referred.has(id));
        if (candidates.length === 0) continue;
        const garbage = await collectSome(candidates, sinceMs);
        sum.deleted += garbage.length;
        sum.freedBytes += garbage.reduce((bytes, { sizeBytes }) => bytes + sizeBytes, 0);
      }
      if (stopped) break;
    }
    return sum;
  }

  return {
    collect,
    collectIfDue: async (intervalMs) => ((await claimCollection(database, clock.nowMs(), intervalMs)) ? collect() : null),
    stop: () => void (stopped = true),
  };
}

const idsOf = (objects: readonly ListedObject[]): string[] => objects.map(({ id }) => id);
