import type { StoredEvent, Unit } from '@haversack/contract';
import type { Http } from '../../mobile/modules/infrastructure/models.ts';
import { makeUnit } from '../../mobile/test/factories.ts';
import { createServerModel } from '../../mobile/test/server-model.ts';

/** A server and its operator's hands. */
export interface SimServer {
  http: Http;
  publish(unit: UnitPlan): Promise<void>;
  remove(unitId: string, reason: 'deleted' | 'access_revoked'): Promise<void>;
  revokeTokens(): Promise<void>;
  expireUrls(): Promise<void>;
  /** Cursors given so far are older than the tombstones that are kept. */
  forgetCursors?(): Promise<void>;
  /** Refuses every n-th answer by its id from now on; 0: none. */
  poison?(everyNth: number): Promise<void>;
  backUp?(): Promise<() => Promise<void>>;
  /** Its clock is the world's. */
  followTime?(elapsedMs: () => number): void;
  truth(): Promise<Truth>;
  close(): Promise<void>;
}

/** What the server holds. */
export interface Truth {
  /** What everybody may see. */
  units: Unit[];
  /** In the order of arrival. */
  eventsByEmail: ReadonlyMap<string, readonly StoredEvent[]>;
  /** How often each write took effect, by its key. */
  effects: ReadonlyMap<string, number>;
}

/** A version of one of the few units that there are. */
export interface UnitPlan {
  number: number;
  /** Recordings, number of lessons: other versions have others. */
  variant: number;
  schemaVersion: number;
}

export const PEOPLE = ['ana@example.org', 'bo@example.org'] as const;

export function createModelServer(): SimServer {
  const model = createServerModel();
  return {
    http: model,
    async publish(plan) {
      model.publish(unitOf(plan));
    },
    async remove(unitId, reason) {
      model.remove(unitId, reason);
    },
    async revokeTokens() {
      model.revokeTokens();
    },
    async expireUrls() {
      model.expireUrls();
    },
    async forgetCursors() {
      model.forgetCursors();
    },
    async poison(everyNth) {
      model.refuseEvent = ({ type, event_id }) =>
        everyNth > 0 && type === 'exercise_answered' && Number.parseInt(event_id.slice(-6), 16) % everyNth === 0
          ? 'forbidden'
          : null;
    },
    async backUp() {
      const restore = model.backUp();
      return async () => restore();
    },
    async truth() {
      return {
        units: model.visibleUnits(),
        eventsByEmail: new Map(PEOPLE.map((email) => [email, model.eventsOf(email)])),
        effects: model.effects,
      };
    },
    close: async () => undefined,
  };
}

const made = new Map<string, ReturnType<typeof makeUnit>>();

/** The first one is there from the beginning and never goes; one has recordings of more than a chunk. */
export function unitOf({ number, variant, schemaVersion }: UnitPlan): ReturnType<typeof makeUnit> {
  const key = `${number}/${variant}/${schemaVersion}`;
  const known = made.get(key);
  if (known) return known;
  const unit = makeUnit(number, {
    title: `Unit ${number}, variant ${variant}`,
    lessonCount: 1 + (variant % 2),
    audioBytes: number === 2 ? 400_000 : 1_000,
    seed: number * 10 + variant,
    schemaVersion,
  });
  unit.unit.lessons = unit.unit.lessons.map((lesson) => ({ ...lesson, schema_version: schemaVersion }));
  made.set(key, unit);
  return unit;
}
