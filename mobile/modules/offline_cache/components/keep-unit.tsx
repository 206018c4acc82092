import { Switch, useToast } from '../../ui_system/public.ts';
import { useKeepUnit } from '../queries.tsx';

/** **Keep on this device**: the person's word against their own storage limit (rule DL-12). */
export function KeepUnit({ unitId, isKept }: { unitId: string; isKept: boolean }) {
  const toast = useToast();
  const keep = useKeepUnit(unitId, () => toast({ text: 'This device could not keep that. Try again.' }));
  return <Switch label="Keep on this device" note="It never makes room for other units." isOn={isKept} onChange={keep} />;
}
