import { createHmac } from 'node:crypto';
import type pg from 'pg';
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import { ApiError, type Queryable, translateFault } from '../infrastructure/public.ts';
import {
  addressKey,
  foldEmail,
  KNOWN_ADDRESS_SECONDS,
  SIGN_IN_FAILURES_MAX,
  SIGN_IN_FAILURES_PER_ACCOUNT_MAX,
  SIGN_IN_FAILURES_PER_ADDRESS_MAX,
  SIGN_IN_WINDOW_SECONDS,
} from './models.ts';

const HOUR_SECONDS = 60 * 60;
const KEY_HEX_DIGITS = 32;
/** Our migration made the table, and `sweep` of the repo cleans it. */
const LIMITER = { tableName: 'throttles', tableCreated: true, clearExpiredByTimeout: false } as const;

/** Slows guessing down (rule US-2), over all nodes together: the counts are in the database. */
export interface Throttle {
  /** @throws {ApiError} `rate_limited` with the seconds to wait. */
  admitSignUp(ip: string): Promise<void>;
  /** From here the account's owner has come in. */
  remember(email: string, ip: string): Promise<void>;
  /**
   * Counts the attempt as a failure at once, so that guesses sent together do not slip through together.
   * @throws {ApiError} `rate_limited` with the seconds to wait.
   */
  admitPassword(email: string, ip: string): Promise<Attempt>;
  /** Forgets what was counted for this account. */
  erase(tx: Queryable, email: string): Promise<void>;
  /** Where an account's counts lie: the patterns of their keys. */
  keysOf(email: string): string[];
}

export interface Attempt {
  /** The password was right: the count is taken back, and this address is known to be the account's from now on. */
  succeeded(): Promise<void>;
  /** It was not judged, by no fault of its sender. */
  undone(): Promise<void>;
}

export function createThrottle({ pool, secret, signUpsPerHourPerAddress }: ThrottleDeps): Throttle {
  const limiter = (keyPrefix: string, points: number, duration: number): RateLimiterPostgres =>
    new RateLimiterPostgres({ ...LIMITER, storeClient: pool, keyPrefix, points, duration });
  const signUps = limiter('sign-up', signUpsPerHourPerAddress, HOUR_SECONDS);
  const byAddress = limiter('address', SIGN_IN_FAILURES_PER_ADDRESS_MAX, SIGN_IN_WINDOW_SECONDS);
  const byPair = limiter('pair', SIGN_IN_FAILURES_MAX, SIGN_IN_WINDOW_SECONDS);
  const byAccount = limiter('account', SIGN_IN_FAILURES_PER_ACCOUNT_MAX, HOUR_SECONDS);
  const known = limiter('known', 1, KNOWN_ADDRESS_SECONDS);

  /** Without the server's key, a copy of the table names nobody. */
  const hashed = (kind: string, text: string): string =>
    createHmac('sha256', secret).update(`throttle ${kind}\n${text}`).digest('hex').slice(0, KEY_HEX_DIGITS);
  const accountOf = (email: string): string => hashed('account', foldEmail(email));
  const addressOf = (ip: string): string => hashed('address', addressKey(ip));
  const keysOf = (email: string): string[] =>
    [byAccount, byPair, known].map(({ keyPrefix }) => `${keyPrefix}:${accountOf(email)}%`);

  return {
    keysOf,
    async admitSignUp(ip) {
      await consume(signUps, addressOf(ip));
    },
    async remember(email, ip) {
      await reach(known.set(`${accountOf(email)}:${addressOf(ip)}`, 1, KNOWN_ADDRESS_SECONDS));
    },
    async admitPassword(email, ip) {
      const [account, address] = [accountOf(email), addressOf(ip)];
      const pair = `${account}:${address}`;
      await consume(byAddress, address);
      await consume(byPair, pair);
      // Guesses from everywhere at once bar an account to strangers. Where its owner has signed in before, they still can.
      const isKnown = (await reach(known.get(pair))) !== null;
      if (!isKnown) await consume(byAccount, account);
      const takeBack = async (): Promise<void> => {
        await reach(byAddress.reward(address));
        if (!isKnown) await reach(byAccount.reward(account));
      };
      return {
        async succeeded() {
          await takeBack();
          await reach(byPair.delete(pair));
          await reach(known.set(pair, 1, KNOWN_ADDRESS_SECONDS));
        },
        async undone() {
          await takeBack();
          await reach(byPair.reward(pair));
        },
      };
    },
    async erase(tx, email) {
      await tx.query('delete from throttles where key like any($1::text[])', [keysOf(email)]);
    },
  };
}

interface ThrottleDeps {
  pool: pg.Pool;
  secret: string;
  signUpsPerHourPerAddress: number;
}

async function consume(limiter: RateLimiterPostgres, key: string): Promise<void> {
  try {
    await limiter.consume(key);
  } catch (refusal) {
    if (!(refusal instanceof RateLimiterRes)) throw translateFault(refusal);
    const retryAfterSeconds = Math.max(1, Math.ceil(refusal.msBeforeNext / 1000));
    throw new ApiError('rate_limited', `Too many attempts: try again in ${retryAfterSeconds} seconds.`, { retryAfterSeconds });
  }
}

async function reach<T>(asked: Promise<T>): Promise<T> {
  return asked.catch((error: unknown) => {
    throw translateFault(error);
  });
}
