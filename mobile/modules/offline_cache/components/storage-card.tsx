import { StyleSheet, View } from 'react-native';
import { Card, formatBytes, Heading, radius, Skeleton, space, Text, usePalette, type Palette } from '../../ui_system/public.ts';
import type { StorageUse } from '../models.ts';

interface Share {
  label: string;
  bytes: number;
  color: string;
}

/** What takes the room on this device, by kind. The words carry it; the bar is a picture of them. */
export function StorageCard({ use, limitBytes }: { use: StorageUse | undefined; limitBytes: number | null }) {
  const palette = usePalette();
  if (use === undefined) return <Skeleton height={150} />;
  const shares = sharesOf(use, palette);
  const total = shares.reduce((sum, share) => sum + share.bytes, 0);
  const words = shares.map((share) => `${share.label} ${formatBytes(share.bytes)}`).join(', ');
  return (
    <Card>
      <Heading level={2}>Storage</Heading>
      <View role="img" accessible aria-label={`Storage used: ${words}`} style={[styles.bar, { backgroundColor: palette.sunken }]}>
        {shares.map((share) => (
          <View key={share.label} style={{ flexGrow: share.bytes, flexBasis: 0, backgroundColor: share.color }} />
        ))}
      </View>
      <View style={styles.legend}>
        {shares.map((share) => (
          <View key={share.label} style={styles.entry}>
            <View aria-hidden style={[styles.dot, { backgroundColor: share.color }]} />
            <Text variant="small">{`${share.label} ${formatBytes(share.bytes)}`}</Text>
          </View>
        ))}
      </View>
      <Text variant="small" tone="muted">
        {use.freeBytes === null
          ? `${formatBytes(total)} used`
          : `${formatBytes(total)} used · ${formatBytes(use.freeBytes)} free on this device`}
      </Text>
      {limitBytes === null ? null : (
        <Text variant="small" tone="muted">
          {`Storage limit: ${formatBytes(limitBytes)} for audio and pictures`}
        </Text>
      )}
    </Card>
  );
}

function sharesOf(use: StorageUse, palette: Palette): Share[] {
  return [
    { label: 'Lessons', bytes: use.lessonsBytes, color: palette.success },
    { label: 'Audio', bytes: use.audioBytes, color: palette.accent },
    { label: 'Pictures', bytes: use.imageBytes, color: palette.warning },
  ];
}

const styles = StyleSheet.create({
  bar: { height: 14, borderRadius: radius.pill, overflow: 'hidden', flexDirection: 'row', gap: 2 },
  legend: { flexDirection: 'row', flexWrap: 'wrap', columnGap: space.l, rowGap: space.xs },
  entry: { flexDirection: 'row', alignItems: 'center', gap: space.s },
  dot: { width: 10, height: 10, borderRadius: 5 },
});
