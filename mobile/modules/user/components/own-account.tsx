import { useState } from 'react';
import { View } from 'react-native';
import { Banner, Button, ButtonRow, Dialog, TextField, useI18n, type I18n } from '../../ui_system/public.ts';
import type { AccountResult } from '../models.ts';
import { useDeleteAccount, useExportData } from '../queries.tsx';

/** **Get my data** (rule US-4). */
export function GetMyData() {
  const i18n = useI18n();
  const exporting = useExportData();
  return (
    <>
      <FaultBanner result={exporting.data} isError={exporting.isError} />
      <Button label={i18n.t('Get my data')} kind="secondary" onPress={() => exporting.mutate()} isBusy={exporting.isPending} />
    </>
  );
}

/** **Delete my account** asks for the password and says what goes (rule US-4). */
export function DeleteAccount({ isPublisher }: { isPublisher: boolean }) {
  const i18n = useI18n();
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
      <Button label={i18n.t('Delete my account')} kind="danger" onPress={() => ask(true)} />
      <Dialog
        isOpen={isAsking}
        title={i18n.t('Delete your account?')}
        text={isPublisher ? `${whatGoes(i18n)} ${unitsGo(i18n)}` : whatGoes(i18n)}
        onDismiss={() => ask(false)}
      >
        <View style={{ width: '100%' }}>
          {fault === 'wrong_password' ? null : <FaultBanner result={deleting.data} isError={deleting.isError} />}
          <TextField
            label={i18n.t('Your password')}
            kind="password"
            value={password}
            onChangeText={setPassword}
            error={isMissing ? i18n.t('Write your password.') : fault === 'wrong_password' ? wrongPassword(i18n) : null}
            onSubmit={submit}
          />
        </View>
        <ButtonRow>
          <Button label={i18n.t('Keep my account')} onPress={() => ask(false)} />
          <Button label={i18n.t('Delete for good')} kind="danger" onPress={submit} isBusy={deleting.isPending} />
        </ButtonRow>
      </Dialog>
    </>
  );
}

function whatGoes(i18n: I18n): string {
  return i18n.t(
    'Your answers, your progress and your choice of units go from the server and from this device, with work that is not sent yet. They cannot be brought back. Other devices keep what they hold until you sign out there.',
  );
}

function unitsGo(i18n: I18n): string {
  return i18n.t('The units that you published go from everybody’s devices.');
}

function wrongPassword(i18n: I18n): string {
  return i18n.t('This password is not right.');
}

function FaultBanner({ result, isError }: { result: AccountResult | undefined; isError: boolean }) {
  const i18n = useI18n();
  const words = isError ? serverTrouble(i18n) : result?.ok === false ? faultWords(i18n, result) : null;
  return words === null ? null : <Banner tone="danger" icon="alert" text={words} />;
}

function serverTrouble(i18n: I18n): string {
  return i18n.t('The server had trouble. Try again in a moment.');
}

function faultWords(i18n: I18n, { fault, retryAfterSeconds }: Extract<AccountResult, { ok: false }>): string {
  switch (fault) {
    case 'wrong_password':
      return wrongPassword(i18n);
    case 'sign_in':
      return i18n.t('Your sign-in has ended. Sign in again first.');
    case 'rate_limited':
      return retryAfterSeconds === null
        ? i18n.t('Too many attempts. Wait a while, then try again.')
        : i18n.t('Too many attempts. Try again in {minutes} min.', { minutes: i18n.number(Math.ceil(retryAfterSeconds / 60)) });
    case 'offline':
      return i18n.t('You are offline. This needs the network.');
    case 'server_trouble':
      return serverTrouble(i18n);
    case 'not_offered':
      return i18n.t('The file could not be saved here.');
  }
}
