import type { DownloadReason } from '../../offline_cache/public.ts';
import type { I18n } from '../../ui_system/public.ts';

type AssetKind = 'picture' | 'recording';

/** Why a picture or a recording cannot be shown, in words. */
export function missingAssetWords(i18n: I18n, kind: AssetKind, reason: Exclude<DownloadReason, null>): string {
  return kind === 'picture' ? missingPictureWords(i18n, reason) : missingRecordingWords(i18n, reason);
}

function missingPictureWords(i18n: I18n, reason: Exclude<DownloadReason, null>): string {
  switch (reason) {
    case 'offline':
      return i18n.t('The picture is not on this device yet, and you are offline.');
    case 'waiting_for_wifi':
      return i18n.t('The picture is not on this device yet and waits for Wi-Fi.');
    case 'storage_limit':
      return i18n.t('The picture does not fit: your storage limit is reached. Raise it in Settings or remove a download.');
    case 'storage_full':
      return i18n.t('The picture does not fit: the storage of this device is full.');
    case 'checksum_mismatch':
      return i18n.t('The picture arrived damaged and was not kept.');
    case 'not_available':
    case 'outdated':
    case 'app_too_old':
      return i18n.t('The picture is not available.');
    case 'sign_in':
      return i18n.t('The picture is not on this device yet: sign in again to fetch it.');
    case 'server_trouble':
      return i18n.t('The picture could not be fetched: the server has trouble.');
  }
}

function missingRecordingWords(i18n: I18n, reason: Exclude<DownloadReason, null>): string {
  switch (reason) {
    case 'offline':
      return i18n.t('The recording is not on this device yet, and you are offline.');
    case 'waiting_for_wifi':
      return i18n.t('The recording is not on this device yet and waits for Wi-Fi.');
    case 'storage_limit':
      return i18n.t('The recording does not fit: your storage limit is reached. Raise it in Settings or remove a download.');
    case 'storage_full':
      return i18n.t('The recording does not fit: the storage of this device is full.');
    case 'checksum_mismatch':
      return i18n.t('The recording arrived damaged and was not kept.');
    case 'not_available':
    case 'outdated':
    case 'app_too_old':
      return i18n.t('The recording is not available.');
    case 'sign_in':
      return i18n.t('The recording is not on this device yet: sign in again to fetch it.');
    case 'server_trouble':
      return i18n.t('The recording could not be fetched: the server has trouble.');
  }
}

/** Why a write to this device failed. The kind is told by the error's name, never by its message (rule OB-5). */
export function writeFaultWords(i18n: I18n, what: 'start' | 'answer' | 'end', error: unknown): string {
  const isFull = error instanceof Error && error.name === 'StorageFullError';
  switch (what) {
    case 'start':
      return isFull
        ? i18n.t('This lesson could not be started because the storage of this device is full. Free some space, then try again.')
        : i18n.t('This lesson could not be started. Please try again.');
    case 'answer':
      return isFull
        ? i18n.t('Your answer could not be saved because the storage of this device is full. Free some space, then try again.')
        : i18n.t('Your answer could not be saved. Please try again.');
    case 'end':
      return isFull
        ? i18n.t(
            'The end of the lesson could not be saved because the storage of this device is full. Free some space, then try again.',
          )
        : i18n.t('The end of the lesson could not be saved. Please try again.');
  }
}
