import { View } from 'react-native';
import { APP_NAME, Button, Skeleton, SkeletonGroup, useI18n, WelcomeFrame, type I18n } from '../ui_system/public.ts';

/** While databases open; mostly too short to be seen. */
export function StartingScreen() {
  return (
    <WelcomeFrame title={APP_NAME}>
      <SkeletonGroup>
        <Skeleton height={48} />
        <Skeleton height={48} />
      </SkeletonGroup>
    </WelcomeFrame>
  );
}

/** Two tabs over one database would send twice (rule OB-7), so one has it at a time. */
export function OpenElsewhereScreen({ onUseHere }: { onUseHere(): void }) {
  const i18n = useI18n();
  return (
    <WelcomeFrame
      title={i18n.t('Open in another tab')}
      text={i18n.t('Haversack is open in another tab of this browser. Your work is safe. You can go on here instead.')}
    >
      <Button label={i18n.t('Use here')} onPress={onUseHere} isWide />
    </WelcomeFrame>
  );
}

export type StartFault = 'insecure_origin' | 'old_browser' | 'storage_blocked' | 'storage_full' | 'newer_database' | 'other';

/** The app cannot keep anything here, so it does not pretend to. */
export function CannotStartScreen({ fault, onRetry }: { fault: StartFault; onRetry(): void }) {
  const i18n = useI18n();
  const { title, text } = faultWords(i18n, fault);
  return (
    <View role="alert" style={{ flex: 1 }}>
      <WelcomeFrame title={title} text={text}>
        <Button label={i18n.t('Try again')} icon="refresh" onPress={onRetry} isWide />
      </WelcomeFrame>
    </View>
  );
}

function faultWords(i18n: I18n, fault: StartFault): { title: string; text: string } {
  switch (fault) {
    case 'insecure_origin':
      return {
        title: i18n.t('This address is not secure'),
        text: i18n.t(
          'A browser lets Haversack keep lessons and answers only over https, or on this machine as localhost. Ask whoever runs the server for its https address.',
        ),
      };
    case 'old_browser':
      return {
        title: i18n.t('This browser is too old'),
        text: i18n.t('It cannot keep lessons for when there is no network. Use a recent Chrome, Edge, Firefox or Safari.'),
      };
    case 'storage_blocked':
      return {
        title: i18n.t('This browser keeps nothing'),
        text: i18n.t(
          'Storage for this site is blocked, or this is a private window. Allow it, or open Haversack in an ordinary window.',
        ),
      };
    case 'storage_full':
      return {
        title: i18n.t('This device is full'),
        text: i18n.t(
          'Haversack needs a little room to open. Free some space, then try again. Nothing that is kept here is lost.',
        ),
      };
    case 'newer_database':
      return {
        title: i18n.t('Update the app'),
        text: i18n.t('Your work on this device was kept by a newer Haversack than this one. Update to go on; nothing is lost.'),
      };
    case 'other':
      return {
        title: i18n.t('Haversack could not start'),
        text: i18n.t('Something on this device kept it from opening. Your work is still here. Try again.'),
      };
  }
}
