import { settle } from '../../test/hand-clock.ts';
import { createCoalescer } from './coalescer.ts';

/** A run that ends, or fails, when the test says so. */
function createHeldRuns() {
  const runs: { reasons: string[]; end: () => void; fail: () => void }[] = [];
  const coalescer = createCoalescer<string>(
    (reasons) =>
      new Promise((resolve, reject) => {
        runs.push({ reasons: [...reasons], end: resolve, fail: () => reject(new Error('failed')) });
      }),
  );
  return { runs, coalescer };
}
async function isDone(promise: Promise<unknown>): Promise<boolean> {
  let done = false;
  void promise.then(() => (done = true));
  await settle();
  return done;
}

describe('[OB-7] one flight at a time', () => {
  it('says which flight is under way, and none when it has ended', async () => {
    const { runs, coalescer } = createHeldRuns();
    expect(coalescer.current()).toBeNull();
    const first = coalescer.run('a');
    expect(coalescer.current()).not.toBeNull();
    runs[0]?.end();
    await first;
    await settle();
    expect(coalescer.current()).toBeNull();
    expect(runs).toHaveLength(1);
  });

  it('takes up what was asked for meanwhile once, and then begins a new one for what comes later', async () => {
    const { runs, coalescer } = createHeldRuns();
    void coalescer.run('a');
    const second = coalescer.run('b');
    expect(coalescer.run('b')).toBe(second);
    expect(coalescer.run('c')).toBe(second);
    runs[0]?.end();
    await settle();
    const third = coalescer.run('d');
    expect(third).not.toBe(second);
    runs[1]?.end();
    await second;
    await settle();
    runs[2]?.end();
    await third;
    expect(runs.map(({ reasons }) => reasons)).toEqual([['a'], ['b', 'c'], ['d']]);
  });

  it('goes on after a flight that failed', async () => {
    const { runs, coalescer } = createHeldRuns();
    const first = coalescer.run('a');
    const second = coalescer.run('b');
    runs[0]?.fail();
    await expect(first).rejects.toThrow('failed');
    await settle();
    runs[1]?.end();
    await second;
    expect(runs).toHaveLength(2);
  });

  it('is idle when nothing flies and nothing is about to', async () => {
    const { runs, coalescer } = createHeldRuns();
    expect(await isDone(coalescer.idle())).toBe(true);
    const first = coalescer.run('a');
    const idleAfterFirst = coalescer.idle();
    expect(await isDone(idleAfterFirst)).toBe(false);
    const second = coalescer.run('b');
    const idleAfterBoth = coalescer.idle();
    runs[0]?.fail();
    await expect(first).rejects.toThrow('failed');
    expect(await isDone(idleAfterFirst)).toBe(false);
    expect(await isDone(idleAfterBoth)).toBe(false);
    runs[1]?.fail();
    await expect(second).rejects.toThrow('failed');
    expect(await isDone(idleAfterBoth)).toBe(true);
    expect(await isDone(idleAfterFirst)).toBe(true);
  });
});
