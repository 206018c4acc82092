import type { Clock } from '../../modules/infrastructure/models.ts';
import { expectEqual, type ContractCase } from './contract-case.ts';

/** A clock, and the way to let time pass for it: by waiting, or by hand. */
export interface ClockUnderTest {
  clock: Clock;
  pass(ms: number): Promise<void>;
}

/** What every `Clock` keeps. Times are generous: a busy machine is late, and never early. */
export const CLOCK_CONTRACT: readonly ContractCase<ClockUnderTest>[] = [
  {
    name: '[SY-6] measures time that never goes back, whatever the device thinks the date is',
    async run({ clock, pass }) {
      const readings = [clock.monotonicNow()];
      for (let n = 0; n < 20; n += 1) {
        await pass(3);
        readings.push(clock.monotonicNow());
      }
      const sorted = [...readings].sort((a, b) => a - b);
      expectEqual(readings, sorted, 'the readings in order');
      const passed = (readings.at(-1) ?? 0) - (readings[0] ?? 0);
      if (passed < 40) throw new Error(`60 ms were measured as ${passed}`);
      if (!Number.isInteger(clock.now()) || clock.now() < Date.UTC(2020, 0)) throw new Error(`now: ${clock.now()}`);
    },
  },
  {
    name: 'calls what was scheduled once, in the order of falling due, and never early',
    async run({ clock, pass }) {
      const from = clock.monotonicNow();
      const called: { name: string; isEarly: boolean }[] = [];
      const note = (name: string, dueMs: number) => (): void =>
        void called.push({ name, isEarly: clock.monotonicNow() - from < dueMs - 2 });
      clock.schedule(120, note('late', 120));
      clock.schedule(40, note('soon', 40));
      clock.schedule(0, note('at once', 0));
      expectEqual(called, [], 'before anything else had its turn');
      await pass(400);
      const expected = ['at once', 'soon', 'late'].map((name) => ({ name, isEarly: false }));
      expectEqual(called, expected, 'the calls');
    },
  },
  {
    name: 'calls nothing that was cancelled, and minds no second cancelling',
    async run({ clock, pass }) {
      const called: string[] = [];
      const cancel = clock.schedule(30, () => called.push('cancelled'));
      const cancelAfterwards = clock.schedule(30, () => called.push('kept'));
      cancel();
      cancel();
      await pass(200);
      cancelAfterwards();
      expectEqual(called, ['kept'], 'the calls');
    },
  },
  {
    name: 'sleeps as long as it was told',
    async run({ clock, pass }) {
      const from = clock.monotonicNow();
      let sleptMs: number | null = null;
      const sleeping = clock.sleep(60).then(() => {
        sleptMs = clock.monotonicNow() - from;
      });
      await pass(200);
      await sleeping;
      if (sleptMs === null || sleptMs < 58) throw new Error(`slept ${sleptMs} ms`);
    },
  },
  {
    name: '[SY-5] wakes at once when it is told to stop, and does not fall asleep after that',
    async run({ clock }) {
      const from = clock.monotonicNow();
      const stop = new AbortController();
      const sleeping = clock.sleep(60_000, stop.signal);
      stop.abort();
      await sleeping;
      await clock.sleep(60_000, stop.signal);
      const sleptMs = clock.monotonicNow() - from;
      if (sleptMs > 10_000) throw new Error(`slept ${sleptMs} ms`);
    },
  },
];
