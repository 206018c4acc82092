import type { SignInResult, SignInState, SignOutChoice, SignOutResult } from './models.ts';

export type { CredentialFault, SignInResult, SignInState, SignOutChoice, SignOutResult } from './models.ts';

export interface UserService {
  /** From the device, without the network: a person who was signed in stays so (rule AU-3). */
  state(): SignInState;
  subscribe(listener: (state: SignInState) => void): () => void;
  signUp(email: string, password: string, name: string): Promise<SignInResult>;
  signIn(email: string, password: string): Promise<SignInResult>;
  /** `send_first` tries to send and changes nothing when writes remain; `discard` throws them away (rules AU-1, AU-2). */
  signOut(choice: SignOutChoice): Promise<SignOutResult>;
}
