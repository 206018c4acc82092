import type { CredentialFault, SignInResult } from '../models.ts';

export interface CredentialErrors {
  /** Of the attempt as a whole. */
  form: string | null;
  email: string | null;
  password: string | null;
  name: string | null;
}
export const NO_ERRORS: CredentialErrors = { form: null, email: null, password: null, name: null };
export const PASSWORD_MIN_CHARS = 8;

/** What can be said before asking the server. */
export function checkCredentials(given: { email: string; password: string; name?: string }): CredentialErrors {
  const isNew = given.name !== undefined;
  const isShort = given.password.length < PASSWORD_MIN_CHARS;
  return {
    form: null,
    email: /^[^@\s]+@[^@\s]+$/.test(given.email.trim()) ? null : 'Write your e-mail address, like ana@example.org.',
    password: given.password === '' ? 'Write your password.' : isNew && isShort ? passwordTooShort : null,
    name: isNew && given.name?.trim() === '' ? 'Write your name.' : null,
  };
}

export function hasErrors(errors: CredentialErrors): boolean {
  return Object.values(errors).some((error) => error !== null);
}

/** What the server said, in words beside the field that it is about. */
export function refusalWords(result: SignInResult | undefined): CredentialErrors {
  if (result === undefined || result.ok) return NO_ERRORS;
  if (result.fault === 'email_taken') {
    return { ...NO_ERRORS, email: 'There is an account with this e-mail address already. Sign in instead.' };
  }
  if (result.fault !== 'invalid_input') return { ...NO_ERRORS, form: faultWords(result.fault, result.retryAfterSeconds) };
  const isNamed = (field: string) => result.fields.some(({ path }) => path.includes(field));
  const errors = {
    form: null,
    email: isNamed('email') ? 'This is not an e-mail address.' : null,
    password: isNamed('password') ? passwordTooShort : null,
    name: isNamed('name') ? 'This name cannot be used.' : null,
  };
  return hasErrors(errors) ? errors : { ...errors, form: 'The server did not accept this. Look at what you wrote.' };
}

const passwordTooShort = `Use at least ${PASSWORD_MIN_CHARS} characters.`;

function faultWords(fault: Exclude<CredentialFault, 'email_taken' | 'invalid_input'>, retryAfterSeconds: number | null): string {
  switch (fault) {
    case 'invalid_credentials':
      return 'E-mail or password is not right.';
    case 'rate_limited':
      return retryAfterSeconds === null
        ? 'Too many attempts. Wait a while, then try again.'
        : `Too many attempts. Try again in ${Math.ceil(retryAfterSeconds / 60)} min.`;
    case 'offline':
      return 'You are offline. This needs the network once; afterwards Haversack works without it.';
    case 'server_trouble':
      return 'The server had trouble. Try again in a moment.';
  }
}
