import { StyleSheet, View } from 'react-native';
import { Button, ButtonRow, Card, formatBytes, Heading, space, Text } from '../../ui_system/public.ts';
import type { CachedUnit } from '../models.ts';
import type { DownloadAction } from '../queries.tsx';
import { DownloadBadge } from './download-badge.tsx';
import { DownloadProgress, isUnderWay } from './download-progress.tsx';
import { reasonWords } from './download-words.ts';

/** One unit that takes room here: size, state, progress, and **Delete** at once (what was answered is not part of it). */
export function CachedUnitRow(props: { unit: CachedUnit; onAction(action: DownloadAction): void }) {
  const { unit, onAction } = props;
  const { download, title } = unit;
  const reason = reasonWords(download.reason);
  const next = nextStep(download.status);
  return (
    <Card>
      <View style={styles.head}>
        <View style={styles.words}>
          <Heading level={3} variant="heading">
            {title}
          </Heading>
          <Text variant="small" tone="muted">
            {formatBytes(isUnderWay(download) ? download.totalBytes : download.doneBytes)}
          </Text>
        </View>
        <DownloadBadge state={download} isLive />
      </View>
      {isUnderWay(download) ? <DownloadProgress title={title} state={download} /> : null}
      {reason === null ? null : <Text tone={download.status === 'failed' ? 'danger' : 'muted'}>{reason}</Text>}
      <ButtonRow>
        {next === null ? null : (
          <Button
            kind="secondary"
            isCompact
            label={next.label}
            name={`${next.label} ${title}`}
            onPress={() => onAction(next.action)}
          />
        )}
        {unit.isOutdated === true ? null : (
          <Button
            kind="secondary"
            isCompact
            icon="trash"
            label="Delete"
            name={`Delete ${title}`}
            onPress={() => onAction('remove')}
          />
        )}
      </ButtonRow>
    </Card>
  );
}

function nextStep(status: CachedUnit['download']['status']): { label: string; action: DownloadAction } | null {
  switch (status) {
    case 'queued':
    case 'downloading':
      return { label: 'Pause', action: 'pause' };
    case 'paused':
      return { label: 'Resume', action: 'resume' };
    case 'failed':
      return { label: 'Try again', action: 'start' };
    case 'update_available':
    case 'download_again':
      return { label: 'Download', action: 'start' };
    case 'downloaded':
    case 'not_downloaded':
      return null;
  }
}

const styles = StyleSheet.create({
  head: { flexDirection: 'row', flexWrap: 'wrap', justifyContent: 'space-between', gap: space.m },
  words: { flex: 1, minWidth: 180, gap: 2 },
});
