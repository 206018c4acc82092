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
  die(): void;
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
      return effect();
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
