import { StyleSheet, View } from 'react-native';
import { Badge, Button, Card, Heading, space, Text, useI18n, useNow, type I18n } from '../../ui_system/public.ts';
import type { SyncStatus } from '../models.ts';
import { useSyncNow, useSyncStatus } from '../queries.tsx';
import { outstandingWords, syncErrorWords } from './download-words.ts';

/** Whether all that the learner did has reached the server, and when they last spoke (rules CM-1, SY-3). */
export function SyncCard() {
  const status = useSyncStatus();
  const sync = useSyncNow();
  const now = useNow();
  const i18n = useI18n();
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
          tone={status.lastError === 'repaired' || status.lastError === 'offline' ? 'muted' : 'danger'}
          live="polite"
        >
          {status.lastError === null ? '' : syncErrorWords(i18n, status.lastError)}
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
