import { type FieldError, type SignInBody, type SignUpBody, SignedIn, User } from '@haversack/contract';
import { Value } from 'typebox/value';
import { type ApiClient, type ApiFailure, type ApiResult, createChanges, type Platform } from '../infrastructure/public.ts';
import type { SignInResult, SignInState, SignOutChoice, SignOutResult, UserService } from './models.ts';

/** What the composition root does with a person's things on this device. */
export interface PersonalThings {
  /** Opens what belongs to this person; a token that was dead is alive again. */
  enter(user: User): Promise<void>;
  /** Tries to send what is unsent; how many writes are left, refused ones included. */
  sendUnsent(): Promise<number>;
  /** Stops what is under way and closes it; nothing lands afterwards (rule SY-5). How many writes are unsent in what was closed. */
  leave(): Promise<number>;
  /** Removes database and files of this person from the device (rule AU-1). Repeatable. */
  purge(userId: string): Promise<void>;
}

export interface UserServiceDeps {
  platform: Pick<Platform, 'secureStore' | 'kind' | 'logger'>;
  api: ApiClient;
  things: PersonalThings;
  identity: Identity;
}

/** Who the requests come from; the token stays null in the browser, which has its cookie (rule SE-5). */
export interface Identity {
  token: string | null;
  personId: string | null;
}

const PERSON_KEY = 'haversack.person';
const TOKEN_KEY = 'haversack.token';
/** Set before a purge begins and removed when it has ended, so that one that was cut short is brought to its end. */
const PURGE_KEY = 'haversack.purge';

/** Errors: those of `things.enter`, for instance a database that is newer than the app. */
export async function createUserService(deps: UserServiceDeps): Promise<UserService> {
  const { api, things, identity } = deps;
  const { secureStore, kind, logger } = deps.platform;
  const changes = createChanges<'state'>();
  await tryFinishPurge(deps);
  let state = await restore(deps);

  function setState(next: SignInState): void {
    state = next;
    changes.notify('state');
  }

  async function admit(result: ApiResult<SignedIn>): Promise<SignInResult> {
    if (result.kind !== 'ok') return toFault(result);
    const { user, token } = result.body;
    // A purge that failed must not take at the next start what this person does from now on.
    if ((await secureStore.get(PURGE_KEY)) === user.id) await secureStore.remove(PURGE_KEY);
    identity.personId = user.id;
    identity.token = kind === 'browser' ? null : token;
    if (identity.token !== null) await secureStore.set(TOKEN_KEY, identity.token);
    await secureStore.set(PERSON_KEY, JSON.stringify(user));
    await things.enter(user);
    setState({ kind: 'signed_in', user });
    return { ok: true, user };
  }

  const inTurn = createTurns();

  function enter(path: '/users/sign-up' | '/users/sign-in', body: SignUpBody | SignInBody): Promise<SignInResult> {
    return inTurn(async () => {
      await tryFinishPurge(deps);
      return admit(await api.call({ method: 'POST', path, body, answer: SignedIn }));
    });
  }

  async function depart(user: User, choice: SignOutChoice): Promise<SignOutResult> {
    // Nothing is marked for purging before this tab or app has closed it: where another has taken over, this throws and all stays.
    const count = await things.leave();
    // Written after what was sent had been counted: asked again rather than thrown away (rule AU-2).
    if (choice === 'send_first' && count > 0) {
      await things.enter(user);
      return { kind: 'unsent', count };
    }
    await secureStore.set(PURGE_KEY, user.id);
    await secureStore.remove(PERSON_KEY);
    setState({ kind: 'signed_out' });
    // Best effort and short: the device forgets its token in any case.
    const told = await api.call({ method: 'POST', path: '/users/sign-out', answer: null, timeoutMs: 5_000 });
    if (told.kind !== 'ok') logger.warn('the server was not told of the sign-out', { outcome: told.kind });
    identity.token = null;
    identity.personId = null;
    await finishPurge(deps);
    return { kind: 'signed_out' };
  }

  return {
    state: () => state,
    subscribe: (listener) => changes.subscribe(() => listener(state)),
    signUp: (email, password, name) => enter('/users/sign-up', { email, password, name }),
    signIn: (email, password) => enter('/users/sign-in', { email, password }),

    async signOut(choice): Promise<SignOutResult> {
      if (state.kind === 'signed_out') return { kind: 'signed_out' };
      const { user } = state;
      if (choice === 'send_first') {
        const count = await things.sendUnsent();
        if (count > 0) return { kind: 'unsent', count };
      }
      return inTurn(async () => (state.kind === 'signed_out' ? { kind: 'signed_out' } : depart(user, choice)));
    },
  };
}

/**
 * Comings and goings take turns: who comes waits for the end of a sign-out, or would lose what it takes away; two taps on "Sign in"
 * open one database.
 */
function createTurns(): <T>(work: () => Promise<T>) => Promise<T> {
  let turn: Promise<unknown> = Promise.resolve();
  return (work) => {
    const result = turn.then(work);
    turn = result.catch(() => undefined);
    return result;
  };
}

async function finishPurge({ platform: { secureStore }, things }: UserServiceDeps): Promise<void> {
  const userId = await secureStore.get(PURGE_KEY);
  if (userId === null) return;
  // Where somebody has signed in since, the token is theirs.
  if ((await secureStore.get(PERSON_KEY)) === null) await secureStore.remove(TOKEN_KEY);
  await things.purge(userId);
  await secureStore.remove(PURGE_KEY);
}

/** A file that does not go must not keep the app, or the next person, out; it is tried again each time. */
async function tryFinishPurge(deps: UserServiceDeps): Promise<void> {
  await finishPurge(deps).catch((error: unknown) =>
    deps.platform.logger.warn('what was signed out is not all gone yet', { error: String(error) }),
  );
}

/** From the device alone: whoever was signed in stays so, whatever the network or the server says (rule AU-3). */
async function restore({ platform: { secureStore }, things, identity }: UserServiceDeps): Promise<SignInState> {
  const stored = await secureStore.get(PERSON_KEY);
  const user: unknown = stored === null ? null : JSON.parse(stored);
  if (!Value.Check(User, user)) return { kind: 'signed_out' };
  identity.personId = user.id;
  identity.token = await secureStore.get(TOKEN_KEY);
  await things.enter(user);
  return { kind: 'signed_in', user };
}

function toFault(failure: ApiFailure): SignInResult {
  const fault = (
    name: Extract<SignInResult, { ok: false }>['fault'],
    fields: FieldError[] = [],
    retryAfterSeconds: number | null = null,
  ) => ({ ok: false, fault: name, retryAfterSeconds, fields }) as const;
  switch (failure.kind) {
    case 'offline':
      return fault('offline');
    case 'sign_in':
      return fault('invalid_credentials');
    case 'not_ours':
      return fault('server_trouble');
    case 'try_later': {
      const seconds = failure.retryAfterMs === null ? null : Math.ceil(failure.retryAfterMs / 1_000);
      return fault(failure.status === 429 ? 'rate_limited' : 'server_trouble', [], seconds);
    }
    case 'refused':
      if (failure.problem.code === 'email_taken') return fault('email_taken');
      return failure.problem.status === 422 ? fault('invalid_input', failure.problem.errors ?? []) : fault('server_trouble');
  }
}
