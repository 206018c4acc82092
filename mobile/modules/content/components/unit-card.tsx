import { memo } from 'react';
import { StyleSheet, View } from 'react-native';
import { describeDownload, DownloadBadge, useResolvedAsset } from '../../offline_cache/public-ui.ts';
import { Heading, LinkCard, ProgressBar, space, Text, useI18n, type I18n } from '../../ui_system/public.ts';
import type { UnitListItem } from '../models.ts';
import { UnitArt } from './unit-art.tsx';
import { levelWords } from './view-models.ts';

/** One unit of the list: art, title, what it is, its offline state in words, and how far the learner is. */
export const UnitCard = memo(function UnitCard(props: {
  unit: UnitListItem;
  completedLessons: number;
  href: string;
  onOpenUnit(unitId: string): void;
}) {
  const { unit, completedLessons, href, onOpenUnit } = props;
  const { asset } = useResolvedAsset(unit.artAssetId);
  const i18n = useI18n();
  const progress = progressWords(i18n, completedLessons, unit.lessonCount);
  return (
    <LinkCard
      label={unit.title}
      description={[describeDownload(i18n, unit.download), progress].filter((part) => part !== null).join('. ')}
      href={href}
      onPress={() => onOpenUnit(unit.id)}
      style={styles.card}
    >
      <View style={styles.head}>
        <UnitArt unitId={unit.id} art={asset} />
        <View style={styles.badge}>
          <DownloadBadge state={unit.download} />
        </View>
      </View>
      <View style={styles.body}>
        <Heading level={2} dir="auto">
          {unit.title}
        </Heading>
        <Text tone="muted" numberOfLines={3} dir="auto">
          {unit.description}
        </Text>
        <View style={styles.foot}>
          <Text variant="small" tone="muted">
            {unitFacts(i18n, unit)}
          </Text>
          {progress === null ? null : (
            <>
              <ProgressBar
                label={i18n.t('Lessons of {title}', { title: i18n.content(unit.title) })}
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
});

/** "Beginner · 5 lessons · 3.2 MB". */
export function unitFacts(i18n: I18n, unit: Pick<UnitListItem, 'level' | 'lessonCount' | 'downloadSizeBytes'>): string {
  const lessons = i18n.t('{count, plural, one {# lesson} other {# lessons}}', { count: unit.lessonCount });
  return [levelWords(i18n, unit.level), lessons, i18n.bytes(unit.downloadSizeBytes)].join(' · ');
}

/** Null while nothing is done: an empty bar says only what is not there. */
function progressWords(i18n: I18n, completed: number, total: number): string | null {
  if (completed === 0 || total === 0) return null;
  if (completed >= total) return i18n.t('All lessons done');
  return i18n.t('{total, plural, one {{done} of # lesson done} other {{done} of # lessons done}}', {
    done: i18n.number(completed),
    total,
  });
}

const styles = StyleSheet.create({
  card: { flex: 1 },
  head: { position: 'relative' },
  badge: { position: 'absolute', top: space.m, start: space.m, end: space.m },
  body: { padding: space.l, gap: space.s, flex: 1 },
  foot: { marginTop: 'auto', gap: space.s, paddingTop: space.xs },
});
