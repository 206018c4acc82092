import { describeError, StartError } from './modules/infrastructure/public.ts';
import { type Cleanup, cleanUp, outliveReaders } from './open.ts';

/** Runs a program to its end and exits: 0, or 1 with one sentence on stderr. Ctrl-C and SIGTERM leave nothing behind either. */
export async function runProgram(main: (cleanups: Cleanup[]) => Promise<void>): Promise<void> {
  outliveReaders();
  const cleanups: Cleanup[] = [];
  let stopping = false;
  const stop = async (): Promise<void> => {
    if (stopping) return;
    stopping = true;
    await cleanUp(cleanups);
    process.exit(1);
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stop());
  let code = 0;
  try {
    await main(cleanups);
  } catch (error) {
    code = 1;
    if (!stopping)
      process.stderr.write(`${error instanceof StartError ? error.message : JSON.stringify(describeError(error))}\n`);
  }
  // What it uses is being taken away, so that it fails; whoever stops it ends the process when all is undone.
  if (stopping) return;
  await cleanUp(cleanups);
  process.exit(code);
}

export const say = (line: string): void => void process.stdout.write(`${line}\n`);
