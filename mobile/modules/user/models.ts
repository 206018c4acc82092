import type { User } from '@haversack/contract';

/** Who uses this device now. */
export type SignInState = { kind: 'signed_out' } | { kind: 'signed_in'; user: User };

export type CredentialFault =
  | 'invalid_credentials'
  | 'email_taken'
  | 'invalid_input'
  | 'rate_limited'
  | 'offline'
  | 'server_trouble';

/** `fields` are message codes by field for `invalid_input`. */
export type SignInResult =
  | { ok: true; user: User }
  | { ok: false; fault: CredentialFault; retryAfterSeconds: number | null; fields: { path: string; message: string }[] };

export type SignOutChoice = 'send_first' | 'keep' | 'discard';
/**
 * `unsent`: nothing was changed; so many writes would be lost (rule AU-2). `canKeep`: this device has the person's seal key; one who was
 * signed in by an older version of the app gets it by signing in again.
 */
export type SignOutResult = { kind: 'signed_out' } | { kind: 'unsent'; count: number; canKeep: boolean };

/**
 * Unsent work that was sealed at a sign-out. `waiting`: nobody is signed in, and somebody's is on this device. `shut`: the person who is
 * signed in has some here that could not be opened; it stays, and is tried again at each start.
 */
export type SealedWork = 'none' | 'waiting' | 'shut';

export type AccountFault = 'wrong_password' | 'sign_in' | 'rate_limited' | 'offline' | 'server_trouble' | 'not_offered';
export type AccountResult = { ok: true } | { ok: false; fault: AccountFault; retryAfterSeconds: number | null };

export interface UserService {
  /** From the device, without the network: a person who was signed in stays so (rule AU-3). */
  state(): SignInState;
  subscribe(listener: (state: SignInState) => void): () => void;
  /** Changes with `state()`. */
  sealedWork(): SealedWork;
  signUp(email: string, password: string, name: string): Promise<SignInResult>;
  signIn(email: string, password: string): Promise<SignInResult>;
  /**
   * `send_first` tries to send and changes nothing when writes remain; `keep` leaves them sealed on this device until this person signs in
   * again; `discard` throws them away (rules AU-1, AU-2).
   */
  signOut(choice: SignOutChoice): Promise<SignOutResult>;
  /** Hands everything that the server holds of the person over as a file (rule US-4); `not_offered`: the platform would not take it. */
  exportData(): Promise<AccountResult>;
  /** Ends the account on the server, and here as `signOut('discard')` does (rule US-4). Any fault leaves the device as it was. */
  deleteAccount(password: string): Promise<AccountResult>;
}
