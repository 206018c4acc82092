import { View } from 'react-native';
import {
  DownloadBadge,
  DownloadProgress,
  isUnderWay,
  KeepUnit,
  reasonWords,
  useDownloadWithUndo,
  type DownloadAction,
} from '../../offline_cache/public-ui.ts';
import { Button, ButtonRow, Card, space, Text, useI18n, type ButtonKind, type I18n } from '../../ui_system/public.ts';
import type { UnitDetail } from '../models.ts';

type DownloadStatus = UnitDetail['download']['status'];
interface Choice {
  name: 'download' | 'try_again' | 'pause' | 'resume' | 'cancel' | 'remove';
  action: DownloadAction;
  kind: ButtonKind;
}

/** Whether the unit is on this device, how far it is, and what can be done about it. */
export function UnitDownloadCard({ unit }: { unit: UnitDetail }) {
  const i18n = useI18n();
  const act = useDownloadWithUndo();
  const { download } = unit;
  const note = reasonWords(i18n, download.reason) ?? statusNote(i18n, unit);
  return (
    <Card>
      <View style={{ flexDirection: 'row', flexWrap: 'wrap', gap: space.m, alignItems: 'center' }}>
        <DownloadBadge state={download} isLive />
        <Text variant="small" tone="muted">
          {i18n.bytes(download.totalBytes > 0 ? download.totalBytes : unit.downloadSizeBytes)}
        </Text>
      </View>
      {isUnderWay(download) ? <DownloadProgress title={unit.title} state={download} /> : null}
      {note === null ? null : <Text tone={download.status === 'failed' ? 'danger' : 'muted'}>{note}</Text>}
      {KEEPABLE.has(download.status) ? <KeepUnit unitId={unit.id} isKept={unit.isKept} /> : null}
      <ButtonRow>
        {CHOICES[download.status].map(({ name, action, kind }) => (
          <Button key={name} label={choiceLabel(i18n, name)} kind={kind} onPress={() => act(unit, action)} />
        ))}
      </ButtonRow>
    </Card>
  );
}

const download: Choice = { name: 'download', action: 'start', kind: 'primary' };
const tryAgain: Choice = { name: 'try_again', action: 'start', kind: 'primary' };
const pause: Choice = { name: 'pause', action: 'pause', kind: 'secondary' };
const resume: Choice = { name: 'resume', action: 'resume', kind: 'primary' };
const cancel: Choice = { name: 'cancel', action: 'cancel', kind: 'quiet' };
const remove: Choice = { name: 'remove', action: 'remove', kind: 'secondary' };

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

function choiceLabel(i18n: I18n, name: Choice['name']): string {
  switch (name) {
    case 'download':
      return i18n.t('Download unit');
    case 'try_again':
      return i18n.t('Try again');
    case 'pause':
      return i18n.t('Pause');
    case 'resume':
      return i18n.t('Resume');
    case 'cancel':
      return i18n.t('Cancel');
    case 'remove':
      return i18n.t('Remove download');
  }
}

/** What is here whole. */
const KEEPABLE: ReadonlySet<DownloadStatus> = new Set(['downloaded', 'update_available']);

function statusNote(i18n: I18n, { download: { status } }: UnitDetail): string | null {
  switch (status) {
    case 'not_downloaded':
      return i18n.t('Download it to read, listen and answer where there is no network.');
    case 'downloaded':
      return i18n.t('Works without a network.');
    case 'update_available':
      return i18n.t('A newer version is there. The one on this device goes on working until the new one is whole.');
    case 'download_again':
      return i18n.t(
        'Not all of this unit is on this device any more, or it was made for an older app. Download it again to go on; your answers are kept.',
      );
    default:
      return null;
  }
}
