import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { ApiError } from '../infrastructure/public.ts';
import {
  addressKey,
  foldEmail,
  SIGN_IN_FAILURES_MAX,
  SIGN_IN_FAILURES_PER_ADDRESS_MAX,
  SIGN_IN_WINDOW_SECONDS,
} from './models.ts';

const HOUR_SECONDS = 60 * 60;

/** Slows guessing down (rule US-2). Counts in this node's memory: several nodes allow that many times as much. */
export interface Throttle {
  /** @throws {ApiError} `rate_limited` with the seconds to wait. */
  admitSignUp(ip: string): Promise<void>;
  /**
   * Counts the attempt as a failure at once, so that guesses sent together do not slip through together;
   * the returned function takes that back after a success.
   */
  admitSignIn(email: string, ip: string): Promise<() => Promise<void>>;
}

export function createThrottle(signUpsPerHourPerAddress: number): Throttle {
  const signUps = new RateLimiterMemory({ points: signUpsPerHourPerAddress, duration: HOUR_SECONDS });
  const byAccount = new RateLimiterMemory({ points: SIGN_IN_FAILURES_MAX, duration: SIGN_IN_WINDOW_SECONDS });
  const byAddress = new RateLimiterMemory({ points: SIGN_IN_FAILURES_PER_ADDRESS_MAX, duration: SIGN_IN_WINDOW_SECONDS });
  return {
    async admitSignUp(ip) {
      await consume(signUps, addressKey(ip));
    },
    async admitSignIn(email, ip) {
      const address = addressKey(ip);
      const account = `${foldEmail(email)} ${address}`;
      await consume(byAddress, address);
      await consume(byAccount, account);
      return async () => {
        await byAddress.reward(address);
        await byAccount.delete(account);
      };
    },
  };
}

async function consume(limiter: RateLimiterMemory, key: string): Promise<void> {
  try {
    await limiter.consume(key);
  } catch (refusal) {
    if (!(refusal instanceof RateLimiterRes)) throw refusal;
    const retryAfterSeconds = Math.max(1, Math.ceil(refusal.msBeforeNext / 1000));
    throw new ApiError('rate_limited', `Too many attempts: try again in ${retryAfterSeconds} seconds.`, { retryAfterSeconds });
  }
}
