import { describeError, StartError } from './modules/infrastructure/public.ts';
import { type Cleanup, cleanUp } from './open.ts';

/** Runs a program to its end and exits: 0, or 1 with one sentence on stderr. Ctrl-C and SIGTERM leave nothing behind either. */
export async function runProgram(main: (cleanups: Cleanup[]) => Promise<void>): Promise<void> {
  const cleanups: Cleanup[] = [];
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void cleanUp(cleanups).then(() => process.exit(1)));
  }
  let code = 0;
  try {
    await main(cleanups);
  } catch (error) {
    code = 1;
    process.stderr.write(`${error instanceof StartError ? error.message : JSON.stringify(describeError(error))}\n`);
  }
  await cleanUp(cleanups);
  process.exit(code);
}

export const say = (line: string): void => void process.stdout.write(`${line}\n`);
