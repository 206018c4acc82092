import {
  type ApiClient,
  type ApiResult,
  type Changes,
  createChanges,
  type Database,
  type Platform,
  type SqlExecutor,
  throwIfAborted,
} from '../infrastructure/public.ts';
import { sumFreeableBytes, sumStoredBytes } from './assets-repo.ts';
import { createDownloading, type Downloading } from './downloading.ts';
import type { Downloads } from './downloads.ts';
import { listCachedUnits, moveDownload } from './downloads-repo.ts';
import { recordEvent } from './events-repo.ts';
import { type FilesDeps, reconcileFiles } from './files.ts';
import { createKeyedLock } from './keyed-lock.ts';
import { readMetadata, readMetadataNumber, writeMetadata } from './metadata.ts';
import type { ChangeTopic, DownloadState } from './models.ts';
import { countOutbox, enqueue } from './outbox.ts';
import { hasAnyUnit, listUnitRecords, readLessonRecord, readUnitRecord, setInMyUnits } from './repo.ts';
import {
  countTooNew,
  hasOldSchemas,
  listOutdated,
  listStubsToTry,
  markStubTried,
  type OutdatedUnit,
  purgeOldSchemas,
  type SupportedSchemas,
} from './stubs-repo.ts';
import type { CatalogueFill, OfflineCache } from './store.ts';
import { createSync, type Sync } from './sync.ts';
import { createTray } from './tray.ts';
import { createUnitFetcher, type UnitFetcher } from './unit-fetcher.ts';

export interface OfflineCacheDeps {
  platform: Platform;
  /** Of this person, migrated. Closed by `close()`. */
  database: Database;
  /** The person's area of the file store. */
  area: string;
  personId: string;
  schemas: SupportedSchemas;
  createApi: (onOutcome: (kind: ApiResult<unknown>['kind']) => void) => ApiClient;
}

interface Parts {
  deps: OfflineCacheDeps;
  database: Database;
  changes: Changes<ChangeTopic>;
  units: UnitFetcher;
  downloads: Downloads;
  sync: Sync;
  filesDeps: FilesDeps;
  noteUse: Downloading['noteUse'];
}

/** One person's cache, ready to be read; rows agree with the disk and old schemas are gone. Nothing has been asked of the network. */
export async function createOfflineCache(deps: OfflineCacheDeps): Promise<OfflineCache> {
  const { platform, database, area, schemas } = deps;
  const { clock, ids, logger, files, connectivity, createSha256 } = platform;
  const abort = new AbortController();
  const { signal } = abort;
  const changes = createChanges<ChangeTopic>();
  const lock = createKeyedLock();
  const filesDeps: FilesDeps = { database, files, area, clock, lock };
  const api = deps.createApi((kind) => sync?.noteOutcome(kind));

  if ((await readMetadata(database, 'device_id')) === null) await writeMetadata(database, 'device_id', ids.uuid());
  await purge(database, schemas);
  await reconcileFiles(filesDeps);

  const notify = (...topics: ChangeTopic[]): void => {
    if (!signal.aborted) changes.notify(...topics);
  };
  const units = createUnitFetcher({
    ...{ database, api, clock, schemas, signal },
    onOtherFeed: () => void sync.run('online'),
  });
  const { downloads, limit, ...downloading } = await createDownloading({ platform, filesDeps, api, units, notify, signal });
  // An app whose disk is full must still open (rule DL-7).
  await limit.enforce().catch((error: unknown) => logger.warn('making room failed', { error: String(error) }));
  const sync: Sync = await createSync({
    ...{ database, api, clock, ids, logger, connectivity, createSha256, schemas, signal },
    lifecycle: platform.lifecycle,
    afterPull: async (runSignal) => {
      await purge(database, schemas);
      await tryStubs(database, units, schemas, runSignal);
      await downloading.sweepFiles();
      // Units that were finished meanwhile, here or on another device, may make room now.
      await limit.enforce();
    },
    refreshDownloads: async (isFresh) => {
      await enqueueUpdates(deps);
      downloads.kick(isFresh);
    },
    onStatus: () => notify('sync'),
    onUnits: () => notify('units', 'downloads'),
    onOutbox: () => notify('outbox', 'progress'),
    onProgress: () => notify('progress'),
  });

  const parts: Parts = { deps, database, changes, units, downloads, sync, filesDeps, noteUse: downloading.noteUse };
  return {
    ...storeOf(parts),
    ...downloadsOf(parts),
    ...createTray({ platform, database, personId: deps.personId, changes, sync }),
    ...downloading.choices,
    ...downloading.removals,
    subscribe: (listener) => changes.subscribe(listener),
    syncStatus: () => sync.status(),
    syncNow: () => sync.run('user'),
    resolveAsset: downloading.resolveAsset,
    start() {
      downloads.kick(true);
      void sync.run('start');
    },
    async close() {
      abort.abort();
      await sync.stop();
      await downloading.stop();
      // Asked for in one breath: calls take turns, so no write comes between the count and the end.
      const [{ waiting, refused }] = await Promise.all([countOutbox(database), database.close()]);
      return waiting + refused;
    },
  };
}

/** Mostly there is nothing to purge; to see that takes no turn to write. */
async function purge(database: Database, schemas: SupportedSchemas): Promise<void> {
  const isNoted = (await readMetadataNumber(database, 'schema:oldest_supported_unit')) === schemas.oldest;
  if (isNoted && !(await hasOldSchemas(database, schemas.oldest))) return;
  await database.transaction(async (tx) => {
    await purgeOldSchemas(tx, schemas.oldest);
    // Only when it changed: an app whose disk is full must still open (rule DL-7).
    if ((await readMetadataNumber(tx, 'schema:oldest_supported_unit')) === schemas.oldest) return;
    await writeMetadata(tx, 'schema:oldest_supported_unit', schemas.oldest);
  });
}

/** Units that were kept out and may do now, one by one (rules SV-2, SV-3). */
async function tryStubs(database: Database, units: UnitFetcher, schemas: SupportedSchemas, signal: AbortSignal): Promise<void> {
  for (const unitId of await listStubsToTry(database, schemas)) {
    throwIfAborted(signal);
    const result = await units.fetch(unitId);
    if (result.kind === 'stored') continue;
    if (result.kind !== 'missing' && result.kind !== 'unsupported') return;
    await markStubTried(database, unitId);
  }
}

/** A unit that the learner keeps and that changed is fetched anew beside the old version (rules DL-6, SY-2). */
async function enqueueUpdates({ database, platform }: OfflineCacheDeps): Promise<void> {
  if ((await listOutdatedDownloads(database)).length === 0) return;
  await database.transaction(async (tx) => {
    const changed = await listOutdatedDownloads(tx);
    for (const { id } of changed) await moveDownload(tx, id, { kind: 'requested' }, { nowAt: platform.clock.now() });
  });
}

const listOutdatedDownloads = (executor: SqlExecutor): Promise<{ id: string }[]> =>
  executor.all(
    `SELECT id FROM units WHERE download_status <> 'not_downloaded' AND downloaded_version <> version
     AND id NOT IN (SELECT unit_id FROM downloads)`,
  );

/** What `content` and `learning_session` read and write. */
function storeOf({ deps, database, changes, units, sync, noteUse }: Parts) {
  const { clock } = deps.platform;
  const hasCatalogue = async (): Promise<boolean> =>
    (await hasAnyUnit(database)) || (await readMetadataNumber(database, 'last_pull:units')) !== null;
  return {
    reader: database,
    write: async <T>(topics: readonly ChangeTopic[], work: Parameters<typeof database.transaction<T>>[0]): Promise<T> => {
      const result = await database.transaction(work);
      // It is on disk: trouble with counting must not tell the screen otherwise.
      await sync.refreshCounts().catch(() => undefined);
      changes.notify(...topics, 'outbox');
      if (sync.status().outstanding > 0) sync.soon();
      return result;
    },
    recordEvent: (tx, event, exerciseCount) => recordEvent(tx, event, exerciseCount, clock.now()),
    enqueue: (tx, write) => enqueue(tx, write, clock.now()),
    readNote: (key) => readMetadata(database, `note:${key}`),
    writeNote: (key, value) => writeMetadata(database, `note:${key}`, value),
    setInMyUnits,
    listUnits: (listing) => listUnitRecords(database, listing, deps.personId),
    listOutdatedUnits: () => listOutdated(database),
    countUnitsForNewerApps: () => countTooNew(database),
    readUnit: (unitId) => readUnitRecord(database, unitId),
    readLesson: (unitId, lessonId) => {
      const lesson = readLessonRecord(database, unitId, lessonId);
      noteUse(unitId);
      return lesson;
    },
    fetchUnit: async (unitId) => {
      const result = await units.fetch(unitId);
      if (result.kind === 'stored') changes.notify('units');
      return result;
    },
    hasCatalogue,
    async fillCatalogue(): Promise<CatalogueFill> {
      await sync.firstPage();
      if (await hasCatalogue()) return 'filled';
      return sync.status().lastError === 'offline' ? 'offline' : 'error';
    },
  } satisfies Partial<OfflineCache>;
}

function downloadsOf({ database, downloads, filesDeps, deps }: Parts) {
  return {
    listCachedUnits: async () => [
      ...(await listCachedUnits(database)),
      ...(await listOutdated(database)).map((unit) => ({
        unitId: unit.id,
        title: unit.title,
        download: outdatedState(unit),
        downloadedAt: null,
        isOutdated: true,
      })),
    ],
    async storageUse() {
      const { audio, image } = await sumStoredBytes(database);
      const lessonsBytes = await sumLessonBytes(database);
      return {
        lessonsBytes,
        audioBytes: audio,
        imageBytes: image,
        freeableBytes: lessonsBytes + (await sumFreeableBytes(database)),
        freeBytes: await deps.platform.files.freeBytes(),
      };
    },
    downloadState: async (unitId) => {
      const record = await readUnitRecord(database, unitId);
      if (record) return record.download;
      const outdated = (await listOutdated(database)).find(({ id }) => id === unitId);
      return outdated ? outdatedState(outdated) : NOT_DOWNLOADED;
    },
    requestUnitDownload: (unitId) => downloads.request(unitId),
    pauseDownload: (unitId) => downloads.pause(unitId),
    resumeDownload: (unitId) => downloads.resume(unitId),
    cancelDownload: (unitId) => downloads.cancel(unitId),
    async clearAllDownloads() {
      const kept = await database.all<{ id: string }>(
        `SELECT id FROM units WHERE download_status <> 'not_downloaded' OR stored_version IS NOT NULL`,
      );
      const before = (await sumLessonBytes(database)) + (await sumFileBytes(filesDeps));
      await downloads.remove(kept.map(({ id }) => id));
      return { freedBytes: before - (await sumLessonBytes(database)) - (await sumFileBytes(filesDeps)) };
    },
  } satisfies Partial<OfflineCache>;
}

const NOT_DOWNLOADED: DownloadState = { status: 'not_downloaded', reason: null, doneBytes: 0, totalBytes: 0 };

/** Purged by its schema. Once the server was asked and had nothing newer, the line says so (rule SV-1). */
function outdatedState({ is_tried }: OutdatedUnit): DownloadState {
  return { status: 'download_again', reason: is_tried === 1 ? 'outdated' : null, doneBytes: 0, totalBytes: 0 };
}

async function sumLessonBytes(database: Database): Promise<number> {
  const row = await database.get<{ bytes: number | null }>('SELECT SUM(LENGTH(CAST(payload AS BLOB))) AS bytes FROM lessons');
  return row?.bytes ?? 0;
}

async function sumFileBytes({ files, area }: FilesDeps): Promise<number> {
  return (await files.list(area)).reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}
