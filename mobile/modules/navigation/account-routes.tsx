import type { NativeStackScreenProps } from '@react-navigation/native-stack';
import { CreateAccountScreen, SignInScreen } from '../user/public-ui.ts';
import { hrefTo, type Routes } from './routes.ts';

type Props<Name extends keyof Routes> = NativeStackScreenProps<Routes, Name>;

export function SignInRoute({ navigation }: Props<'SignIn'>) {
  return <SignInScreen createAccount={{ href: hrefTo('CreateAccount'), onPress: () => navigation.navigate('CreateAccount') }} />;
}

export function CreateAccountRoute({ navigation }: Props<'CreateAccount'>) {
  return <CreateAccountScreen signInHref={hrefTo('SignIn')} onSignIn={() => navigation.popTo('SignIn')} />;
}

export function SignInAgainRoute({ navigation }: Props<'SignInAgain'>) {
  return <SignInScreen onSignedIn={() => navigation.popTo('Units')} />;
}
