import { DefaultTheme, NavigationContainer, useNavigationContainerRef } from '@react-navigation/native';
import { createNativeStackNavigator } from '@react-navigation/native-stack';
import { useMemo, type ReactNode } from 'react';
import type { PersonScope } from '../../compose.ts';
import { APP_NAME, ErrorBoundary, useI18n, usePalette, type I18n, type Palette } from '../ui_system/public.ts';
import { CreateAccountRoute, SignInAgainRoute, SignInRoute } from './account-routes.tsx';
import { LessonRoute, PracticeRoute, ResultsRoute, UnitRoute, UnitsRoute } from './learning-routes.tsx';
import { DownloadsRoute, NeedsAttentionRoute, SettingsRoute } from './device-routes.tsx';
import { PersonProviders } from './person-providers.tsx';
import { linking, type Routes } from './routes.ts';
import { screenFocus } from './screen-focus';
import { ScreenSlot } from './screen-slot';

const Stack = createNativeStackNavigator<Routes>();

/** Everything behind the start: the screens of `scope`, or those for signing in while there is none. */
export function RootNavigator({ scope }: { scope: PersonScope | null }) {
  const palette = usePalette();
  const i18n = useI18n();
  const container = useNavigationContainerRef<Routes>();
  const theme = useMemo(() => containerTheme(palette), [palette]);
  const followFocus = () => {
    const route = container.getCurrentRoute();
    if (route !== undefined) screenFocus.onScreen(route.key);
  };
  return (
    <NavigationContainer
      ref={container}
      linking={linking}
      theme={theme}
      direction={i18n.direction}
      documentTitle={{ formatter: (options) => (options?.title === undefined ? APP_NAME : `${options.title} · ${APP_NAME}`) }}
      onReady={followFocus}
      onStateChange={followFocus}
    >
      <Stack.Navigator
        screenOptions={{ headerShown: false }}
        // A deep link that was opened while signed out is followed after signing in.
        UNSTABLE_routeNamesChangeBehavior="lastUnhandled"
        screenLayout={({ children }) => (
          <ScreenSlot>
            <ErrorBoundary>{children}</ErrorBoundary>
          </ScreenSlot>
        )}
        layout={({ children }) => <ForPerson scope={scope}>{children}</ForPerson>}
      >
        {/* Who comes while another is signed in begins at the list: no screen of the other's is left open. */}
        {scope === null ? (
          signedOutScreens(i18n)
        ) : (
          <Stack.Group navigationKey={scope.user.id}>{signedInScreens(i18n)}</Stack.Group>
        )}
      </Stack.Navigator>
    </NavigationContainer>
  );
}

function ForPerson({ scope, children }: { scope: PersonScope | null; children: ReactNode }) {
  if (scope === null) return children;
  return (
    <PersonProviders key={scope.user.id} scope={scope}>
      {children}
    </PersonProviders>
  );
}

const signedOutScreens = (i18n: I18n) => (
  <>
    <Stack.Screen name="SignIn" component={SignInRoute} options={{ title: i18n.t('Sign in') }} />
    <Stack.Screen name="CreateAccount" component={CreateAccountRoute} options={{ title: i18n.t('Create account') }} />
  </>
);

const signedInScreens = (i18n: I18n) => (
  <>
    <Stack.Screen name="Units" component={UnitsRoute} options={{ title: i18n.t('Units') }} />
    <Stack.Screen name="Unit" component={UnitRoute} options={{ title: i18n.t('Unit') }} />
    <Stack.Screen name="Lesson" component={LessonRoute} options={{ title: i18n.t('Lesson') }} />
    <Stack.Screen name="Results" component={ResultsRoute} options={{ title: i18n.t('Results') }} />
    <Stack.Screen name="Practice" component={PracticeRoute} options={{ title: i18n.t('Practice') }} />
    <Stack.Screen name="Downloads" component={DownloadsRoute} options={{ title: i18n.t('Downloads') }} />
    <Stack.Screen name="NeedsAttention" component={NeedsAttentionRoute} options={{ title: i18n.t('Needs attention') }} />
    <Stack.Screen name="Settings" component={SettingsRoute} options={{ title: i18n.t('Settings') }} />
    <Stack.Screen name="SignInAgain" component={SignInAgainRoute} options={{ title: i18n.t('Sign in') }} />
  </>
);

function containerTheme(palette: Palette): typeof DefaultTheme {
  return {
    ...DefaultTheme,
    dark: palette.isDark,
    colors: {
      primary: palette.accent,
      background: palette.background,
      card: palette.surface,
      text: palette.ink,
      border: palette.border,
      notification: palette.accent,
    },
  };
}
