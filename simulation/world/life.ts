import type { Scheduler } from './scheduler.ts';

/** When a life ends: at so many more calls to the machine, and whether that last one still took effect, or half of it. */
export interface Death {
  afterCalls: number;
  moment: 'before' | 'after' | 'torn';
}

/** One run of the app's process. Every call to the machine (statement, file, secret, request) passes through it. */
export interface Life {
  isDead(): boolean;
  /** Does the effect, or dies of it: then nobody hears of it any more. `torn` does a part of the effect. */
  call<T>(effect: () => T, torn?: () => void): Promise<T>;
  /** Runs what was scheduled unless the process is no more. */
  guard(call: () => void): () => void;
  /** Null: it lives on. */
  plan(death: Death | null): void;
  /** So many calls from now one fails, and the process lives on; 0: none. */
  fail(afterCalls: number): void;
  die(): void;
}

/** As a disk says that cannot read or write just now. */
export class MachineError extends Error {
  override readonly name = 'MachineError';
}

export interface LifeOptions {
  scheduler: Scheduler;
  /** Milliseconds that the machine takes for the next call; mostly 0. */
  delayMs: () => number;
  /** Set free what the process held: transactions are rolled back. */
  onDeath: () => void;
}

export function createLife({ scheduler, delayMs, onDeath }: LifeOptions): Life {
  let isDead = false;
  let planned: Death | null = null;
  let failsIn = 0;

  function die(): void {
    if (isDead) return;
    isDead = true;
    onDeath();
  }

  return {
    isDead: () => isDead,
    async call(effect, torn) {
      if (isDead) return never();
      const delay = delayMs();
      if (delay > 0) await new Promise<void>((resolve) => scheduler.schedule(delay, resolve));
      if (isDead) return never();
      if (planned) {
        planned = { ...planned, afterCalls: planned.afterCalls - 1 };
        if (planned.afterCalls <= 0) {
          if (planned.moment === 'after') effect();
          if (planned.moment === 'torn') torn?.();
          die();
          return never();
        }
      }
      if (failsIn > 0) {
        failsIn -= 1;
        if (failsIn === 0) throw new MachineError('the machine could not do it');
      }
      return effect();
    },
    fail(afterCalls) {
      failsIn = afterCalls;
    },
    guard: (call) => () => {
      if (!isDead) call();
    },
    plan(death) {
      planned = death;
    },
    die,
  };
}

/** The dead do not hear back. A promise of its own each time: one for all would keep everything that ever waited on it. */
export function never<T>(): Promise<T> {
  return new Promise<T>(() => undefined);
}
