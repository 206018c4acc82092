import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';

const RUNS_ONE_PROGRAM = `
  import { run, runMain } from ${JSON.stringify(join(import.meta.dirname, 'lib/processes.mjs'))};
  await runMain(async () => {
    const args = ['--eval', 'console.log(process.pid); setInterval(() => undefined, 1000)'];
    const { code } = await run(process.execPath, args, { onLine: console.log });
    return code === 0 ? 0 : 1;
  });
`;

it.each([
  ['a failure, when nobody stops us', 0, 1],
  ['our stopping, when the Ctrl-C that killed it reaches us a moment later', 20, 130],
])('[ST-3] takes the end of a program for %s', async (_what, ownSignalMs, exitCode) => {
  const runner = spawn(process.execPath, ['--input-type=module', '--eval', RUNS_ONE_PROGRAM]);
  const exited = once(runner, 'exit');
  const said = await once(runner.stdout.setEncoding('utf8'), 'data');
  process.kill(Number(said[0]), 'SIGINT');
  if (ownSignalMs > 0) {
    await sleep(ownSignalMs);
    runner.kill('SIGINT');
  }
  expect(await exited).toEqual([exitCode, null]);
});
