import { View } from 'react-native';
import { ProgressBar, space, Text, useI18n } from '../../ui_system/public.ts';
import type { DownloadState } from '../models.ts';

/** Bar and bytes of a download that has begun and is not whole (rule DL-8). */
export function DownloadProgress({ title, state }: { title: string; state: DownloadState }) {
  const i18n = useI18n();
  const bytes = i18n.t('{done} of {total}', { done: i18n.bytes(state.doneBytes), total: i18n.bytes(state.totalBytes) });
  return (
    <View style={{ gap: space.xs, alignSelf: 'stretch' }}>
      <ProgressBar
        label={i18n.t('Download of {title}', { title: i18n.content(title) })}
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
