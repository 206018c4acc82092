import { Button, EmptyState, Heading, Link, Screen, Skeleton, SkeletonGroup, useI18n } from '../../ui_system/public.ts';
import { CachedUnitRow } from '../components/cached-unit-row.tsx';
import { ClearDownloads } from '../components/clear-downloads.tsx';
import { SortByButton, useSorted } from '../components/sort-units.tsx';
import { StorageCard } from '../components/storage-card.tsx';
import { SyncCard } from '../components/sync-card.tsx';
import { useDownloadWithUndo } from '../components/use-download-with-undo.ts';
import { useDownloads, useDownloadSettings, useStorageUse, useSyncStatus } from '../queries.tsx';

/** Downloads: what is on this device, how much room it takes, and whether all work has reached the server (rule CM-1). */
export function CacheManagementScreen(props: {
  onBack(): void;
  needsAttentionHref: string;
  onNeedsAttention(): void;
  settingsHref: string;
  onSettings(): void;
}) {
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
      <Link icon="settings" label={i18n.t('Wi-Fi only and storage limit')} href={props.settingsHref} onPress={props.onSettings} />
      <Heading level={2}>{i18n.t('On this device')}</Heading>
      <CachedUnits freeableBytes={storage.data?.freeableBytes ?? 0} />
    </Screen>
  );
}

function CachedUnits({ freeableBytes }: { freeableBytes: number }) {
  const units = useDownloads();
  const sorted = useSorted(units.data ?? []);
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
      {units.data.length > 1 ? <SortByButton /> : null}
      {sorted.map((unit) => (
        <CachedUnitRow key={unit.unitId} unit={unit} onAction={(action) => act({ id: unit.unitId, title: unit.title }, action)} />
      ))}
      {freeableBytes > 0 || units.data.some(({ isOutdated }) => isOutdated !== true) ? (
        <ClearDownloads bytes={freeableBytes} />
      ) : null}
    </>
  );
}
