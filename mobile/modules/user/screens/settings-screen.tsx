import { useState, type ReactNode } from 'react';
import {
  Banner,
  Button,
  Card,
  Dialog,
  Heading,
  RadioGroup,
  Screen,
  Text,
  useThemeChoice,
  type ThemeChoice,
} from '../../ui_system/public.ts';
import { useSignInState, useSignOut } from '../queries.tsx';

/** `children`: what other modules let choose. */
export function SettingsScreen({ onBack, children }: { onBack(): void; children?: ReactNode }) {
  return (
    <Screen title="Settings" onBack={onBack}>
      {children}
      <ThemeCard />
      <AccountCard />
    </Screen>
  );
}

const THEMES: readonly { value: ThemeChoice; label: string }[] = [
  { value: 'system', label: 'As the device' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
];

function ThemeCard() {
  const [choice, setChoice] = useThemeChoice();
  return (
    <Card>
      <Heading level={2}>Theme</Heading>
      <RadioGroup label="Theme" options={THEMES} value={choice} onChange={setChoice} />
    </Card>
  );
}

function AccountCard() {
  const state = useSignInState();
  const signOut = useSignOut();
  const [unsentCount, setUnsentCount] = useState(0);
  const stay = () => setUnsentCount(0);
  const trySendingFirst = () =>
    signOut.mutate('send_first', { onSuccess: (result) => setUnsentCount(result.kind === 'unsent' ? result.count : 0) });
  const discard = () => {
    stay();
    signOut.mutate('discard');
  };
  if (state.kind === 'signed_out') return null;
  return (
    <Card>
      <Heading level={2}>Account</Heading>
      <Text variant="label">{state.user.name}</Text>
      <Text tone="muted">{state.user.email}</Text>
      <Text variant="small" tone="muted">
        Signing out removes your units and answers from this device. What was sent stays in your account.
      </Text>
      {signOut.isError ? <Banner tone="danger" icon="alert" text="Signing out failed. Nothing was removed. Try again." /> : null}
      <Button label="Sign out" kind="danger" onPress={trySendingFirst} isBusy={signOut.isPending} />
      <Dialog isOpen={unsentCount > 0} title="Some of your work is not sent yet" text={unsentWords(unsentCount)} onDismiss={stay}>
        <Button label="Stay signed in" onPress={stay} />
        <Button label="Sign out and discard" kind="danger" onPress={discard} />
      </Dialog>
    </Card>
  );
}

function unsentWords(count: number): string {
  const work = count === 1 ? '1 change is' : `${count} changes are`;
  return `${work} on this device alone and could not be sent now. Stay signed in and they are sent when there is a network. Signing out now throws them away for good.`;
}
