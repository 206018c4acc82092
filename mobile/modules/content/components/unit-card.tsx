import { StyleSheet, View } from 'react-native';
import { describeDownload, DownloadBadge, useResolvedAsset } from '../../offline_cache/public-ui.ts';
import { formatBytes, formatCount, Heading, LinkCard, ProgressBar, space, Text } from '../../ui_system/public.ts';
import type { UnitListItem } from '../models.ts';
import { UnitArt } from './unit-art.tsx';
import { levelWords } from './view-models.ts';

/** One unit of the list: art, title, what it is, its offline state in words, and how far the learner is. */
export function UnitCard(props: { unit: UnitListItem; completedLessons: number; href: string; onOpen(): void }) {
  const { unit, completedLessons, href, onOpen } = props;
  const { asset } = useResolvedAsset(unit.artAssetId);
  const progress = progressWords(completedLessons, unit.lessonCount);
  return (
    <LinkCard
      label={unit.title}
      description={`${describeDownload(unit.download)}. ${progress ?? ''}`}
      href={href}
      onPress={onOpen}
      style={styles.card}
    >
      <UnitArt art={asset} />
      <View style={styles.body}>
        <DownloadBadge state={unit.download} />
        <Heading level={2}>{unit.title}</Heading>
        <Text tone="muted" numberOfLines={3}>
          {unit.description}
        </Text>
        <View style={styles.foot}>
          <Text variant="small" tone="muted">
            {unitFacts(unit)}
          </Text>
          {progress === null ? null : (
            <>
              <ProgressBar
                label={`Lessons of ${unit.title}`}
                value={completedLessons / unit.lessonCount}
                valueText={progress}
                tone="success"
              />
              <Text variant="small">{progress}</Text>
            </>
          )}
        </View>
      </View>
    </LinkCard>
  );
}

/** "Beginner · 5 lessons · 3.2 MB". */
export function unitFacts(unit: Pick<UnitListItem, 'level' | 'lessonCount' | 'downloadSizeBytes'>): string {
  return [levelWords(unit.level), formatCount(unit.lessonCount, 'lesson', 'lessons'), formatBytes(unit.downloadSizeBytes)].join(
    ' · ',
  );
}

/** Null while nothing is done: an empty bar says only what is not there. */
function progressWords(completed: number, total: number): string | null {
  if (completed === 0 || total === 0) return null;
  return completed >= total ? 'All lessons done' : `${completed} of ${formatCount(total, 'lesson', 'lessons')} done`;
}

const styles = StyleSheet.create({
  card: { flex: 1 },
  body: { padding: space.l, gap: space.s, flex: 1 },
  foot: { marginTop: 'auto', gap: space.s, paddingTop: space.xs },
});
