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
