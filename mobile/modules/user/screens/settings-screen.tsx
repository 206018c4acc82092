import type { ReactNode } from 'react';
import { Banner, Card, Heading, RadioGroup, Screen, Text, useThemeChoice, type ThemeChoice } from '../../ui_system/public.ts';
import { DeleteAccount, GetMyData } from '../components/own-account.tsx';
import { SignOut } from '../components/sign-out.tsx';
import { useSealedWork, useSignInState } from '../queries.tsx';

/** `children`: what other modules let choose. */
export function SettingsScreen({ onBack, children }: { onBack(): void; children?: ReactNode }) {
  return (
    <Screen title="Settings" onBack={onBack}>
      {children}
      <ThemeCard />
      <DataCard />
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

function DataCard() {
  const state = useSignInState();
  if (state.kind === 'signed_out') return null;
  return (
    <Card>
      <Heading level={2}>Your data</Heading>
      <Text variant="small" tone="muted">
        Everything that the server holds of you, as one file; or all of it gone.
      </Text>
      <GetMyData />
      <DeleteAccount isPublisher={state.user.role === 'publisher'} />
    </Card>
  );
}

function AccountCard() {
  const state = useSignInState();
  const sealedWork = useSealedWork();
  if (state.kind === 'signed_out') return null;
  return (
    <Card>
      <Heading level={2}>Account</Heading>
      <Text variant="label">{state.user.name}</Text>
      <Text tone="muted">{state.user.email}</Text>
      <Text variant="small" tone="muted">
        Signing out removes your units and answers from this device. What was sent stays in your account.
      </Text>
      {sealedWork === 'shut' ? <Banner tone="warning" icon="alert" text={SHUT_WORDS} /> : null}
      <SignOut />
    </Card>
  );
}

const SHUT_WORDS =
  'Work that you kept here when you signed out could not be opened. It stays on this device, and Haversack tries again at each start.';
