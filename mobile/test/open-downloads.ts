import type { Unit } from '@haversack/contract';
import { createKeyedLock } from '../modules/offline_cache/keyed-lock.ts';
import type { DownloadRunDeps } from '../modules/offline_cache/download-run.ts';
import { moveDownload, readQueued } from '../modules/offline_cache/downloads-repo.ts';
import { sweepFiles } from '../modules/offline_cache/files.ts';
import { createObjectFetcher, type ObjectFetcher } from '../modules/offline_cache/object-fetcher.ts';
import { pull } from '../modules/offline_cache/pull.ts';
import { createStorageLimit } from '../modules/offline_cache/storage-limit.ts';
import { createUnitFetcher } from '../modules/offline_cache/unit-fetcher.ts';
import type { MadeAsset } from './factories.ts';
import { type Core, openCore } from './open-core.ts';
import { createServerModel, type ServerModel } from './server-model.ts';

export const AREA = 'person-1';

export interface DownloadsCore extends Core {
  server: ServerModel;
  objects: ObjectFetcher;
  deps: DownloadRunDeps;
  /** What the person chose, and what the network is like. */
  held: { isForWifi: boolean; limitBytes: number | null };
  changes: () => number;
  /** Bytes of files came so often. */
  progress: () => number;
  /** Brings the catalogue up to date. */
  pull: () => Promise<void>;
  /** Puts the unit into the queue, as the person does. */
  enqueue: (unitId: string) => Promise<void>;
  queued: (unitId: string) => ReturnType<typeof readQueued>;
  files: () => Promise<string[]>;
}

/** What downloads are made of, on a catalogue with these units; waits have their longest length, so that they can be told. */
export async function openDownloads(...units: { unit: Unit; objects: MadeAsset[] }[]): Promise<DownloadsCore> {
  const server = createServerModel();
  for (const made of units) server.publish(made);
  const credentials = JSON.stringify({ email: 'ana@example.org', password: 'correct horse' });
  await server.send({ method: 'POST', url: '/api/v1/users/sign-up', body: credentials, timeoutMs: 1 });
  const core = await openCore((request) => server.send(request));
  const { database, api, clock, network, signal } = core;
  const { files, logger, createSha256 } = core.platform;
  const schemas = { oldest: 1, newest: 1 };
  const filesDeps = { database, files, area: AREA, clock, lock: createKeyedLock() };
  let changes = 0;
  let progress = 0;
  const held: DownloadsCore['held'] = { isForWifi: false, limitBytes: null };
  const isHeldForWifi = (): boolean => held.isForWifi;
  const onChange = (): void => void (changes += 1);
  const sweep = async (): Promise<void> => void (await sweepFiles(filesDeps));
  const objects = createObjectFetcher({
    ...filesDeps,
    api,
    http: network,
    isHeldForWifi,
    onProgress: () => void (progress += 1),
  });
  const limited = { limitBytes: () => held.limitBytes, openUnitIds: () => [], sweepFiles: sweep };
  const deps: DownloadRunDeps = {
    ...{ database, clock, logger, signal, objects, isHeldForWifi, onChange },
    ids: { ...core.platform.ids, random: () => 1 },
    units: createUnitFetcher({ database, api, clock, schemas, signal, onOtherFeed: () => undefined }),
    freeBytes: () => files.freeBytes(),
    limit: createStorageLimit({ database, ...limited, onChange }),
    sweepFiles: sweep,
  };
  const refresh = async (): Promise<void> =>
    void (await pull({ database, api, clock, logger, createSha256, schemas, onPage: () => undefined }, signal));
  await refresh();
  network.log.length = 0;
  return {
    ...core,
    ...{ server, objects, deps, held, pull: refresh },
    changes: () => changes,
    progress: () => progress,
    enqueue: async (unitId) =>
      void (await database.transaction((tx) => moveDownload(tx, unitId, { kind: 'requested' }, { nowAt: clock.now() }))),
    queued: (unitId) => readQueued(database, unitId),
    files: async () => (await files.list(AREA)).map(({ name }) => name).sort(),
  };
}
