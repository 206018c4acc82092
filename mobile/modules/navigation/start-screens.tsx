import { View } from 'react-native';
import { Button, Skeleton, SkeletonGroup, WelcomeFrame } from '../ui_system/public.ts';

/** While databases open; mostly too short to be seen. */
export function StartingScreen() {
  return (
    <WelcomeFrame title="Haversack">
      <SkeletonGroup>
        <Skeleton height={48} />
        <Skeleton height={48} />
      </SkeletonGroup>
    </WelcomeFrame>
  );
}

/** Two tabs over one database would send twice (rule OB-7), so one has it at a time. */
export function OpenElsewhereScreen({ onUseHere }: { onUseHere(): void }) {
  return (
    <WelcomeFrame
      title="Open in another tab"
      text="Haversack is open in another tab of this browser. Your work is safe. You can go on here instead."
    >
      <Button label="Use here" onPress={onUseHere} isWide />
    </WelcomeFrame>
  );
}

export type StartFault = 'insecure_origin' | 'old_browser' | 'storage_blocked' | 'newer_database' | 'other';

/** The app cannot keep anything here, so it does not pretend to. */
export function CannotStartScreen({ fault, onRetry }: { fault: StartFault; onRetry(): void }) {
  const { title, text } = START_FAULTS[fault];
  return (
    <View role="alert" style={{ flex: 1 }}>
      <WelcomeFrame title={title} text={text}>
        <Button label="Try again" icon="refresh" onPress={onRetry} isWide />
      </WelcomeFrame>
    </View>
  );
}

const START_FAULTS: Record<StartFault, { title: string; text: string }> = {
  insecure_origin: {
    title: 'This address is not secure',
    text: 'A browser lets Haversack keep lessons and answers only over https, or on this machine as localhost. Ask whoever runs the server for its https address.',
  },
  old_browser: {
    title: 'This browser is too old',
    text: 'It cannot keep lessons for when there is no network. Use a recent Chrome, Edge, Firefox or Safari.',
  },
  storage_blocked: {
    title: 'This browser keeps nothing',
    text: 'Storage for this site is blocked, or this is a private window. Allow it, or open Haversack in an ordinary window.',
  },
  newer_database: {
    title: 'Update the app',
    text: 'Your work on this device was kept by a newer Haversack than this one. Update to go on; nothing is lost.',
  },
  other: {
    title: 'Haversack could not start',
    text: 'Something on this device kept it from opening. Your work is still here. Try again.',
  },
};
