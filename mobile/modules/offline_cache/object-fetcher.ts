import { LIMITS, SignedAssets } from '@haversack/contract';
import {
  type ApiClient,
  type Clock,
  type Database,
  type FileStore,
  type Http,
  StorageFullError,
  throwIfAborted,
  TransportError,
} from '../infrastructure/public.ts';
import {
  type AssetRecord,
  fileNameOf,
  findFile,
  listMissingAssets,
  markObjectDownloaded,
  markObjectMissing,
  markObjectProgress,
  PART_ENDING,
  readAsset,
  writeSignedUrls,
} from './assets-repo.ts';
import { CHUNK_BYTES, type ChunkVerdict, judgeChunk, rangeHeaders } from './chunk.ts';
import type { createKeyedLock } from './keyed-lock.ts';
import type { DownloadReason } from './models.ts';

export type FetchFailure = Exclude<DownloadReason, null>;
/** `hasProgressed`: at least one new byte came. */
export type FetchOutcome = { kind: 'done'; localPath: string } | { kind: 'failed'; reason: FetchFailure; hasProgressed: boolean };

export interface ObjectFetcherDeps {
  database: Database;
  api: ApiClient;
  http: Http;
  files: FileStore;
  /** The person's area of the file store. */
  area: string;
  clock: Clock;
  lock: ReturnType<typeof createKeyedLock>;
  /** "Wi-Fi only" was chosen, and the network is a mobile one (rule DL-11). Asked before each chunk. */
  isHeldForWifi: () => boolean;
  onProgress: () => void;
}
export interface ObjectFetcher {
  /**
   * Brings the bytes of one asset to disk: temporary file → size and SHA-256 → moved → row (rules DL-2 to DL-5, DL-10). Continues
   * from the bytes that are there. One run for each object at a time. Rejects only when aborted, or with a fault of ours.
   */
  fetch(asset: AssetRecord, signal: AbortSignal): Promise<FetchOutcome>;
}

/** Left free, so that a full disk never leaves the database unable to write an answer (rule DL-7). */
export const RESERVED_BYTES = 4 * 1024 * 1024;
const CHUNK_TIMEOUT_MS = 60_000;
/**
 * Screens hear of progress this often, and its row is written no more often: each time waits for the disk, and with a row for every
 * chunk a download was mostly that. How far a file is after a death, the file itself says (rule DL-9).
 */
const NOTE_EVERY_MS = 250;

export function createObjectFetcher(deps: ObjectFetcherDeps): ObjectFetcher {
  return {
    fetch: (asset, signal) =>
      deps.lock(asset.objectId, async () => {
        const known = await adoptFile(deps, asset);
        if (known !== null) return { kind: 'done', localPath: known };
        const name = fileNameOf(asset);
        if (name === null) return { kind: 'failed', reason: 'not_available', hasProgressed: false };
        const run: Run = {
          ...{ deps, asset, signal, name, url: asset.url, etag: asset.etag, hasProgressed: false },
          ...{ doneBytes: asset.doneBytes, notedBytes: asset.doneBytes, notedAt: -Infinity },
        };
        try {
          return await fetchToDisk(run);
        } catch (error) {
          // A database that cannot take it has its own say; the file knows all the same.
          await noteProgress(run).catch(() => undefined);
          return failureOf(error, run);
        }
      }),
  };
}

interface Run {
  deps: ObjectFetcherDeps;
  asset: AssetRecord;
  signal: AbortSignal;
  name: string;
  url: string;
  etag: string | null;
  hasProgressed: boolean;
  /** On disk, and what of it the rows say; when they were told, in monotonic time. */
  doneBytes: number;
  notedBytes: number;
  notedAt: number;
}

/** Ends a run; what it says becomes the outcome. */
class Interruption extends Error {
  readonly reason: FetchFailure;
  constructor(reason: FetchFailure) {
    super(reason);
    this.reason = reason;
  }
}

function failureOf(error: unknown, { hasProgressed }: Run): FetchOutcome {
  // Bytes that turned out wrong are no progress, or a wrong object would be fetched for ever.
  const fail = (reason: FetchFailure): FetchOutcome => ({
    kind: 'failed',
    reason,
    hasProgressed: hasProgressed && reason !== 'checksum_mismatch',
  });
  if (error instanceof Interruption) return fail(error.reason);
  if (error instanceof StorageFullError) return fail('storage_full');
  if (error instanceof TransportError && error.reason === 'offline') return fail('offline');
  if (error instanceof TransportError && error.reason !== 'aborted') return fail('server_trouble');
  throw error;
}

/** Bytes that are on disk already: for another row, or moved into place by a run that died before it could say so. */
async function adoptFile(deps: ObjectFetcherDeps, asset: AssetRecord): Promise<string | null> {
  const { database, files, area, clock } = deps;
  const candidates = new Set([await findFile(database, asset.objectId), fileNameOf(asset)]);
  for (const name of candidates) {
    if (name === null) continue;
    const size = await files.size(area, name);
    if (size === null) continue;
    if (size === asset.sizeBytes && (await files.sha256(area, name)) === asset.objectId) {
      await database.transaction((tx) => markObjectDownloaded(tx, asset.objectId, name, clock.now()));
      return name;
    }
    await files.remove(area, name);
  }
  return null;
}

async function fetchToDisk(run: Run): Promise<FetchOutcome> {
  const { asset, name } = run;
  const { database, files, area, clock } = run.deps;
  const part = name + PART_ENDING;
  let offset = (await files.size(area, part)) ?? 0;
  if (offset > asset.sizeBytes) offset = await beginAgain(run, part);
  await checkSpace(run, asset.sizeBytes - offset);
  if (asset.sizeBytes === 0) await files.append(area, part, 0, new Uint8Array());
  let restarts = 0;
  while (offset < asset.sizeBytes) {
    throwIfAborted(run.signal);
    const verdict = await fetchChunk(run, offset);
    if (verdict.kind === 'restart' || (verdict.kind === 'bytes' && verdict.isWhole && offset > 0)) {
      restarts += 1;
      if (restarts > 1) throw new Interruption('server_trouble');
      offset = await beginAgain(run, part);
      if (verdict.kind === 'restart') continue;
    }
    if (verdict.kind !== 'bytes') throw new Interruption('server_trouble');
    throwIfAborted(run.signal);
    await files.append(area, part, offset, verdict.bytes);
    offset += verdict.bytes.length;
    run.etag = verdict.etag;
    run.hasProgressed = true;
    run.doneBytes = offset;
    if (clock.monotonicNow() - run.notedAt >= NOTE_EVERY_MS) await noteProgress(run);
    run.deps.onProgress();
  }
  // Of what the disk gives back, not of what was handed to it.
  if ((await files.sha256(area, part)) !== asset.objectId) {
    await beginAgain(run, part);
    throw new Interruption('checksum_mismatch');
  }
  await files.move(area, part, name);
  await database.transaction((tx) => markObjectDownloaded(tx, asset.objectId, name, clock.now()));
  run.deps.onProgress();
  return { kind: 'done', localPath: name };
}

async function noteProgress(run: Run): Promise<void> {
  const { deps, asset, doneBytes, etag } = run;
  if (doneBytes === run.notedBytes) return;
  await markObjectProgress(deps.database, asset.objectId, { doneBytes, etag });
  run.notedBytes = doneBytes;
  run.notedAt = deps.clock.monotonicNow();
}

async function beginAgain(run: Run, part: string): Promise<0> {
  const { deps, asset } = run;
  await deps.files.remove(deps.area, part);
  await markObjectMissing(deps.database, asset.objectId);
  run.doneBytes = run.notedBytes = 0;
  return 0;
}

async function checkSpace({ deps }: Run, neededBytes: number): Promise<void> {
  const free = await deps.files.freeBytes();
  if (free !== null && free < neededBytes + RESERVED_BYTES) throw new Interruption('storage_full');
}

/** One range; an address that has expired is signed again once, and costs no byte (rule DL-4). */
async function fetchChunk(run: Run, offset: number): Promise<ChunkVerdict> {
  const verdict = await requestChunk(run, offset);
  if (verdict.kind !== 'sign_again' && verdict.kind !== 'gone') return verdict;
  await signAgain(run);
  const second = await requestChunk(run, offset);
  if (second.kind === 'gone') throw new Interruption('not_available');
  return second;
}

async function requestChunk(run: Run, offset: number): Promise<ChunkVerdict> {
  if (run.deps.isHeldForWifi()) throw new Interruption('waiting_for_wifi');
  const reply = await run.deps.http.send({
    method: 'GET',
    url: run.url,
    headers: rangeHeaders(offset, run.asset.sizeBytes, run.etag),
    timeoutMs: CHUNK_TIMEOUT_MS,
    maxBytes: Math.max(run.asset.sizeBytes, CHUNK_BYTES) + CHUNK_BYTES,
    signal: run.signal,
  });
  return judgeChunk(reply, offset, run.asset.sizeBytes);
}

/** Signs what the unit still lacks in one call, so that its other files find fresh addresses in their rows. */
async function signAgain(run: Run): Promise<void> {
  const { asset, deps } = run;
  const row = await readAsset(deps.database, asset.id);
  if (row && row.url !== run.url && row.objectId === asset.objectId) {
    run.url = row.url;
    return;
  }
  const missing = await listMissingAssets(deps.database, asset.unitId, asset.unitVersion);
  const ids = [...new Set([asset.id, ...missing.map(({ id }) => id)])].slice(0, LIMITS.signBatchMaxItems);
  const result = await deps.api.call({
    method: 'POST',
    path: '/content/assets/sign',
    body: { asset_ids: ids },
    answer: SignedAssets,
    signal: run.signal,
  });
  if (result.kind === 'offline' || result.kind === 'sign_in') throw new Interruption(result.kind);
  if (result.kind !== 'ok') throw new Interruption('server_trouble');
  await deps.database.transaction((tx) => writeSignedUrls(tx, result.body));
  const signed = result.body.assets.find(({ id }) => id === asset.id);
  // Published anew with other bytes: these will not come, until the unit does.
  if (!signed || (signed.object_id ?? asset.objectId) !== asset.objectId) throw new Interruption('not_available');
  run.url = signed.url;
}
