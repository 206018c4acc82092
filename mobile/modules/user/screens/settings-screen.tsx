import type { ReactNode } from 'react';
import {
  Banner,
  Card,
  Heading,
  LANGUAGE_NAMES,
  LANGUAGES,
  RadioGroup,
  Screen,
  Text,
  TwoColumns,
  useI18n,
  useLanguageChoice,
  useThemeChoice,
  type LanguageChoice,
  type ThemeChoice,
} from '../../ui_system/public.ts';
import { DeleteAccount, GetMyData } from '../components/own-account.tsx';
import { SignOut } from '../components/sign-out.tsx';
import { useSealedWork, useSignInState } from '../queries.tsx';

/** `children`: what other modules let choose. */
export function SettingsScreen({ onBack, children }: { onBack(): void; children?: ReactNode }) {
  const i18n = useI18n();
  return (
    <Screen title={i18n.t('Settings')} isWide onBack={onBack}>
      <TwoColumns
        first={
          <>
            {children}
            <ThemeCard />
          </>
        }
        second={
          <>
            <LanguageCard />
            <DataCard />
            <AccountCard />
          </>
        }
      />
    </Screen>
  );
}

/** Each language in its own words, so that who chose wrong finds the way back. */
function LanguageCard() {
  const i18n = useI18n();
  const [choice, setChoice] = useLanguageChoice();
  const options: { value: LanguageChoice; label: string }[] = [
    { value: 'system', label: i18n.t('Language of the device') },
    ...LANGUAGES.map((language) => ({ value: language, label: LANGUAGE_NAMES[language] })),
  ];
  return (
    <Card>
      <Heading level={2}>{i18n.t('Language')}</Heading>
      <RadioGroup label={i18n.t('Language')} isDeliberate options={options} value={choice} onChange={setChoice} />
      <Text variant="small" tone="muted">
        {i18n.t('Units stay in the language they were written in.')}
      </Text>
    </Card>
  );
}

function ThemeCard() {
  const i18n = useI18n();
  const [choice, setChoice] = useThemeChoice();
  const options: { value: ThemeChoice; label: string }[] = [
    { value: 'system', label: i18n.t('As the device') },
    { value: 'light', label: i18n.t('Light') },
    { value: 'dark', label: i18n.t('Dark') },
  ];
  return (
    <Card>
      <Heading level={2}>{i18n.t('Theme')}</Heading>
      <RadioGroup label={i18n.t('Theme')} options={options} value={choice} onChange={setChoice} />
    </Card>
  );
}

function DataCard() {
  const i18n = useI18n();
  const state = useSignInState();
  if (state.kind === 'signed_out') return null;
  return (
    <Card>
      <Heading level={2}>{i18n.t('Your data')}</Heading>
      <Text variant="small" tone="muted">
        {i18n.t('Everything that the server holds of you, as one file; or all of it gone.')}
      </Text>
      <GetMyData />
      <DeleteAccount isPublisher={state.user.role === 'publisher'} />
    </Card>
  );
}

function AccountCard() {
  const i18n = useI18n();
  const state = useSignInState();
  const sealedWork = useSealedWork();
  if (state.kind === 'signed_out') return null;
  return (
    <Card>
      <Heading level={2}>{i18n.t('Account')}</Heading>
      <Text variant="label" dir="auto">
        {state.user.name}
      </Text>
      <Text tone="muted" dir="auto">
        {state.user.email}
      </Text>
      <Text variant="small" tone="muted">
        {i18n.t('Signing out removes your units and answers from this device. What was sent stays in your account.')}
      </Text>
      {sealedWork === 'shut' ? (
        <Banner
          tone="warning"
          icon="alert"
          text={i18n.t(
            'Work that you kept here when you signed out could not be opened. It stays on this device, and Haversack tries again at each start.',
          )}
        />
      ) : null}
      <SignOut />
    </Card>
  );
}
