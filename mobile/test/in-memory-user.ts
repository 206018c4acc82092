import type { AccountResult, SealedWork, SignInResult, SignInState, SignOutResult, UserService } from '../modules/user/public.ts';

/** Who is signed in, in tests of screens. */
export const ANA = {
  id: '0190aaaa-0000-7000-8000-000000000001',
  email: 'ana@example.org',
  name: 'Ana',
  role: 'learner',
} as const;

export interface InMemoryUser {
  service: UserService;
  calls: string[];
  /** What the next attempt to sign in or up gives. */
  nextSignIn: SignInResult;
  /** What the next sign-out that sends first gives. */
  nextSignOut: SignOutResult;
  sealedWork: SealedWork;
  /** What the next export or deletion gives. */
  nextAccount: AccountResult;
}

export function createInMemoryUser(state: SignInState = { kind: 'signed_out' }): InMemoryUser {
  const calls: string[] = [];
  const listeners = new Set<(state: SignInState) => void>();
  let current = state;
  const change = (next: SignInState) => {
    current = next;
    listeners.forEach((listener) => listener(next));
  };
  const enter = async (call: string): Promise<SignInResult> => {
    calls.push(call);
    if (user.nextSignIn.ok) change({ kind: 'signed_in', user: user.nextSignIn.user });
    return user.nextSignIn;
  };
  const user: InMemoryUser = {
    calls,
    nextSignIn: { ok: true, user: ANA },
    nextSignOut: { kind: 'signed_out' },
    sealedWork: 'none',
    nextAccount: { ok: true },
    service: {
      state: () => current,
      sealedWork: () => user.sealedWork,
      subscribe: (listener) => (listeners.add(listener), () => void listeners.delete(listener)),
      signIn: (email, password) => enter(`signIn ${email} ${password}`),
      signUp: (email, password, name) => enter(`signUp ${email} ${password} ${name}`),
      signOut: async (choice) => {
        calls.push(`signOut ${choice}`);
        const result: SignOutResult = choice === 'send_first' ? user.nextSignOut : { kind: 'signed_out' };
        if (result.kind === 'signed_out') change({ kind: 'signed_out' });
        return result;
      },
      exportData: async () => {
        calls.push('exportData');
        return user.nextAccount;
      },
      deleteAccount: async (password) => {
        calls.push(`deleteAccount ${password}`);
        if (user.nextAccount.ok) change({ kind: 'signed_out' });
        return user.nextAccount;
      },
    },
  };
  return user;
}
