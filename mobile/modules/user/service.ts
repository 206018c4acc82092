import { type FieldError, type SignInBody, type SignUpBody, SignedIn, type User } from '@haversack/contract';
import { type ApiFailure, type ApiResult, createChanges } from '../infrastructure/public.ts';
import type { UserServiceDeps } from './deps.ts';
import { depart, type Presence, tryFinishPurge } from './departure.ts';
import { keepSealKey, PERSON_KEY, readPerson, readSealKey, TOKEN_KEY, unmarkPurge } from './marks.ts';
import type { AccountResult, SealedWork, SignInResult, SignInState, SignOutResult, UserService } from './models.ts';
import { deleteAccount, exportData } from './own-account.ts';

/** Errors: those of `things.enter`, for instance a database that is newer than the app. */
export async function createUserService(deps: UserServiceDeps): Promise<UserService> {
  const { things } = deps;
  const inTurn = createTurns();
  const presence = createPresence(deps);
  await tryFinishPurge(deps);
  await restore(deps, presence);

  function enter(path: '/users/sign-up' | '/users/sign-in', body: SignUpBody | SignInBody): Promise<SignInResult> {
    return inTurn(async () => {
      await tryFinishPurge(deps);
      return admit(deps, presence, await deps.api.call({ method: 'POST', path, body, answer: SignedIn }));
    });
  }

  function asPerson(act: (user: User) => Promise<AccountResult>): Promise<AccountResult> {
    const state = presence.state();
    if (state.kind === 'signed_in') return act(state.user);
    return Promise.resolve({ ok: false, fault: 'sign_in', retryAfterSeconds: null });
  }

  return {
    exportData: () => asPerson((user) => exportData(deps, user)),
    deleteAccount: (password) => inTurn(() => asPerson((user) => deleteAccount(deps, presence, user, password))),
    state: presence.state,
    subscribe: presence.subscribe,
    sealedWork: presence.sealedWork,
    signUp: (email, password, name) => enter('/users/sign-up', { email, password, name }),
    signIn: (email, password) => enter('/users/sign-in', { email, password }),

    async signOut(choice): Promise<SignOutResult> {
      const state = presence.state();
      if (state.kind === 'signed_out') return { kind: 'signed_out' };
      const { user } = state;
      if (choice === 'send_first') {
        const count = await things.sendUnsent();
        const canKeep = async (): Promise<boolean> => (await readSealKey(deps.platform.secureStore, user.id)) !== null;
        if (count > 0) return { kind: 'unsent', count, canKeep: await canKeep() };
      }
      return inTurn(async () =>
        presence.state().kind === 'signed_out' ? { kind: 'signed_out' } : depart(deps, presence, user, choice),
      );
    },
  };
}

/** Who is here, for those who ask and those who listen. */
function createPresence({ platform: { secureStore, logger }, things }: UserServiceDeps) {
  const changes = createChanges<'state'>();
  let state: SignInState = { kind: 'signed_out' };
  let sealedWork: SealedWork = 'none';

  return {
    state: () => state,
    sealedWork: () => sealedWork,
    subscribe: (listener: (state: SignInState) => void) => changes.subscribe(() => listener(state)),
    async open(user: User): Promise<void> {
      sealedWork = (await things.enter(user, await readSealKey(secureStore, user.id))) > 0 ? 'shut' : 'none';
      state = { kind: 'signed_in', user };
      changes.notify('state');
    },
    async clear(): Promise<void> {
      const isAny = await things.hasSealed().catch((error: unknown) => {
        logger.warn('whether sealed work is here is not known', { error: String(error) });
        return false;
      });
      sealedWork = isAny ? 'waiting' : 'none';
      state = { kind: 'signed_out' };
      changes.notify('state');
    },
  } satisfies Presence & Partial<UserService>;
}

async function admit(
  { platform: { secureStore, kind, logger }, identity }: UserServiceDeps,
  presence: Presence,
  result: ApiResult<SignedIn>,
): Promise<SignInResult> {
  if (result.kind !== 'ok') return toFault(result);
  const { user, token, seal_key: sealKey } = result.body;
  identity.personId = user.id;
  identity.token = kind === 'browser' ? null : token;
  if (identity.token !== null) await secureStore.set(TOKEN_KEY, identity.token);
  await keepSealKey(secureStore, user.id, sealKey);
  await secureStore.set(PERSON_KEY, JSON.stringify(user));
  // A purge that failed must not take at the next start what this person does from now on.
  await unmarkPurge(secureStore, user.id);
  if ((await readSealKey(secureStore, user.id)) === null) logger.warn('the server gave no seal key that can be used');
  await presence.open(user);
  return { ok: true, user };
}

/** From the device alone: whoever was signed in stays so, whatever the network or the server says (rule AU-3). */
async function restore({ platform: { secureStore }, identity }: UserServiceDeps, presence: Presence): Promise<void> {
  const user = await readPerson(secureStore);
  if (user === null) return presence.clear();
  identity.personId = user.id;
  identity.token = await secureStore.get(TOKEN_KEY);
  await presence.open(user);
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
