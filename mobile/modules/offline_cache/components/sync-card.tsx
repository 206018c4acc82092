import { StyleSheet, View } from 'react-native';
import { Badge, Button, Card, formatMoment, Heading, space, Text, useNow } from '../../ui_system/public.ts';
import type { SyncStatus } from '../models.ts';
import { useSyncNow, useSyncStatus } from '../queries.tsx';
import { outstandingWords, syncErrorWords } from './download-words.ts';

/** Whether all that the learner did has reached the server, and when they last spoke (rules CM-1, SY-3). */
export function SyncCard() {
  const status = useSyncStatus();
  const sync = useSyncNow();
  const now = useNow();
  return (
    <Card>
      <View style={styles.head}>
        <Heading level={2}>Sync</Heading>
        {status.isOnline ? (
          <Badge label="Online" tone="success" isLive />
        ) : (
          <Badge label="Offline" icon="offline" tone="warning" isLive />
        )}
      </View>
      <Text variant="label" live="polite">
        {outstandingWords(status.outstanding)}
      </Text>
      <View style={styles.lines}>
        <Text tone="muted">{lastSyncWords(status, now)}</Text>
        <Text
          variant="small"
          tone={status.lastError === 'repaired' || status.lastError === 'offline' ? 'muted' : 'danger'}
          live="polite"
        >
          {status.lastError === null ? '' : syncErrorWords(status.lastError)}
        </Text>
      </View>
      <View style={styles.action}>
        <Button
          label="Sync now"
          icon="refresh"
          kind="secondary"
          isBusy={status.isRunning || sync.isPending}
          onPress={() => sync.mutate()}
        />
      </View>
    </Card>
  );
}

export function lastSyncWords(status: SyncStatus, now: number): string {
  if (status.isRunning) return 'Syncing…';
  if (status.lastSuccessAt === null) return 'Not synced yet';
  return `Last synced ${formatMoment(status.lastSuccessAt, now)}`;
}

const styles = StyleSheet.create({
  head: { flexDirection: 'row', alignItems: 'center', justifyContent: 'space-between', gap: space.m },
  lines: { gap: space.xs },
  action: { flexDirection: 'row' },
});
