import Type, { type Static } from 'typebox';
import { LIMITS } from './limits.ts';
import { Closed, Uuid } from './schema.ts';

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
