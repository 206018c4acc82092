import { Badge, useI18n, type IconName } from '../../ui_system/public.ts';
import type { DownloadState, DownloadStatus } from '../models.ts';
import { describeDownload, downloadTone } from './download-words.ts';

/** The offline state of a unit in words. With `isLive` a change of state (not each percent) is read aloud. */
export function DownloadBadge({ state, isLive = false }: { state: DownloadState; isLive?: boolean }) {
  const i18n = useI18n();
  const icon = ICONS[state.status];
  return (
    <Badge
      label={describeDownload(i18n, state)}
      tone={downloadTone(state)}
      isLive={isLive && state.status !== 'downloading'}
      {...(icon !== undefined && { icon })}
    />
  );
}

const ICONS: Partial<Record<DownloadStatus, IconName>> = {
  downloaded: 'right',
  failed: 'alert',
  update_available: 'refresh',
  download_again: 'refresh',
  queued: 'download',
  downloading: 'download',
  paused: 'pause',
};
