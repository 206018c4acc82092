import { Switch, useI18n, useToast } from '../../ui_system/public.ts';
import { useKeepUnit } from '../queries.tsx';

/** **Keep on this device**: the person's word against their own storage limit (rule DL-12). */
export function KeepUnit({ unitId, isKept }: { unitId: string; isKept: boolean }) {
  const toast = useToast();
  const i18n = useI18n();
  const keep = useKeepUnit(unitId, () => toast({ text: i18n.t('This device could not keep that. Try again.') }));
  return (
    <Switch
      label={i18n.t('Keep on this device')}
      note={i18n.t('It never makes room for other units.')}
      isOn={isKept}
      onChange={keep}
    />
  );
}
