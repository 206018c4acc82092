import { useState } from 'react';
import { View } from 'react-native';
import { Button, Dialog, formatBytes, useToast } from '../../ui_system/public.ts';
import { useClearDownloads } from '../queries.tsx';

/** **Clear all downloads** asks first, and says what it frees and what it keeps (rule CM-1). */
export function ClearDownloads({ bytes }: { bytes: number }) {
  const toast = useToast();
  const clear = useClearDownloads();
  const [isAsking, setIsAsking] = useState(false);
  const close = () => setIsAsking(false);
  const confirm = () => {
    close();
    clear.mutate(undefined, {
      onSuccess: ({ freedBytes }) => toast({ text: `All downloads cleared. ${formatBytes(freedBytes)} freed.` }),
      onError: () => toast({ text: 'The downloads could not be cleared. Try again.' }),
    });
  };
  return (
    <View style={{ flexDirection: 'row' }}>
      <Button kind="danger" icon="trash" label="Clear all downloads" isBusy={clear.isPending} onPress={() => setIsAsking(true)} />
      <Dialog
        isOpen={isAsking}
        title="Clear all downloads?"
        text={`This frees ${formatBytes(bytes)}, with what was only opened. Kept: the list of units with its pictures, your progress, and every change that is waiting to be sent. Units can be downloaded again.`}
        onDismiss={close}
      >
        <Button kind="secondary" label="Cancel" onPress={close} />
        <Button kind="danger" label="Clear downloads" onPress={confirm} />
      </Dialog>
    </View>
  );
}
