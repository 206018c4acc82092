import { View } from 'react-native';
import {
  DownloadBadge,
  DownloadProgress,
  faultWords,
  isUnderWay,
  KeepUnit,
  reasonWords,
  useDownloadAction,
  type DownloadAction,
} from '../../offline_cache/public-ui.ts';
import { Button, ButtonRow, Card, formatBytes, space, Text, useToast, type ButtonKind } from '../../ui_system/public.ts';
import type { UnitDetail } from '../models.ts';

type DownloadStatus = UnitDetail['download']['status'];
interface Choice {
  action: DownloadAction;
  label: string;
  kind: ButtonKind;
}

/** Whether the unit is on this device, how far it is, and what can be done about it. */
export function UnitDownloadCard({ unit }: { unit: UnitDetail }) {
  const toast = useToast();
  const act = useDownloadAction((reason) => toast({ text: faultWords(reason) }));
  const { download } = unit;
  const note = reasonWords(download.reason) ?? statusNote(unit);
  return (
    <Card>
      <View style={{ flexDirection: 'row', flexWrap: 'wrap', gap: space.m, alignItems: 'center' }}>
        <DownloadBadge state={download} isLive />
        <Text variant="small" tone="muted">
          {formatBytes(download.totalBytes > 0 ? download.totalBytes : unit.downloadSizeBytes)}
        </Text>
      </View>
      {isUnderWay(download) ? <DownloadProgress title={unit.title} state={download} /> : null}
      {note === null ? null : <Text tone={download.status === 'failed' ? 'danger' : 'muted'}>{note}</Text>}
      {KEEPABLE.has(download.status) ? <KeepUnit unitId={unit.id} isKept={unit.isKept} /> : null}
      <ButtonRow>
        {CHOICES[download.status].map(({ action, label, kind }) => (
          <Button key={label} label={label} kind={kind} onPress={() => act(unit.id, action)} />
        ))}
      </ButtonRow>
    </Card>
  );
}

const download: Choice = { action: 'start', label: 'Download unit', kind: 'primary' };
const tryAgain: Choice = { action: 'start', label: 'Try again', kind: 'primary' };
const pause: Choice = { action: 'pause', label: 'Pause', kind: 'secondary' };
const resume: Choice = { action: 'resume', label: 'Resume', kind: 'primary' };
const cancel: Choice = { action: 'cancel', label: 'Cancel', kind: 'quiet' };
const remove: Choice = { action: 'remove', label: 'Remove download', kind: 'secondary' };

const CHOICES: Record<DownloadStatus, readonly Choice[]> = {
  not_downloaded: [download],
  queued: [pause, cancel],
  downloading: [pause, cancel],
  paused: [resume, cancel],
  downloaded: [remove],
  update_available: [download, remove],
  failed: [tryAgain, cancel],
  download_again: [download],
};

/** What is here whole. */
const KEEPABLE: ReadonlySet<DownloadStatus> = new Set(['downloaded', 'update_available']);

function statusNote({ download: { status } }: UnitDetail): string | null {
  switch (status) {
    case 'not_downloaded':
      return 'Download it to read, listen and answer where there is no network.';
    case 'downloaded':
      return 'Works without a network.';
    case 'update_available':
      return 'A newer version is there. The one on this device goes on working until the new one is whole.';
    case 'download_again':
      return 'This unit was made for an older app. Download it again to go on; your answers are kept.';
    default:
      return null;
  }
}
