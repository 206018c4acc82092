import { Button, EmptyState, Heading, Link, Screen, Skeleton, SkeletonGroup, useI18n, useToast } from '../../ui_system/public.ts';
import { CachedUnitRow } from '../components/cached-unit-row.tsx';
import { ClearDownloads } from '../components/clear-downloads.tsx';
import { faultWords } from '../components/download-words.ts';
import { StorageCard } from '../components/storage-card.tsx';
import { SyncCard } from '../components/sync-card.tsx';
import type { CachedUnit } from '../models.ts';
import {
  useDownloadAction,
  useDownloads,
  useDownloadSettings,
  useStorageUse,
  useSyncStatus,
  type DownloadAction,
} from '../queries.tsx';

/** Downloads: what is on this device, how much room it takes, and whether all work has reached the server (rule CM-1). */
export function CacheManagementScreen(props: { onBack(): void; needsAttentionHref: string; onNeedsAttention(): void }) {
  const { refused, failing } = useSyncStatus();
  const needing = refused + failing;
  const storage = useStorageUse();
  const settings = useDownloadSettings();
  const i18n = useI18n();
  return (
    <Screen title={i18n.t('Downloads')} onBack={props.onBack}>
      <SyncCard />
      {needing === 0 ? null : (
        <Link
          icon="alert"
          label={i18n.t('Needs attention ({count})', { count: i18n.number(needing) })}
          href={props.needsAttentionHref}
          onPress={props.onNeedsAttention}
        />
      )}
      <StorageCard use={storage.data} limitBytes={settings.data?.storageLimitBytes ?? null} />
      <Heading level={2}>{i18n.t('On this device')}</Heading>
      <CachedUnits freeableBytes={storage.data?.freeableBytes ?? 0} />
    </Screen>
  );
}

function CachedUnits({ freeableBytes }: { freeableBytes: number }) {
  const units = useDownloads();
  const act = useDownloadWithUndo();
  const i18n = useI18n();
  if (units.isError) {
    return (
      <EmptyState
        icon="alert"
        title={i18n.t('The downloads could not be read')}
        text={i18n.t('Nothing is lost. Try again in a moment.')}
      >
        <Button label={i18n.t('Try again')} icon="refresh" onPress={() => void units.refetch()} />
      </EmptyState>
    );
  }
  if (units.data === undefined) {
    return (
      <SkeletonGroup>
        <Skeleton height={130} />
        <Skeleton height={130} />
      </SkeletonGroup>
    );
  }
  return (
    <>
      {units.data.length === 0 ? (
        <EmptyState
          icon="download"
          title={i18n.t('No downloads')}
          text={i18n.t('Open a unit and choose “Download unit” to learn without a network.')}
        />
      ) : null}
      {units.data.map((unit) => (
        <CachedUnitRow key={unit.unitId} unit={unit} onAction={(action) => act(unit, action)} />
      ))}
      {freeableBytes > 0 || units.data.some(({ isOutdated }) => isOutdated !== true) ? (
        <ClearDownloads bytes={freeableBytes} />
      ) : null}
    </>
  );
}

/** Deleting happens at once; **Undo** asks for the same bytes again. */
function useDownloadWithUndo() {
  const toast = useToast();
  const i18n = useI18n();
  const act = useDownloadAction((reason) => toast({ text: faultWords(i18n, reason) }));
  return (unit: CachedUnit, action: DownloadAction) => {
    act(unit.unitId, action);
    if (action !== 'remove') return;
    toast({
      text: i18n.t('Removed {title} from this device. Your progress is kept.', { title: i18n.content(unit.title) }),
      action: { label: i18n.t('Undo'), onPress: () => act(unit.unitId, 'start') },
    });
  };
}
