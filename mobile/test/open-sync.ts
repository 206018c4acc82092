import type { HttpReply, HttpRequest } from '../modules/infrastructure/models.ts';
import { computeDigest } from '../modules/offline_cache/digest.ts';
import { type MetadataKey, readMetadata } from '../modules/offline_cache/metadata.ts';
import { enqueue } from '../modules/offline_cache/outbox.ts';
import { createSync, type Sync } from '../modules/offline_cache/sync.ts';
import type { SyncLoopDeps } from '../modules/offline_cache/sync-loop.ts';
import { makeUnit } from './factories.ts';
import { type Core, jsonReply, openCore } from './open-core.ts';
import { summaryOf } from './server-model.ts';
import { acceptAll, JOIN_ENDPOINT } from './write-server.ts';

export type SyncPart = 'write' | 'units' | 'digest' | 'events';
const PART_OF: [RegExp, SyncPart][] = [
  [/^GET .*\/content\/units\/sync/, 'units'],
  [/^GET .*\/content\/units\/digest/, 'digest'],
  [/^GET .*\/learning_session\/events/, 'events'],
];
const partOf = ({ method, url }: HttpRequest): SyncPart =>
  PART_OF.find(([fits]) => fits.test(`${method} ${url}`))?.[1] ?? 'write';

export interface SyncCore extends Core {
  loopDeps: SyncLoopDeps;
  /** What was asked of the server and of the rest of the app, in order. */
  steps: string[];
  /** Answers that are not the healthy ones. */
  answers: Map<SyncPart, () => HttpReply>;
  metadata: (key: MetadataKey) => Promise<string | null>;
  /** A write that goes by itself, in a lane of its own. */
  addWrite: (name: string) => Promise<void>;
  isDigestRight: boolean;
}

/** What a sync stands on: a healthy server with one unit, an outbox that is empty; waits have their longest length. */
export async function openSync(): Promise<SyncCore> {
  const steps: string[] = [];
  const answers: SyncCore['answers'] = new Map();
  const core = await openCore((request) => {
    const part = partOf(request);
    steps.push(part);
    return answers.get(part)?.() ?? healthy(part, request);
  });
  const { createSha256, logger, ids } = core.platform;

  async function healthy(part: SyncPart, request: HttpRequest): Promise<HttpReply> {
    if (part === 'write') return acceptAll(request);
    if (part === 'events') return jsonReply({ events: [], cursor: '0', has_more: false });
    if (part === 'digest') {
      const digest = await computeDigest(core.database, createSha256);
      return jsonReply(sync.isDigestRight ? digest : { ...digest, count: 99 });
    }
    const rest = { feed_id: 'feed-1', cursor: 'c1', has_more: false, server_time: '2026-11-24T00:00:00Z' };
    return jsonReply({ units: [summaryOf(makeUnit(1).unit)], deleted: { units: [], lessons: [] }, ...rest });
  }

  const sync: SyncCore = {
    ...core,
    steps,
    answers,
    isDigestRight: true,
    loopDeps: {
      ...{ ...core, createSha256, logger, ids: { ...ids, random: () => 1 }, schemas: { oldest: 1, newest: 1 } },
      afterPull: async () => void steps.push('purge'),
      refreshDownloads: async (isFresh) => void steps.push(`downloads ${isFresh ? 'afresh' : 'as they wait'}`),
      onPage: () => void steps.push('page'),
      onOutboxChange: async () => void steps.push('outbox'),
      onProgress: () => void steps.push('progress'),
    },
    metadata: (key) => readMetadata(core.database, key),
    addWrite: (name) => {
      const rest = { lane: name, endpoint: JOIN_ENDPOINT, method: 'PUT', payload: null } as const;
      return enqueue(core.database, { id: name, idempotencyKey: name, ...rest }, core.clock.now());
    },
  };
  return sync;
}

/** A sync that runs on it. */
export interface Synced extends SyncCore {
  sync: Sync;
  /** How often each of the listeners was called. */
  told: { status: number; units: number; outbox: number };
  /** Called with each change of the status. */
  onStatus: () => void;
  loops: () => number;
}
export async function openRunningSync(prepare: (core: SyncCore) => Promise<void> | void = () => undefined): Promise<Synced> {
  const core = await openSync();
  await prepare(core);
  const { connectivity, lifecycle } = core.platform;
  const told = { status: 0, units: 0, outbox: 0 };
  const sync = await createSync({
    ...{ ...core.loopDeps, connectivity, lifecycle },
    onStatus: () => {
      told.status += 1;
      synced.onStatus();
    },
    onUnits: () => void (told.units += 1),
    onOutbox: () => void (told.outbox += 1),
  });
  const synced: Synced = Object.assign(core, {
    sync,
    told,
    onStatus: () => undefined,
    loops: () => core.network.countOf('/content/units/sync'),
  });
  return synced;
}
/** The next request that fits waits until the result is called. */
export function hold({ network }: Synced, fits: string | RegExp): () => void {
  let letGo = (): void => undefined;
  network.next(fits, { kind: 'held', until: new Promise((resolve) => (letGo = () => resolve())) });
  return () => letGo();
}
