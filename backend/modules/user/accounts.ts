import { AsyncLocalStorage } from 'node:async_hooks';
import { hash } from 'node:crypto';
import { LIMITS } from '@haversack/contract';
import { betterAuth } from 'better-auth';
import { isAPIError } from 'better-auth/api';
import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import type { Ids, Logger } from '../infrastructure/public.ts';
import { describeError, translateFault } from '../infrastructure/public.ts';
import { SESSION_LIFETIME_SECONDS } from './models.ts';
import type { Passwords } from './passwords.ts';

const FOREIGN_KEY_VIOLATION = '23503';

export type AccountsFailure = 'email_taken' | 'not_created' | 'invalid_email' | 'invalid_credentials';
/** `passwordHash` is what the password was held against, or was kept as. */
export interface Entered {
  ok: true;
  token: string;
  userId: string;
  passwordHash: string;
}
export type AccountsResult = Entered | { ok: false; failure: AccountsFailure };

/** Accounts, password hashing and sessions by better-auth, over our own tables. */
export interface Accounts {
  signUp(input: { email: string; password: string; name: string }): Promise<AccountsResult>;
  signIn(input: { email: string; password: string }): Promise<AccountsResult>;
}

export interface AccountsDeps {
  pool: pg.Pool;
  secret: string;
  ids: Ids;
  logger: Logger;
  passwords: Passwords;
}

/** What the library keeps to itself, carried out of its hooks. */
interface Carried {
  token: string | null;
  passwordHash: string | null;
}

/** What the database keeps of a token. */
export const tokenHash = (token: string): string => hash('sha256', token);

export function createAccounts(deps: AccountsDeps): Accounts {
  // The library hands out the token that it stores. Ours are stored hashed: the hook swaps, and this carries the token out.
  const carrier = new AsyncLocalStorage<Carried>();
  const auth = createAuth(deps, () => carrier.getStore() ?? { token: null, passwordHash: null });

  const enter = (attempt: () => Promise<{ user: { id: string } }>, readyHash: string | null = null): Promise<AccountsResult> =>
    carrier.run({ token: null, passwordHash: readyHash }, async (): Promise<AccountsResult> => {
      try {
        const { user } = await attempt();
        const { token, passwordHash } = carrier.getStore() ?? {};
        if (typeof token !== 'string' || typeof passwordHash !== 'string')
          throw new Error('the accounts library made no session');
        return { ok: true, token, userId: user.id, passwordHash };
      } catch (error) {
        return { ok: false, failure: toFailure(error) };
      }
    });

  return {
    // The library hashes in its transaction: whoever waited there for their turn would hold a connection.
    signUp: async (body) => enter(() => auth.api.signUpEmail({ body }), await deps.passwords.hash(body.password)),
    signIn: (body) => enter(() => auth.api.signInEmail({ body })),
  };
}

function createAuth({ pool, secret, ids, logger, passwords }: AccountsDeps, carried: () => Carried) {
  return betterAuth({
    baseURL: 'http://localhost',
    secret,
    telemetry: { enabled: false },
    logger: { log: (level, message, ...rest) => logLibrary(logger, level, message, rest) },
    database: { db: new Kysely({ dialect: new PostgresDialect({ pool }) }), type: 'postgres', transaction: true },
    advanced: { database: { generateId: () => ids.uuid() } },
    emailAndPassword: {
      enabled: true,
      minPasswordLength: LIMITS.passwordMinChars,
      maxPasswordLength: LIMITS.passwordMaxChars,
      password: {
        async hash(password) {
          const carrying = carried();
          return (carrying.passwordHash ??= await passwords.hash(password));
        },
        verify({ hash: passwordHash, password }) {
          carried().passwordHash = passwordHash;
          return passwords.verify(passwordHash, password);
        },
      },
    },
    user: { modelName: 'users', fields: { emailVerified: 'email_verified', ...STAMPS } },
    session: {
      modelName: 'sessions',
      expiresIn: SESSION_LIFETIME_SECONDS,
      fields: { userId: 'user_id', expiresAt: 'expires_at', ipAddress: 'ip_address', userAgent: 'user_agent', ...STAMPS },
    },
    account: { modelName: 'accounts', fields: ACCOUNT_FIELDS },
    verification: { modelName: 'verifications', fields: { expiresAt: 'expires_at', ...STAMPS } },
    databaseHooks: {
      session: {
        create: {
          async before(session) {
            carried().token = session.token;
            return { data: { ...session, token: tokenHash(session.token) } };
          },
        },
      },
    },
  });
}

const STAMPS = { createdAt: 'created_at', updatedAt: 'updated_at' } as const;
const ACCOUNT_FIELDS = {
  userId: 'user_id',
  accountId: 'account_id',
  providerId: 'provider_id',
  accessToken: 'access_token',
  refreshToken: 'refresh_token',
  idToken: 'id_token',
  accessTokenExpiresAt: 'access_token_expires_at',
  refreshTokenExpiresAt: 'refresh_token_expires_at',
  ...STAMPS,
} as const;

/** The library's messages quote e-mail addresses: only what it throws is described, and only without values. */
function logLibrary(logger: Logger, level: string, _message: string, rest: unknown[]): void {
  if (level !== 'error') return;
  logger.error(
    { faults: rest.filter((part) => part instanceof Error).map(describeError) },
    'the accounts library reports an error',
  );
}

/** @throws what is no refusal: a fault of the database, or of ours. */
function toFailure(error: unknown): AccountsFailure {
  // The account went between its password and its session.
  if (error instanceof pg.DatabaseError && error.code === FOREIGN_KEY_VIOLATION) return 'invalid_credentials';
  if (!isAPIError(error)) throw translateFault(error);
  switch (error.body?.code) {
    case 'USER_ALREADY_EXISTS':
    case 'USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL':
      return 'email_taken';
    // Said of any failure to insert: a twin that was quicker, or a database that is away.
    case 'FAILED_TO_CREATE_USER':
      return 'not_created';
    case 'INVALID_EMAIL':
    case 'VALIDATION_ERROR':
      return 'invalid_email';
    case 'INVALID_EMAIL_OR_PASSWORD':
      return 'invalid_credentials';
    default:
      throw error;
  }
}
