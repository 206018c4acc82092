import type { SignedIn, SignInBody, SignUpBody } from '@haversack/contract';
import {
  ApiError,
  type Clock,
  type Database,
  describeError,
  type Ids,
  type Logger,
  type Person,
  UnavailableError,
} from '../infrastructure/public.ts';
import { type Accounts, type AccountsResult, type Entered, tokenHash } from './accounts.ts';
import { foldEmail } from './models.ts';
import type { Passwords } from './passwords.ts';
import type { UserRepo } from './repo.ts';
import type { SessionCache } from './session-cache.ts';
import type { Throttle } from './throttle.ts';

const SEAL_KEY_BYTES = 32;
const SWEEP_EVERY_MS = 60 * 60_000;

export interface SignInService {
  /** @throws {ApiError} `email_taken`, `invalid_body`, `rate_limited`. */
  signUp(body: SignUpBody, ip: string): Promise<SignedIn>;
  /** @throws {ApiError} `invalid_credentials` (without saying which half was wrong), `rate_limited`. */
  signIn(body: SignInBody, ip: string): Promise<SignedIn>;
  /** The token is dead at once on this node, within `SESSION_CACHE_MS` on every other. */
  signOut(token: string): Promise<void>;
  /** Whose token this is, where this node has seen it within `SESSION_CACHE_MS`. */
  recognise(token: string): Person | null;
  /** Whose token this is; null when it is nobody's, or no longer. */
  authenticate(token: string): Promise<Person | null>;
  /** Makes sure that this account exists, is a publisher and has this password; a new password ends its sessions. */
  ensurePublisher(account: { email: string; password: string }): Promise<void>;
}

export interface SignInServiceDeps {
  database: Database;
  repo: UserRepo;
  accounts: Accounts;
  passwords: Passwords;
  throttle: Throttle;
  sessions: SessionCache;
  ids: Ids;
  clock: Clock;
  logger: Logger;
  /** Told of every new person, before they are answered. */
  onSignUp(userId: string): Promise<void>;
}

export function createSignInService(deps: SignInServiceDeps): SignInService {
  const { database, repo, accounts, passwords, throttle, sessions, ids, onSignUp } = deps;
  const sweep = createSweep(deps);

  /** @throws {ApiError} `invalid_credentials` when the password was changed, or the account deleted, while the session was made. */
  async function signedIn({ token, userId, passwordHash }: Entered, password: string): Promise<SignedIn> {
    // This waits for whoever has locked the person; what is read after it is the state after them.
    const found = await repo.getWithSealKey(userId, ids.randomBytes(SEAL_KEY_BYTES));
    if (found === null) throw new ApiError('invalid_credentials', 'The account is gone.');
    const current = await repo.findPasswordHash(database, userId);
    if (current === null || (current !== passwordHash && !(await passwords.verify(current, password)))) {
      await signOut(token);
      throw new ApiError('invalid_credentials', 'E-mail or password is wrong.');
    }
    if (passwords.isOutdated(current)) await repo.rehash(userId, current, await passwords.hash(password));
    sweep();
    return { token, seal_key: found.sealKey.toString('base64'), user: found.person };
  }

  async function signOut(token: string): Promise<void> {
    const key = tokenHash(token);
    sessions.end([key]);
    await repo.deleteSession(key);
  }

  return {
    signOut,
    async signUp(body, ip) {
      await throttle.admitSignUp(ip);
      const entered = orRefuse(await signUpOnce(deps, body));
      await onSignUp(entered.userId);
      await throttle.remember(body.email, ip);
      return signedIn(entered, body.password);
    },
    async signIn(body, ip) {
      const attempt = await throttle.admitPassword(body.email, ip);
      let result: AccountsResult;
      try {
        result = await accounts.signIn(body);
      } catch (error) {
        await attempt.undone();
        throw error;
      }
      // What is no e-mail address is nobody's.
      const entered = orRefuse(result.ok ? result : { ok: false, failure: 'invalid_credentials' });
      const answer = await signedIn(entered, body.password);
      await attempt.succeeded();
      return answer;
    },
    recognise: (token) => sessions.get(tokenHash(token)),
    async authenticate(token) {
      const key = tokenHash(token);
      if (sessions.isEnded(key)) return null;
      const known = sessions.get(key);
      if (known !== null) return known;
      const person = await repo.findBySession(key);
      return person !== null && sessions.put(key, person) ? person : null;
    },
    ensurePublisher: (account) => ensurePublisher(deps, account),
  };
}

/** Of two who ask for one e-mail at once, the slower is told like one who came later. */
async function signUpOnce({ accounts, repo }: SignInServiceDeps, body: SignUpBody): Promise<AccountsResult> {
  const result = await accounts.signUp(body);
  if (result.ok || result.failure !== 'not_created') return result;
  if ((await repo.findByEmail(foldEmail(body.email))) !== null) return { ok: false, failure: 'email_taken' };
  throw new UnavailableError('the account could not be made');
}

async function ensurePublisher(deps: SignInServiceDeps, { email, password }: SignInBody): Promise<void> {
  const { database, repo, passwords, onSignUp } = deps;
  const find = (): Promise<Person | null> => repo.findByEmail(foldEmail(email));
  const made = (await find()) === null ? await signUpOnce(deps, { email, password, name: 'Publisher' }) : null;
  // Another node may have been quicker.
  const existing = made?.ok === true ? null : await find();
  const userId = existing?.id ?? orRefuse(made ?? { ok: false, failure: 'not_created' }).userId;
  await onSignUp(userId);
  if (existing !== null) {
    const kept = await repo.findPasswordHash(database, userId);
    if (kept === null || !(await passwords.verify(kept, password))) await setPassword(deps, userId, password);
  }
  await repo.setRole(userId, 'publisher');
}

async function setPassword({ database, repo, passwords, sessions }: SignInServiceDeps, userId: string, password: string) {
  const fresh = await passwords.hash(password);
  const ended = await database.transaction(async (tx) => {
    await repo.lockPerson(tx, userId);
    await repo.setPasswordHash(tx, userId, fresh);
    return repo.endSessions(tx, userId, null);
  });
  sessions.end(ended);
}

/** Once in a while, beside somebody's sign-in: what has ended goes. It may fail; the next one will do it. */
function createSweep({ repo, clock, logger }: SignInServiceDeps): () => void {
  let sweptAtMs = 0;
  return () => {
    if (clock.nowMs() - sweptAtMs < SWEEP_EVERY_MS) return;
    sweptAtMs = clock.nowMs();
    repo.sweep().catch((error: unknown) => logger.debug(describeError(error), 'ended sessions could not be cleared away'));
  };
}

function orRefuse(result: AccountsResult): Entered {
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
