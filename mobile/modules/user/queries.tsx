import { useMutation } from '@tanstack/react-query';
import { createContext, useContext, useSyncExternalStore } from 'react';
import type { SealedWork, SignInState, SignOutChoice } from './models.ts';
import type { UserService } from './models.ts';

const UserContext = createContext<UserService | null>(null);
export const UserProvider = UserContext.Provider;

function useUserService(): UserService {
  const service = useContext(UserContext);
  if (service === null) throw new Error('UserProvider is missing above this screen');
  return service;
}

export function useSignInState(): SignInState {
  const service = useUserService();
  return useSyncExternalStore(service.subscribe, service.state);
}

/** Unsent work that was sealed at a sign-out and is still on this device (rule AU-2). */
export function useSealedWork(): SealedWork {
  const service = useUserService();
  return useSyncExternalStore(service.subscribe, service.sealedWork);
}

export interface Credentials {
  email: string;
  password: string;
}

/** `data` is the tagged result; what the server refused is there, not in `error`. */
export function useSignIn() {
  const service = useUserService();
  return useMutation({
    networkMode: 'always',
    mutationFn: ({ email, password }: Credentials) => service.signIn(email.trim(), password),
  });
}

export function useSignUp() {
  const service = useUserService();
  return useMutation({
    networkMode: 'always',
    mutationFn: ({ email, password, name }: Credentials & { name: string }) =>
      service.signUp(email.trim(), password, name.trim()),
  });
}

/** Rules AU-1, AU-2: `send_first` changes nothing when writes remain, and says how many. */
export function useSignOut() {
  const service = useUserService();
  return useMutation({ networkMode: 'always', mutationFn: (choice: SignOutChoice) => service.signOut(choice) });
}

/** `data` is the tagged result. Changes nothing, here or there (rule US-4). */
export function useExportData() {
  const service = useUserService();
  return useMutation({ networkMode: 'always', mutationFn: () => service.exportData() });
}

/** `data` is the tagged result; after a success nobody is signed in (rule US-4). */
export function useDeleteAccount() {
  const service = useUserService();
  return useMutation({ networkMode: 'always', mutationFn: (password: string) => service.deleteAccount(password) });
}
