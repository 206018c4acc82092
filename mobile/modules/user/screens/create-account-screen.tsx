import { useState } from 'react';
import { View } from 'react-native';
import { Banner, Button, Card, Link, space, TextField, WelcomeFrame } from '../../ui_system/public.ts';
import { checkCredentials, hasErrors, NO_ERRORS, PASSWORD_MIN_CHARS, refusalWords } from '../components/credential-words.ts';
import { useSignUp } from '../queries.tsx';

export function CreateAccountScreen({ signInHref, onSignIn }: { signInHref: string; onSignIn(): void }) {
  const [name, setName] = useState('');
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [checked, setChecked] = useState(NO_ERRORS);
  const signUp = useSignUp();
  const errors = hasErrors(checked) ? checked : refusalWords(signUp.data);
  const formError = signUp.isError ? 'This device could not make the account. Try again.' : errors.form;

  const submit = () => {
    if (signUp.isPending) return;
    const found = checkCredentials({ email, password, name });
    setChecked(found);
    signUp.reset();
    if (!hasErrors(found)) signUp.mutate({ email, password, name });
  };

  return (
    <WelcomeFrame title="Create account" text="What you do is kept on this device, and sent once there is a network.">
      <Card>
        <View role="form" aria-label="Create account" style={{ gap: space.l }}>
          {formError === null ? null : <Banner tone="danger" icon="alert" text={formError} />}
          <TextField label="Name" kind="name" value={name} onChangeText={setName} error={errors.name} onSubmit={submit} />
          <TextField label="Email" kind="email" value={email} onChangeText={setEmail} error={errors.email} onSubmit={submit} />
          <TextField
            label="Password"
            kind="new-password"
            value={password}
            onChangeText={setPassword}
            hint={`At least ${PASSWORD_MIN_CHARS} characters`}
            error={errors.password}
            onSubmit={submit}
          />
          <Button label="Create account" onPress={submit} isBusy={signUp.isPending} isWide />
        </View>
      </Card>
      <Link label="Sign in" href={signInHref} onPress={onSignIn} isCentered />
    </WelcomeFrame>
  );
}
