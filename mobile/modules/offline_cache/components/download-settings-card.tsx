import { Card, Heading, RadioGroup, Skeleton, Switch, Text, useI18n, useToast, type I18n } from '../../ui_system/public.ts';
import { useDownloadSettings, useDownloadSettingActions } from '../queries.tsx';

/** **Wi-Fi only** and **Storage limit** of this person on this device (rules DL-11, DL-12). */
export function DownloadSettingsCard() {
  const toast = useToast();
  const i18n = useI18n();
  const settings = useDownloadSettings();
  const { setWifiOnly, setStorageLimit } = useDownloadSettingActions(() =>
    toast({ text: i18n.t('This device could not keep that. Try again.') }),
  );
  if (settings.data === undefined) return <Skeleton height={360} />;
  const { isWifiOnly, storageLimitBytes } = settings.data;
  return (
    <Card>
      <Heading level={2}>{i18n.t('Downloads and storage')}</Heading>
      <Switch
        label={i18n.t('Wi-Fi only')}
        note={i18n.t('Recordings and pictures wait while you are on mobile data. Lessons’ text and your answers do not.')}
        isOn={isWifiOnly}
        onChange={setWifiOnly}
      />
      <Heading level={3} variant="label">
        {i18n.t('Storage limit')}
      </Heading>
      <Text variant="small" tone="muted">
        {i18n.t(
          'For recordings and pictures. When it is reached, units you have finished make room, the longest unused first. What you have open, what you keep, and answers that are not sent yet stay.',
        )}
      </Text>
      <RadioGroup
        label={i18n.t('Storage limit')}
        isDeliberate
        options={limitOptions(i18n, storageLimitBytes)}
        value={String(storageLimitBytes)}
        onChange={(value) => setStorageLimit(value === NO_LIMIT ? null : Number(value))}
      />
    </Card>
  );
}

const NO_LIMIT = 'null';
const LIMITS_BYTES = [250_000_000, 500_000_000, 1_000_000_000, 2_000_000_000];

/** The usual ones, and the one that was chosen should it be another. */
function limitOptions(i18n: I18n, chosenBytes: number | null): { value: string; label: string }[] {
  const bytes = new Set([...LIMITS_BYTES, ...(chosenBytes === null ? [] : [chosenBytes])]);
  const limits = [...bytes].sort((a, b) => a - b).map((limit) => ({ value: String(limit), label: i18n.bytes(limit) }));
  return [{ value: NO_LIMIT, label: i18n.t('No limit') }, ...limits];
}
