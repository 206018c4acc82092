import type { SignedIn, SignInBody, SignUpBody } from '@haversack/contract';
import { LRUCache } from 'lru-cache';
import { ApiError, type Clock, type Ids, type Person, UnavailableError } from '../infrastructure/public.ts';
import { type Accounts, type AccountsResult, tokenHash } from './accounts.ts';
import { foldEmail, SESSION_CACHE_MS } from './models.ts';
import type { UserRepo } from './repo.ts';
import type { Throttle } from './throttle.ts';

const SEAL_KEY_BYTES = 32;
const SESSIONS_CACHED_MAX = 20_000;

export interface UserService {
  /** @throws {ApiError} `email_taken`, `invalid_body`, `rate_limited`. */
  signUp(body: SignUpBody, ip: string): Promise<SignedIn>;
  /** @throws {ApiError} `invalid_credentials` (without saying which half was wrong), `rate_limited`. */
  signIn(body: SignInBody, ip: string): Promise<SignedIn>;
  /** The token is dead at once on this node, within `SESSION_CACHE_MS` on every other. */
  signOut(token: string): Promise<void>;
  /** Whose token this is; null when it is nobody's, or no longer. */
  authenticate(token: string): Promise<Person | null>;
  /** Makes sure that this account exists, is a publisher and has this password. */
  ensurePublisher(account: { email: string; password: string }): Promise<void>;
}

export interface UserServiceDeps {
  repo: UserRepo;
  accounts: Accounts;
  throttle: Throttle;
  ids: Ids;
  clock: Clock;
  /** Told of every new person, before they are answered. */
  onSignUp(userId: string): Promise<void>;
}

export function createUserService({ repo, accounts, throttle, ids, clock, onSignUp }: UserServiceDeps): UserService {
  const perf = { now: () => clock.nowMs() };
  const sessions = new LRUCache<string, Person>({ max: SESSIONS_CACHED_MAX, ttl: SESSION_CACHE_MS, ttlResolution: 0, perf });
  // A look-up that was under way during a sign-out must not bring the session back.
  const ended = new LRUCache<string, true>({ max: SESSIONS_CACHED_MAX, ttl: 2 * SESSION_CACHE_MS, ttlResolution: 0, perf });

  async function signedIn(token: string, userId: string): Promise<SignedIn> {
    const found = await repo.getWithSealKey(userId, ids.randomBytes(SEAL_KEY_BYTES));
    if (found === null) throw new ApiError('invalid_credentials', 'The account is gone.');
    return { token, seal_key: found.sealKey.toString('base64'), user: found.person };
  }

  /** Of two who ask for one e-mail at once, the slower is told like one who came later. */
  async function signUpOnce(body: SignUpBody): Promise<AccountsResult> {
    const result = await accounts.signUp(body);
    if (result.ok || result.failure !== 'not_created') return result;
    if ((await repo.findByEmail(foldEmail(body.email))) !== null) return { ok: false, failure: 'email_taken' };
    throw new UnavailableError('the account could not be made');
  }

  return {
    async signUp(body, ip) {
      await throttle.admitSignUp(ip);
      const entered = orRefuse(await signUpOnce(body));
      await onSignUp(entered.userId);
      return signedIn(entered.token, entered.userId);
    },
    async signIn(body, ip) {
      const forgive = await throttle.admitSignIn(body.email, ip);
      const result = await accounts.signIn(body);
      // What is no e-mail address is nobody's.
      const entered = orRefuse(result.ok ? result : { ok: false, failure: 'invalid_credentials' });
      await forgive();
      return signedIn(entered.token, entered.userId);
    },
    async signOut(token) {
      const key = tokenHash(token);
      ended.set(key, true);
      sessions.delete(key);
      await repo.deleteSession(key);
    },
    async authenticate(token) {
      const key = tokenHash(token);
      if (ended.has(key)) return null;
      const known = sessions.get(key);
      if (known !== undefined) return known;
      const person = await repo.findBySession(key);
      if (person === null || ended.has(key)) return null;
      sessions.set(key, person);
      return person;
    },
    async ensurePublisher({ email, password }) {
      const find = (): Promise<Person | null> => repo.findByEmail(foldEmail(email));
      const made = (await find()) === null ? await signUpOnce({ email, password, name: 'Publisher' }) : null;
      // Another node may have been quicker.
      const existing = made?.ok === true ? null : await find();
      const userId = existing?.id ?? orRefuse(made ?? { ok: false, failure: 'not_created' }).userId;
      await onSignUp(userId);
      if (existing !== null && !(await accounts.signIn({ email, password })).ok) await accounts.setPassword(userId, password);
      await repo.setRole(userId, 'publisher');
    },
  };
}

function orRefuse(result: AccountsResult): { token: string; userId: string } {
  if (result.ok) return result;
  switch (result.failure) {
    case 'email_taken':
      throw new ApiError('email_taken', 'There is an account with this e-mail already: sign in instead.');
    case 'invalid_email':
      throw new ApiError('invalid_body', 'The body is not as the contract says.', {
        errors: [{ path: '/email', message: 'is not an e-mail address' }],
      });
    case 'not_created':
    case 'invalid_credentials':
      throw new ApiError('invalid_credentials', 'E-mail or password is wrong.');
  }
}
