import { describe, expect, it } from 'vitest';
import { createGate, createPasswords } from './passwords.ts';

describe('hashing', () => {
  it('[US-2] runs so many at a time, in the order they came, and turns away who would wait too long', async () => {
    const gate = createGate(2, 3);
    const ended: number[] = [];
    let running = 0;
    let most = 0;
    const open: (() => void)[] = [];
    const work = (id: number) => async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise<void>((end) => open.push(end));
      running -= 1;
      ended.push(id);
    };
    const five = [1, 2, 3, 4, 5].map((id) => gate(work(id)));
    await expect(gate(work(6))).rejects.toThrow('too many');
    for (let done = 0; done < 5; done += 1) {
      await new Promise(setImmediate);
      open.shift()?.();
    }
    await Promise.all(five);
    expect([most, ended]).toEqual([2, [1, 2, 3, 4, 5]]);
    await expect(gate(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect(await gate(() => Promise.resolve('free again'))).toBe('free again');
  });

  it('[US-2] knows a hash of other parameters', async () => {
    const passwords = createPasswords(1);
    const kept = await passwords.hash('correct horse');
    expect([passwords.isOutdated(kept), await passwords.verify(kept, 'correct horse')]).toEqual([false, true]);
    expect(passwords.isOutdated(kept.replace('m=19456', 'm=12288'))).toBe(true);
  });
});
