import { getPathFromState, type LinkingOptions } from '@react-navigation/native';

/** Every screen and what it is told. */
export type Routes = {
  SignIn: undefined;
  CreateAccount: undefined;
  Units: undefined;
  Unit: { unitId: string };
  Lesson: { unitId: string; lessonId: string };
  Results: { unitId: string; lessonId: string };
  Practice: { unitId: string; lessonId: string };
  Downloads: undefined;
  NeedsAttention: undefined;
  Settings: undefined;
  /** For a person whose token has died: they stay signed in, and the units stay below (rule AU-3). */
  SignInAgain: undefined;
};

const config = {
  initialRouteName: 'Units',
  screens: {
    SignIn: 'sign-in',
    CreateAccount: 'create-account',
    Units: '',
    Unit: 'units/:unitId',
    Lesson: 'units/:unitId/lessons/:lessonId',
    Results: 'units/:unitId/lessons/:lessonId/results',
    Practice: 'units/:unitId/lessons/:lessonId/practice',
    Downloads: 'downloads',
    NeedsAttention: 'downloads/needs-attention',
    Settings: 'settings',
    SignInAgain: 'sign-in-again',
  },
} as const;

/** Paths in the browser and behind `haversack://` on phones; an unknown path opens the units. */
export const linking: LinkingOptions<Routes> = { prefixes: ['haversack://'], config };

/** The path of a screen, for the browser's links. */
export function hrefTo<Name extends keyof Routes>(name: Name, params?: Routes[Name]): string {
  return getPathFromState({ routes: [{ name, ...(params !== undefined && { params }) }] }, config);
}
