import { useI18n, useToast } from '../../ui_system/public.ts';
import { useDownloadAction, type DownloadAction } from '../queries.tsx';
import { faultWords } from './download-words.ts';

/** What can be done about a unit's download. Removing happens at once, and for some seconds **Undo** brings it back as it was. */
export function useDownloadWithUndo(): (unit: { id: string; title: string }, action: DownloadAction) => void {
  const toast = useToast();
  const i18n = useI18n();
  const act = useDownloadAction((reason) => toast({ text: faultWords(i18n, reason) }));
  return ({ id, title }, action) => {
    act(id, action);
    if (action !== 'remove') return;
    toast({
      text: i18n.t('Removed {title} from this device. Your progress is kept.', { title: i18n.content(title) }),
      action: { label: i18n.t('Undo'), onPress: () => act(id, 'bring_back') },
    });
  };
}
