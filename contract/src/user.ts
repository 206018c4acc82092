import Type, { type Static } from 'typebox';
import { StoredEvent } from './learning-session.ts';
import { LIMITS } from './limits.ts';
import { Closed, Timestamp, Uuid } from './schema.ts';

export const Role = Type.Union([Type.Literal('learner'), Type.Literal('publisher')]);
export type Role = Static<typeof Role>;

export const User = Type.Object({ id: Uuid, email: Type.String(), name: Type.String(), role: Role });
export type User = Static<typeof User>;

const Email = Type.String({ minLength: 3, maxLength: LIMITS.emailMaxChars, pattern: '^[^@\\s]+@[^@\\s]+$' });

export const SignUpBody = Type.Object(
  {
    email: Email,
    password: Type.String({ minLength: LIMITS.passwordMinChars, maxLength: LIMITS.passwordMaxChars }),
    name: Type.String({ minLength: 1, maxLength: LIMITS.nameMaxChars, pattern: '\\S' }),
  },
  Closed,
);
export type SignUpBody = Static<typeof SignUpBody>;

export const SignInBody = Type.Object(
  { email: Type.String({ maxLength: LIMITS.emailMaxChars }), password: Type.String({ maxLength: LIMITS.passwordMaxChars }) },
  Closed,
);
export type SignInBody = Static<typeof SignInBody>;

/** `seal_key`: 32 bytes in base64, made by the server once for this person; it opens what was sealed at sign-out (rule AU-2). */
export const SignedIn = Type.Object({ token: Type.String(), seal_key: Type.String(), user: User });
export type SignedIn = Static<typeof SignedIn>;

export const Me = Type.Object({ user: User });
export type Me = Static<typeof Me>;

/** All other sessions of the person end; the one that asks goes on. */
export const ChangePasswordBody = Type.Object(
  {
    current_password: Type.String({ maxLength: LIMITS.passwordMaxChars }),
    new_password: Type.String({ minLength: LIMITS.passwordMinChars, maxLength: LIMITS.passwordMaxChars }),
  },
  Closed,
);
export type ChangePasswordBody = Static<typeof ChangePasswordBody>;

export const DeleteAccountBody = Type.Object({ password: Type.String({ maxLength: LIMITS.passwordMaxChars }) }, Closed);
export type DeleteAccountBody = Static<typeof DeleteAccountBody>;

const Rows = Type.Array(Type.Object({}));

/**
 * Everything that the server holds of one person (rule US-4), sent as one long document. Lists hold the rows as they are kept; more
 * fields may come with a newer server. `complete` is the last field: a file without it was cut off.
 */
export const PersonalExport = Type.Object({
  format: Type.Literal('haversack-personal-data'),
  format_version: Type.Literal(1),
  exported_at: Timestamp,
  account: Type.Object({ id: Uuid, email: Type.String(), name: Type.String(), role: Role }),
  sign_in_methods: Rows,
  sessions: Rows,
  sign_in_counts: Rows,
  keyed_writes: Rows,
  feed: Rows,
  my_units: Rows,
  /** A publisher's units; every version is whole, as learners got it. */
  units: Rows,
  unit_versions: Rows,
  /** What a publisher's units refer to: `object_id` is the SHA-256; `url` opens the file for a quarter of an hour. */
  unit_parts: Rows,
  events: Type.Array(StoredEvent),
  event_log: Rows,
  devices: Rows,
  progress: Rows,
  complete: Type.Literal(true),
});
export type PersonalExport = Static<typeof PersonalExport>;
