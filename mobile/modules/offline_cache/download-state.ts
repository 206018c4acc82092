import type { DownloadReason, DownloadStatus } from './models.ts';

/** One entry of the download queue, as its row says it. */
export interface QueueEntry {
  state: 'queued' | 'running' | 'paused' | 'failed';
  reason: DownloadReason;
  /** Tries in a row that brought nothing. */
  failures: number;
}

export type DownloadEvent =
  | { kind: 'requested' }
  | { kind: 'started' }
  | { kind: 'paused' }
  | { kind: 'resumed' }
  | { kind: 'superseded' }
  | { kind: 'progressed' }
  | { kind: 'interrupted'; reason: Exclude<DownloadReason, null> };

/** So many tries without a new byte, and the person is asked instead of the server. */
export const DOWNLOAD_TRIES = 6;

/** Nothing was tried that could have gone wrong: no network, not this network, nobody who may ask. */
const COSTS_NO_TRY: ReadonlySet<DownloadReason> = new Set(['offline', 'waiting_for_wifi', 'sign_in']);

/** Trouble that waiting does not mend. */
const FINAL_REASONS: ReadonlySet<DownloadReason> = new Set([
  'storage_full',
  'storage_limit',
  'not_available',
  'outdated',
  'app_too_old',
]);

/**
 * The one place that says how a download goes on. `entry` null: the unit is not in the queue. Being offline costs no try; a checksum
 * that is wrong twice is not asked a third time.
 */
export function nextQueueEntry(entry: QueueEntry | null, event: DownloadEvent): QueueEntry | null {
  const queued: QueueEntry = { state: 'queued', reason: null, failures: 0 };
  if (event.kind === 'requested') return entry && entry.state !== 'failed' && entry.state !== 'paused' ? entry : queued;
  if (!entry) return null;
  switch (event.kind) {
    case 'started':
      return entry.state === 'queued' ? { ...entry, state: 'running', reason: null } : entry;
    case 'paused':
      return { ...entry, state: 'paused', reason: null };
    case 'resumed':
      return entry.state === 'paused' || entry.state === 'failed' ? queued : entry;
    case 'superseded':
      return entry.state === 'paused' ? entry : queued;
    case 'progressed':
      return entry.failures === 0 ? entry : { ...entry, failures: 0 };
    case 'interrupted':
      return interrupt(entry, event.reason);
  }
}

function interrupt(entry: QueueEntry, reason: Exclude<DownloadReason, null>): QueueEntry {
  if (entry.state === 'paused') return entry;
  if (COSTS_NO_TRY.has(reason)) return { ...entry, state: 'queued', reason };
  const failures = entry.failures + 1;
  const isOver = FINAL_REASONS.has(reason) || failures >= (reason === 'checksum_mismatch' ? 2 : DOWNLOAD_TRIES);
  return { state: isOver ? 'failed' : 'queued', reason, failures };
}

/** What is known of a unit on this device. */
export interface UnitFacts {
  /** Newest version that the catalogue knows. */
  version: number;
  /** Whole on disk, or null. */
  downloadedVersion: number | null;
  /** It was whole once, and the device lost files of it. */
  isLost: boolean;
  entry: QueueEntry | null;
}

/** `download_status` of the unit's row, written in the same transaction as the facts (rules DL-1, DL-6). */
export function downloadStatusOf({ version, downloadedVersion, isLost, entry }: UnitFacts): DownloadStatus {
  if (entry?.state === 'running') return 'downloading';
  if (entry?.state === 'paused') return 'paused';
  if (downloadedVersion !== null) return downloadedVersion === version && !entry ? 'downloaded' : 'update_available';
  if (entry) return entry.state === 'failed' ? 'failed' : 'queued';
  return isLost ? 'download_again' : 'not_downloaded';
}
