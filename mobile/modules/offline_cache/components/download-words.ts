import type { I18n, Tone } from '../../ui_system/public.ts';
import type { DownloadReason, DownloadState, SyncError } from '../models.ts';

/** The state of a download as one text of its own. */
export function describeDownload(i18n: I18n, state: DownloadState): string {
  switch (state.status) {
    case 'not_downloaded':
      return i18n.t('Not downloaded');
    case 'queued':
      return i18n.t('Queued');
    case 'downloading':
      return i18n.t('Downloading {percent}', { percent: i18n.percent(percentDone(state) / 100) });
    case 'paused':
      return i18n.t('Paused');
    case 'downloaded':
      return i18n.t('Downloaded');
    case 'update_available':
      return i18n.t('Update available');
    case 'failed':
      return i18n.t('Download failed');
    case 'download_again':
      return i18n.t('Download again');
  }
}

/** Never 100 before it is whole. */
function percentDone({ doneBytes, totalBytes }: DownloadState): number {
  return totalBytes === 0 ? 0 : Math.min(99, Math.floor((doneBytes / totalBytes) * 100));
}

export function downloadTone(state: DownloadState): Tone {
  switch (state.status) {
    case 'downloaded':
      return 'success';
    case 'failed':
      return 'danger';
    case 'update_available':
    case 'download_again':
      return 'warning';
    case 'queued':
    case 'downloading':
      return 'accent';
    case 'not_downloaded':
    case 'paused':
      return 'neutral';
  }
}

/** Why it waits or failed, as a sentence that says what to do; null when there is nothing to say. */
export function reasonWords<Reason extends DownloadReason>(i18n: I18n, reason: Reason): Reason extends null ? null : string;
export function reasonWords(i18n: I18n, reason: DownloadReason): string | null {
  switch (reason) {
    case null:
      return null;
    case 'offline':
      return i18n.t('Waiting for the network. It goes on by itself.');
    case 'waiting_for_wifi':
      return i18n.t('Waiting for Wi-Fi, as you chose in Settings.');
    case 'storage_limit':
      return i18n.t('Your storage limit is reached. Raise it in Settings or remove another download, then try again.');
    case 'storage_full':
      return i18n.t('This device is full. Remove another download, then try again.');
    case 'checksum_mismatch':
      return i18n.t('A file arrived damaged and was thrown away. Try again.');
    case 'not_available':
      return i18n.t('The server no longer has one of its files.');
    case 'server_trouble':
      return i18n.t('The server had trouble. Try again in a while.');
    case 'sign_in':
      return i18n.t('Sign in again, and it goes on by itself. What is here stays.');
    case 'outdated':
      return i18n.t(
        'The server has this unit only as it was made for an older app. It can be downloaded again once its authors renew it.',
      );
    case 'app_too_old':
      return i18n.t('This unit needs a newer version of the app. Update the app.');
  }
}

/** Why what was asked for came to nothing: by the device itself (null), or the unit, of which only the title is here, is not to be had. */
export function faultWords(i18n: I18n, reason: DownloadReason): string {
  switch (reason) {
    case null:
      return i18n.t('This device could not do that. Try again.');
    case 'offline':
      return i18n.t('You are offline. Ask for it again when the network is back.');
    case 'not_available':
      return i18n.t('The server does not have this unit any more, or not for this account.');
    default:
      return reasonWords(i18n, reason);
  }
}

export function syncErrorWords(i18n: I18n, error: SyncError): string {
  switch (error) {
    case 'offline':
      return i18n.t('The server could not be reached. Your work is safe here and is sent when it can be.');
    case 'server_trouble':
      return i18n.t('The server had trouble. It is tried again by itself.');
    case 'sign_in':
      return i18n.t('Sign in again to send your work. It is safe here.');
    case 'storage_full':
      return i18n.t('This device is full. Remove a download to make room.');
    case 'not_ours':
      return i18n.t('Something between you and the server answered instead of it, perhaps the sign-in page of a Wi-Fi network.');
    case 'repaired':
      return i18n.t('A difference from the server was found and repaired.');
  }
}

/** "3 changes waiting to be sent". */
export function outstandingWords(i18n: I18n, count: number): string {
  return i18n.t(
    '{count, plural, =0 {Nothing waiting to be sent} one {# change waiting to be sent} other {# changes waiting to be sent}}',
    { count },
  );
}
