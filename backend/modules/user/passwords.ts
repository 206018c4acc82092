import { availableParallelism } from 'node:os';
import { hash, verify } from '@node-rs/argon2';
import { UnavailableError } from '../infrastructure/public.ts';

/** OWASP's minimum for argon2id: 19 MiB, two passes, one lane. Whoever signs in with a hash of other parameters gets a new one. */
const ARGON2 = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;
const CURRENT_FORM = `$argon2id$v=19$m=${ARGON2.memoryCost},t=${ARGON2.timeCost},p=${ARGON2.parallelism}$`;

/** Who waits longer than this many others would has given up before their turn came. */
const WAITING_MAX = 100;

/** Hashing costs a core and 19 MiB each time: only so much of it runs at once, so that other requests have theirs (rule US-2). */
export interface Passwords {
  /** @throws {UnavailableError} when too many wait. */
  hash(password: string): Promise<string>;
  /** @throws {UnavailableError} when too many wait. */
  verify(kept: string, password: string): Promise<boolean>;
  /** Made with other parameters than today's. */
  isOutdated(kept: string): boolean;
}

export function createPasswords(atOnceMax = Math.max(1, Math.floor(availableParallelism() / 2))): Passwords {
  const gate = createGate(atOnceMax, WAITING_MAX);
  return {
    hash: (password) => gate(() => hash(password, ARGON2)),
    verify: (kept, password) => gate(() => verify(kept, password)),
    isOutdated: (kept) => !kept.startsWith(CURRENT_FORM),
  };
}

type Gate = <T>(work: () => Promise<T>) => Promise<T>;

/** Lets `atOnceMax` through at a time, in the order they came; turns away who would be more than `waitingMax` behind. */
export function createGate(atOnceMax: number, waitingMax: number): Gate {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (work) => {
    if (running < atOnceMax) running += 1;
    else {
      if (waiting.length >= waitingMax) throw new UnavailableError('too many passwords wait to be hashed');
      // Whoever goes hands their place on, so `running` stays as it is.
      await new Promise<void>((enter) => waiting.push(enter));
    }
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}
