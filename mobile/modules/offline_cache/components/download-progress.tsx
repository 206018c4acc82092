import { View } from 'react-native';
import { formatBytes, ProgressBar, space, Text } from '../../ui_system/public.ts';
import type { DownloadState } from '../models.ts';

/** Bar and bytes of a download that has begun and is not whole (rule DL-8). */
export function DownloadProgress({ title, state }: { title: string; state: DownloadState }) {
  const bytes = `${formatBytes(state.doneBytes)} of ${formatBytes(state.totalBytes)}`;
  return (
    <View style={{ gap: space.xs, alignSelf: 'stretch' }}>
      <ProgressBar
        label={`Download of ${title}`}
        value={state.totalBytes === 0 ? 0 : state.doneBytes / state.totalBytes}
        valueText={bytes}
      />
      <Text variant="small" tone="muted">
        {bytes}
      </Text>
    </View>
  );
}

export function isUnderWay({ status }: DownloadState): boolean {
  return status === 'downloading' || status === 'paused' || status === 'queued';
}
