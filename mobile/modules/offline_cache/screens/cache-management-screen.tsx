import { Button, EmptyState, Heading, Link, Screen, Skeleton, SkeletonGroup, useToast } from '../../ui_system/public.ts';
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
  return (
    <Screen title="Downloads" onBack={props.onBack}>
      <SyncCard />
      {needing === 0 ? null : (
        <Link
          icon="alert"
          label={`Needs attention (${needing})`}
          href={props.needsAttentionHref}
          onPress={props.onNeedsAttention}
        />
      )}
      <StorageCard use={storage.data} limitBytes={settings.data?.storageLimitBytes ?? null} />
      <Heading level={2}>On this device</Heading>
      <CachedUnits freeableBytes={storage.data?.freeableBytes ?? 0} />
    </Screen>
  );
}

function CachedUnits({ freeableBytes }: { freeableBytes: number }) {
  const units = useDownloads();
  const act = useDownloadWithUndo();
  if (units.isError) {
    return (
      <EmptyState icon="alert" title="The downloads could not be read" text="Nothing is lost. Try again in a moment.">
        <Button label="Try again" icon="refresh" onPress={() => void units.refetch()} />
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
          title="No downloads"
          text="Open a unit and choose “Download unit” to learn without a network."
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
  const act = useDownloadAction((reason) => toast({ text: faultWords(reason) }));
  return (unit: CachedUnit, action: DownloadAction) => {
    act(unit.unitId, action);
    if (action !== 'remove') return;
    toast({
      text: `Removed ${unit.title} from this device. Your progress is kept.`,
      action: { label: 'Undo', onPress: () => act(unit.unitId, 'start') },
    });
  };
}
