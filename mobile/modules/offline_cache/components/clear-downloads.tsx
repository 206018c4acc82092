import { useState } from 'react';
import { View } from 'react-native';
import { Button, Dialog, useI18n, useToast } from '../../ui_system/public.ts';
import { useClearDownloads } from '../queries.tsx';

/** **Clear all downloads** asks first, and says what it frees and what it keeps (rule CM-1). */
export function ClearDownloads({ bytes }: { bytes: number }) {
  const toast = useToast();
  const i18n = useI18n();
  const clear = useClearDownloads();
  const [isAsking, setIsAsking] = useState(false);
  const close = () => setIsAsking(false);
  const confirm = () => {
    close();
    clear.mutate(undefined, {
      onSuccess: ({ freedBytes }) =>
        toast({ text: i18n.t('All downloads cleared. {size} freed.', { size: i18n.bytes(freedBytes) }) }),
      onError: () => toast({ text: i18n.t('The downloads could not be cleared. Try again.') }),
    });
  };
  return (
    <View style={{ flexDirection: 'row' }}>
      <Button
        kind="danger"
        icon="trash"
        label={i18n.t('Clear all downloads')}
        isBusy={clear.isPending}
        onPress={() => setIsAsking(true)}
      />
      <Dialog
        isOpen={isAsking}
        title={i18n.t('Clear all downloads?')}
        text={i18n.t(
          'This frees {size}, with what was only opened. Kept: the list of units with its pictures, your progress, and every change that is waiting to be sent. Units can be downloaded again.',
          { size: i18n.bytes(bytes) },
        )}
        onDismiss={close}
      >
        <Button kind="secondary" label={i18n.t('Cancel')} onPress={close} />
        <Button kind="danger" label={i18n.t('Clear downloads')} onPress={confirm} />
      </Dialog>
    </View>
  );
}
