export { UserProvider, useSignInState } from './queries.tsx';
export { CreateAccountScreen } from './screens/create-account-screen.tsx';
export { SettingsScreen } from './screens/settings-screen.tsx';
export { SignInScreen } from './screens/sign-in-screen.tsx';
