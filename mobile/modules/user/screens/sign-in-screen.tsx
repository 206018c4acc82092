import { useState } from 'react';
import { Banner, Button, Card, Link, space, Text, TextField, useI18n, WelcomeFrame } from '../../ui_system/public.ts';
import { View } from 'react-native';
import { checkCredentials, hasErrors, NO_ERRORS, refusalWords } from '../components/credential-words.ts';
import { useSealedWork, useSignIn } from '../queries.tsx';

interface SignInProps {
  /** Absent where a known person signs in again. */
  createAccount?: { href: string; onPress(): void };
  /** For a person whose token had died; a new one is noticed by the navigator itself. */
  onSignedIn?: () => void;
}

export function SignInScreen({ createAccount, onSignedIn }: SignInProps) {
  const i18n = useI18n();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [checked, setChecked] = useState(NO_ERRORS);
  const signIn = useSignIn();
  const sealedWork = useSealedWork();
  const errors = hasErrors(checked) ? checked : refusalWords(i18n, signIn.data);
  const formError = signIn.isError ? i18n.t('This device could not sign you in. Try again.') : errors.form;

  const submit = () => {
    if (signIn.isPending) return;
    const found = checkCredentials(i18n, { email, password });
    setChecked(found);
    signIn.reset();
    if (hasErrors(found)) return;
    signIn.mutate({ email, password }, { onSuccess: (result) => result.ok && onSignedIn?.() });
  };

  return (
    <WelcomeFrame title={i18n.t('Sign in')} text={i18n.t('Take your lessons with you, and learn where there is no network.')}>
      <Card>
        <View role="form" aria-label={i18n.t('Sign in')} style={{ gap: space.l }}>
          {formError === null ? null : <Banner tone="danger" icon="alert" text={formError} />}
          <TextField
            label={i18n.t('Email')}
            kind="email"
            value={email}
            onChangeText={setEmail}
            error={errors.email}
            onSubmit={submit}
          />
          <TextField
            label={i18n.t('Password')}
            kind="password"
            value={password}
            onChangeText={setPassword}
            error={errors.password}
            onSubmit={submit}
          />
          <Button label={i18n.t('Sign in')} onPress={submit} isBusy={signIn.isPending} isWide />
        </View>
      </Card>
      {sealedWork === 'waiting' ? (
        <Text variant="small" tone="muted" align="center">
          {i18n.t('Unsent work is kept on this device until its owner signs in again.')}
        </Text>
      ) : null}
      {createAccount === undefined ? null : <Link label={i18n.t('Create account')} {...createAccount} isCentered />}
    </WelcomeFrame>
  );
}
