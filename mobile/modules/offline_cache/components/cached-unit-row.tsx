import { StyleSheet, View } from 'react-native';
import { Button, ButtonRow, Card, Heading, space, Text, useI18n, type I18n } from '../../ui_system/public.ts';
import type { CachedUnit } from '../models.ts';
import type { DownloadAction } from '../queries.tsx';
import { DownloadBadge } from './download-badge.tsx';
import { DownloadProgress, isUnderWay } from './download-progress.tsx';
import { reasonWords } from './download-words.ts';

/** One unit that takes room here: size, state, progress, and **Delete** at once (what was answered is not part of it). */
export function CachedUnitRow(props: { unit: CachedUnit; onAction(action: DownloadAction): void }) {
  const { unit, onAction } = props;
  const { download, title } = unit;
  const i18n = useI18n();
  const reason = reasonWords(i18n, download.reason);
  const next = nextStep(i18n, download.status);
  const titled = i18n.content(title);
  return (
    <Card>
      <View style={styles.head}>
        <View style={styles.words}>
          <Heading level={3} variant="heading" dir="auto">
            {title}
          </Heading>
          <Text variant="small" tone="muted">
            {i18n.bytes(isUnderWay(download) ? download.totalBytes : download.doneBytes)}
          </Text>
        </View>
        <DownloadBadge state={download} isLive />
      </View>
      {isUnderWay(download) ? <DownloadProgress title={title} state={download} /> : null}
      {reason === null ? null : <Text tone={download.status === 'failed' ? 'danger' : 'muted'}>{reason}</Text>}
      <ButtonRow>
        {next === null ? null : (
          <Button kind="secondary" isCompact label={next.label} name={next.name(titled)} onPress={() => onAction(next.action)} />
        )}
        {unit.isOutdated === true ? null : (
          <Button
            kind="secondary"
            isCompact
            icon="trash"
            label={i18n.t('Delete')}
            name={i18n.t('Delete {title}', { title: titled })}
            onPress={() => onAction('remove')}
          />
        )}
      </ButtonRow>
    </Card>
  );
}

interface Step {
  label: string;
  /** Of one unit among others. */
  name(title: string): string;
  action: DownloadAction;
}

function nextStep(i18n: I18n, status: CachedUnit['download']['status']): Step | null {
  switch (status) {
    case 'queued':
    case 'downloading':
      return { label: i18n.t('Pause'), name: (title) => i18n.t('Pause {title}', { title }), action: 'pause' };
    case 'paused':
      return { label: i18n.t('Resume'), name: (title) => i18n.t('Resume {title}', { title }), action: 'resume' };
    case 'failed':
      return { label: i18n.t('Try again'), name: (title) => i18n.t('Try again {title}', { title }), action: 'start' };
    case 'update_available':
    case 'download_again':
      return { label: i18n.t('Download'), name: (title) => i18n.t('Download {title}', { title }), action: 'start' };
    case 'downloaded':
    case 'not_downloaded':
      return null;
  }
}

const styles = StyleSheet.create({
  head: { flexDirection: 'row', flexWrap: 'wrap', justifyContent: 'space-between', gap: space.m },
  words: { flex: 1, minWidth: 180, gap: 2 },
});
