import type { ChangePasswordBody } from '@haversack/contract';
import {
  ApiError,
  type Clock,
  type Database,
  describeError,
  formatWireTime,
  type Logger,
  type Person,
  type PersonalData,
} from '../infrastructure/public.ts';
import { tokenHash } from './accounts.ts';
import type { Passwords } from './passwords.ts';
import { writeExport } from './personal-export.ts';
import type { UserRepo } from './repo.ts';
import type { SessionCache } from './session-cache.ts';
import type { Throttle } from './throttle.ts';

/** What a person does with their own account (rule US-4). Passwords are throttled as at sign-in. */
export interface AccountService {
  /** Ends every other session. @throws {ApiError} `wrong_password`, `rate_limited`. */
  changePassword(asking: Asking, body: ChangePasswordBody): Promise<void>;
  /**
   * Everything that is held of the person, as the text of one JSON document, piece by piece. Reading it throws when the account goes
   * meanwhile, or when this person asks for another on this node.
   */
  exportData(person: Person): Promise<AsyncIterable<string>>;
  /** Takes all of it away, in one transaction. @throws {ApiError} `wrong_password`, `rate_limited`. */
  deleteAccount(asking: Asking, password: string): Promise<void>;
}

export interface Asking {
  person: Person;
  token: string;
  ip: string;
}

export interface AccountServiceDeps {
  database: Database;
  repo: UserRepo;
  passwords: Passwords;
  throttle: Throttle;
  sessions: SessionCache;
  clock: Clock;
  logger: Logger;
  /** In the order of the export, the account's own first; they are erased from the last to the first. */
  personalData: readonly PersonalData[];
}

export function createAccountService(deps: AccountServiceDeps): AccountService {
  const { database, repo, passwords, throttle, sessions, clock, logger, personalData } = deps;
  const latestExports = new Map<string, symbol>();

  /** Returns the hash that the password was held against. */
  async function checkPassword({ person, ip }: Asking, password: string): Promise<string> {
    const attempt = await throttle.admitPassword(person.email, ip);
    let kept: string | null;
    let isRight: boolean;
    try {
      kept = await repo.findPasswordHash(database, person.id);
      isRight = kept !== null && (await passwords.verify(kept, password));
    } catch (error) {
      await attempt.undone();
      throw error;
    }
    if (kept === null || !isRight) throw new ApiError('wrong_password', 'This is not the password of your account.');
    await attempt.succeeded();
    return kept;
  }

  return {
    async changePassword(asking, { current_password, new_password }) {
      const { person, token } = asking;
      const kept = await checkPassword(asking, current_password);
      const fresh = await passwords.hash(new_password);
      const ended = await database.transaction(async (tx) => {
        await repo.lockPerson(tx, person.id);
        // Another change was quicker.
        if ((await repo.findPasswordHash(tx, person.id)) !== kept)
          throw new ApiError('wrong_password', 'The password was changed meanwhile.');
        await repo.setPasswordHash(tx, person.id, fresh);
        return repo.endSessions(tx, person.id, tokenHash(token));
      });
      sessions.end(ended);
    },

    async exportData(person) {
      const isHere = async (): Promise<boolean> => (await repo.findByEmail(person.email))?.id === person.id;
      if (!(await isHere())) throw gone();
      const pieces = writeExport(person, personalData, formatWireTime(clock.nowMs()), isHere);
      return whole(whileLatest(latestExports, person.id, pieces), logger);
    },

    async deleteAccount(asking, password) {
      const { person } = asking;
      await checkPassword(asking, password);
      const ended = await database.transaction(async (tx) => {
        for (const data of personalData) await data.lock?.(tx, person);
        if (!(await repo.lockPerson(tx, person.id))) throw gone();
        const tokens = await repo.endSessions(tx, person.id, null);
        for (const data of personalData.toReversed()) await data.erase(tx, person);
        return tokens;
      });
      sessions.end(ended);
      for (const data of personalData) data.forget?.(person);
    },
  };
}

const gone = (): ApiError => new ApiError('unauthenticated', 'The account of this token is gone.');

/** A phone that lost its answer asks again at once: the new one goes on, not the one that nobody reads. */
async function* whileLatest(latest: Map<string, symbol>, id: string, pieces: AsyncIterable<string>): AsyncGenerator<string> {
  const mine = Symbol(id);
  latest.set(id, mine);
  try {
    for await (const piece of pieces) {
      if (latest.get(id) !== mine) throw new Error('another export of this person has begun');
      yield piece;
    }
  } finally {
    if (latest.get(id) === mine) latest.delete(id);
  }
}

/** The status is out already, so the answer can only break off; the framework would log the error with the values that it quotes. */
async function* whole(pieces: AsyncIterable<string>, logger: Logger): AsyncGenerator<string> {
  try {
    yield* pieces;
  } catch (error) {
    logger.warn(describeError(error), 'an export broke off');
    throw new Error('the export broke off');
  }
}
