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

export type SignOutChoice = 'send_first' | 'discard';
/** `unsent`: nothing was changed; so many writes would be lost (rule AU-2). */
export type SignOutResult = { kind: 'signed_out' } | { kind: 'unsent'; count: number };

export interface UserService {
  /** From the device, without the network: a person who was signed in stays so (rule AU-3). */
  state(): SignInState;
  subscribe(listener: (state: SignInState) => void): () => void;
  signUp(email: string, password: string, name: string): Promise<SignInResult>;
  signIn(email: string, password: string): Promise<SignInResult>;
  /** `send_first` tries to send and changes nothing when writes remain; `discard` throws them away (rules AU-1, AU-2). */
  signOut(choice: SignOutChoice): Promise<SignOutResult>;
}
