import type { DownloadReason } from '../../offline_cache/public.ts';

/** Why a picture or a recording cannot be shown, in words. `what` begins the sentence: "The picture". */
export function missingAssetWords(what: string, reason: Exclude<DownloadReason, null>): string {
  switch (reason) {
    case 'offline':
      return `${what} is not on this device yet, and you are offline.`;
    case 'waiting_for_wifi':
      return `${what} is not on this device yet and waits for Wi-Fi.`;
    case 'storage_limit':
      return `${what} does not fit: your storage limit is reached. Raise it in Settings or remove a download.`;
    case 'storage_full':
      return `${what} does not fit: the storage of this device is full.`;
    case 'checksum_mismatch':
      return `${what} arrived damaged and was not kept.`;
    case 'not_available':
    case 'outdated':
    case 'app_too_old':
      return `${what} is not available.`;
    case 'sign_in':
      return `${what} is not on this device yet: sign in again to fetch it.`;
    case 'server_trouble':
      return `${what} could not be fetched: the server has trouble.`;
  }
}

/** Why a write to this device failed. The kind is told by the error's name, never by its message (rule OB-5). */
export function writeFaultWords(what: string, error: unknown): string {
  const isFull = error instanceof Error && error.name === 'StorageFullError';
  return isFull
    ? `${what} because the storage of this device is full. Free some space, then try again.`
    : `${what}. Please try again.`;
}
