import type { I18n } from '../../ui_system/public.ts';
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
export function checkCredentials(i18n: I18n, given: { email: string; password: string; name?: string }): CredentialErrors {
  const isNew = given.name !== undefined;
  const isShort = given.password.length < PASSWORD_MIN_CHARS;
  return {
    form: null,
    email: /^[^@\s]+@[^@\s]+$/.test(given.email.trim()) ? null : i18n.t('Write your e-mail address, like ana@example.org.'),
    password: given.password === '' ? i18n.t('Write your password.') : isNew && isShort ? passwordTooShort(i18n) : null,
    name: isNew && given.name?.trim() === '' ? i18n.t('Write your name.') : null,
  };
}

export function hasErrors(errors: CredentialErrors): boolean {
  return Object.values(errors).some((error) => error !== null);
}

/** What the server said, in words beside the field that it is about. */
export function refusalWords(i18n: I18n, result: SignInResult | undefined): CredentialErrors {
  if (result === undefined || result.ok) return NO_ERRORS;
  if (result.fault === 'email_taken') {
    return { ...NO_ERRORS, email: i18n.t('There is an account with this e-mail address already. Sign in instead.') };
  }
  if (result.fault !== 'invalid_input') return { ...NO_ERRORS, form: faultWords(i18n, result.fault, result.retryAfterSeconds) };
  const isNamed = (field: string) => result.fields.some(({ path }) => path.includes(field));
  const errors = {
    form: null,
    email: isNamed('email') ? i18n.t('This is not an e-mail address.') : null,
    password: isNamed('password') ? passwordTooShort(i18n) : null,
    name: isNamed('name') ? i18n.t('This name cannot be used.') : null,
  };
  return hasErrors(errors) ? errors : { ...errors, form: i18n.t('The server did not accept this. Look at what you wrote.') };
}

function passwordTooShort(i18n: I18n): string {
  return i18n.t('Use at least {count} characters.', { count: i18n.number(PASSWORD_MIN_CHARS) });
}

function faultWords(
  i18n: I18n,
  fault: Exclude<CredentialFault, 'email_taken' | 'invalid_input'>,
  retryAfterSeconds: number | null,
): string {
  switch (fault) {
    case 'invalid_credentials':
      return i18n.t('E-mail or password is not right.');
    case 'rate_limited':
      return retryAfterSeconds === null
        ? i18n.t('Too many attempts. Wait a while, then try again.')
        : i18n.t('Too many attempts. Try again in {minutes} min.', { minutes: i18n.number(Math.ceil(retryAfterSeconds / 60)) });
    case 'offline':
      return i18n.t('You are offline. This needs the network once; afterwards Haversack works without it.');
    case 'server_trouble':
      return i18n.t('The server had trouble. Try again in a moment.');
  }
}
