import { StyleSheet, View } from 'react-native';
import {
  Card,
  Heading,
  radius,
  Skeleton,
  space,
  Text,
  useI18n,
  usePalette,
  type I18n,
  type Palette,
} from '../../ui_system/public.ts';
import type { StorageUse } from '../models.ts';
import { EvictionNote } from './storage-persistence.tsx';

interface Share {
  kind: 'lessons' | 'audio' | 'pictures';
  /** What and how much. */
  words: string;
  bytes: number;
  color: string;
}

/** What takes the room on this device, by kind. The words carry it; the bar is a picture of them. */
export function StorageCard({ use, limitBytes }: { use: StorageUse | undefined; limitBytes: number | null }) {
  const palette = usePalette();
  const i18n = useI18n();
  if (use === undefined) return <Skeleton height={150} />;
  const shares = sharesOf(i18n, use, palette);
  const total = shares.reduce((sum, share) => sum + share.bytes, 0);
  const [lessons = '', audio = '', pictures = ''] = shares.map(({ words }) => words);
  const words = i18n.t('Storage used: {lessons}, {audio}, {pictures}', { lessons, audio, pictures });
  return (
    <Card>
      <Heading level={2}>{i18n.t('Storage')}</Heading>
      <View role="img" accessible aria-label={words} style={[styles.bar, { backgroundColor: palette.sunken }]}>
        {shares.map((share) => (
          <View key={share.kind} style={{ flexGrow: share.bytes, flexBasis: 0, backgroundColor: share.color }} />
        ))}
      </View>
      <View style={styles.legend}>
        {shares.map((share) => (
          <View key={share.kind} style={styles.entry}>
            <View aria-hidden style={[styles.dot, { backgroundColor: share.color }]} />
            <Text variant="small">{share.words}</Text>
          </View>
        ))}
      </View>
      <Text variant="small" tone="muted">
        {use.freeBytes === null
          ? i18n.t('{size} used', { size: i18n.bytes(total) })
          : i18n.t('{size} used · {free} free on this device', { size: i18n.bytes(total), free: i18n.bytes(use.freeBytes) })}
      </Text>
      {limitBytes === null ? null : (
        <Text variant="small" tone="muted">
          {i18n.t('Storage limit: {size} for audio and pictures', { size: i18n.bytes(limitBytes) })}
        </Text>
      )}
      <EvictionNote />
    </Card>
  );
}

function sharesOf(i18n: I18n, use: StorageUse, palette: Palette): Share[] {
  const size = (bytes: number) => ({ size: i18n.bytes(bytes) });
  return [
    {
      kind: 'lessons',
      words: i18n.t('Lessons {size}', size(use.lessonsBytes)),
      bytes: use.lessonsBytes,
      color: palette.success,
    },
    { kind: 'audio', words: i18n.t('Audio {size}', size(use.audioBytes)), bytes: use.audioBytes, color: palette.accent },
    {
      kind: 'pictures',
      words: i18n.t('Pictures {size}', size(use.imageBytes)),
      bytes: use.imageBytes,
      color: palette.warning,
    },
  ];
}

const styles = StyleSheet.create({
  bar: { height: 14, borderRadius: radius.pill, overflow: 'hidden', flexDirection: 'row', gap: 2 },
  legend: { flexDirection: 'row', flexWrap: 'wrap', columnGap: space.l, rowGap: space.xs },
  entry: { flexDirection: 'row', alignItems: 'center', gap: space.s },
  dot: { width: 10, height: 10, borderRadius: 5 },
});
