import { useState } from 'react';
import { View } from 'react-native';
import { Banner, Button, Card, Link, space, TextField, useI18n, WelcomeFrame } from '../../ui_system/public.ts';
import { checkCredentials, hasErrors, NO_ERRORS, PASSWORD_MIN_CHARS, refusalWords } from '../components/credential-words.ts';
import { useSignUp } from '../queries.tsx';

export function CreateAccountScreen({ signInHref, onSignIn }: { signInHref: string; onSignIn(): void }) {
  const i18n = useI18n();
  const [name, setName] = useState('');
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [checked, setChecked] = useState(NO_ERRORS);
  const signUp = useSignUp();
  const errors = hasErrors(checked) ? checked : refusalWords(i18n, signUp.data);
  const formError = signUp.isError ? i18n.t('This device could not make the account. Try again.') : errors.form;

  const submit = () => {
    if (signUp.isPending) return;
    const found = checkCredentials(i18n, { email, password, name });
    setChecked(found);
    signUp.reset();
    if (!hasErrors(found)) signUp.mutate({ email, password, name });
  };

  return (
    <WelcomeFrame
      title={i18n.t('Create account')}
      text={i18n.t('What you do is kept on this device, and sent once there is a network.')}
    >
      <Card>
        <View role="form" aria-label={i18n.t('Create account')} style={{ gap: space.l }}>
          {formError === null ? null : <Banner tone="danger" icon="alert" text={formError} />}
          <TextField
            label={i18n.t('Name')}
            kind="name"
            value={name}
            onChangeText={setName}
            error={errors.name}
            onSubmit={submit}
          />
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
            kind="new-password"
            value={password}
            onChangeText={setPassword}
            hint={i18n.t('At least {count} characters', { count: i18n.number(PASSWORD_MIN_CHARS) })}
            error={errors.password}
            onSubmit={submit}
          />
          <Button label={i18n.t('Create account')} onPress={submit} isBusy={signUp.isPending} isWide />
        </View>
      </Card>
      <Link label={i18n.t('Sign in')} href={signInHref} onPress={onSignIn} isCentered />
    </WelcomeFrame>
  );
}
