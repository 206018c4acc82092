import { StyleSheet, View } from 'react-native';
import { Badge, Button, Card, Heading, space, Text, useI18n, useNow, useTextScale, type I18n } from '../../ui_system/public.ts';
import type { SyncError, SyncStatus } from '../models.ts';
import { useSyncNow, useSyncStatus } from '../queries.tsx';
import { outstandingWords, syncErrorWords } from './download-words.ts';

const HARMLESS: ReadonlySet<SyncError> = new Set(['repaired', 'offline']);

/** Whether all that the learner did has reached the server, and when they last spoke (rules CM-1, SY-3). */
export function SyncCard() {
  const status = useSyncStatus();
  const sync = useSyncNow();
  const now = useNow();
  const i18n = useI18n();
  // Two lines, so that nothing below moves when a sync fails or goes well again.
  const roomForError = { minHeight: 40 * useTextScale() };
  return (
    <Card>
      <View style={styles.head}>
        <Heading level={2}>{i18n.t('Sync')}</Heading>
        {status.isOnline ? (
          <Badge label={i18n.t('Online')} tone="success" isLive />
        ) : (
          <Badge label={i18n.t('Offline')} icon="offline" tone="warning" isLive />
        )}
      </View>
      <Text variant="label" live="polite">
        {outstandingWords(i18n, status.outstanding)}
      </Text>
      <View style={styles.lines}>
        <Text tone="muted">{lastSyncWords(i18n, status, now)}</Text>
        <Text
          variant="small"
          tone={status.lastError === null || HARMLESS.has(status.lastError) ? 'muted' : 'danger'}
          live="polite"
          style={roomForError}
        >
          {status.lastError === null
            ? i18n.t('What you do is sent by itself whenever there is a network.')
            : syncErrorWords(i18n, status.lastError)}
        </Text>
      </View>
      <View style={styles.action}>
        <Button
          label={i18n.t('Sync now')}
          icon="refresh"
          kind="secondary"
          isBusy={status.isRunning || sync.isPending}
          onPress={() => sync.mutate()}
        />
      </View>
    </Card>
  );
}

export function lastSyncWords(i18n: I18n, status: SyncStatus, now: number): string {
  if (status.isRunning) return i18n.t('Syncing…');
  if (status.lastSuccessAt === null) return i18n.t('Not synced yet');
  return i18n.t('Last synced {moment}', { moment: i18n.moment(status.lastSuccessAt, now) });
}

const styles = StyleSheet.create({
  head: { flexDirection: 'row', alignItems: 'center', justifyContent: 'space-between', gap: space.m },
  lines: { gap: space.xs },
  action: { flexDirection: 'row' },
});
