import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { FAULTS } from './bank.ts';

const run = promisify(execFile);
const here = import.meta.dirname;

/** The proof of the proof: the short run, over a client in which somebody has made this mistake. */
describe.concurrent('a mistake that is planted is caught by the short run', () => {
  it('of at least forty kinds', () => {
    expect(new Set(FAULTS.map(({ name }) => name)).size).toBe(FAULTS.length);
    expect(FAULTS.length).toBeGreaterThanOrEqual(40);
  });

  it.each(FAULTS)(
    '$name',
    async ({ name }) => {
      const args = ['--import', join(here, 'plant.ts'), join(here, 'short-run.ts')];
      const { stdout } = await run(process.execPath, args, { env: { ...process.env, PLANTED_FAULT: name } });
      expect((JSON.parse(stdout) as { broken: string | null }).broken).not.toBeNull();
    },
    10 * 60_000,
  );
});
