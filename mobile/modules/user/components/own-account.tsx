import { useState } from 'react';
import { View } from 'react-native';
import { Banner, Button, ButtonRow, Dialog, TextField } from '../../ui_system/public.ts';
import type { AccountFault, AccountResult } from '../models.ts';
import { useDeleteAccount, useExportData } from '../queries.tsx';

/** **Get my data** (rule US-4). */
export function GetMyData() {
  const exporting = useExportData();
  return (
    <>
      <FaultBanner result={exporting.data} isError={exporting.isError} />
      <Button label="Get my data" kind="secondary" onPress={() => exporting.mutate()} isBusy={exporting.isPending} />
    </>
  );
}

/** **Delete my account** asks for the password and says what goes (rule US-4). */
export function DeleteAccount({ isPublisher }: { isPublisher: boolean }) {
  const deleting = useDeleteAccount();
  const [isAsking, setIsAsking] = useState(false);
  const [password, setPassword] = useState('');
  const [isMissing, setIsMissing] = useState(false);
  const fault = deleting.data?.ok === false ? deleting.data.fault : null;
  const ask = (asking: boolean) => {
    setIsAsking(asking);
    setPassword('');
    setIsMissing(false);
    deleting.reset();
  };
  const submit = () => {
    setIsMissing(password === '');
    if (password !== '') deleting.mutate(password);
  };
  return (
    <>
      <Button label="Delete my account" kind="danger" onPress={() => ask(true)} />
      <Dialog
        isOpen={isAsking}
        title="Delete your account?"
        text={isPublisher ? `${WHAT_GOES} ${UNITS_GO}` : WHAT_GOES}
        onDismiss={() => ask(false)}
      >
        <View style={{ width: '100%' }}>
          {fault === 'wrong_password' ? null : <FaultBanner result={deleting.data} isError={deleting.isError} />}
          <TextField
            label="Your password"
            kind="password"
            value={password}
            onChangeText={setPassword}
            error={isMissing ? 'Write your password.' : fault === 'wrong_password' ? 'This password is not right.' : null}
            onSubmit={submit}
          />
        </View>
        <ButtonRow>
          <Button label="Keep my account" onPress={() => ask(false)} />
          <Button label="Delete for good" kind="danger" onPress={submit} isBusy={deleting.isPending} />
        </ButtonRow>
      </Dialog>
    </>
  );
}

const WHAT_GOES =
  'Your answers, your progress and your choice of units go from the server and from this device, with work that is not sent yet. They cannot be brought back. Other devices keep what they hold until you sign out there.';
const UNITS_GO = 'The units that you published go from everybody’s devices.';

function FaultBanner({ result, isError }: { result: AccountResult | undefined; isError: boolean }) {
  const words = isError ? WORDS.server_trouble : result?.ok === false ? faultWords(result) : null;
  return words === null ? null : <Banner tone="danger" icon="alert" text={words} />;
}

function faultWords({ fault, retryAfterSeconds }: Extract<AccountResult, { ok: false }>): string {
  if (fault !== 'rate_limited' || retryAfterSeconds === null) return WORDS[fault];
  return `Too many attempts. Try again in ${Math.ceil(retryAfterSeconds / 60)} min.`;
}

const WORDS: Readonly<Record<AccountFault, string>> = {
  wrong_password: 'This password is not right.',
  sign_in: 'Your sign-in has ended. Sign in again first.',
  rate_limited: 'Too many attempts. Wait a while, then try again.',
  offline: 'You are offline. This needs the network.',
  server_trouble: 'The server had trouble. Try again in a moment.',
  not_offered: 'The file could not be saved here.',
};
