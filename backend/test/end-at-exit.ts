import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const ENDS_WITHIN_MS = 1_000;
const LOOK_EVERY_MS = 20;

/**
 * Ends the embedded PostgreSQL of this folder, and removes the folder, when this process ends before it has done so itself: on
 * Ctrl-C Vitest is gone within a millisecond, and PostgreSQL is nobody's child. Nothing in it is worth a clean stop.
 */
export function endAtExit(dataDir: string): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
  process.once('exit', () => {
    const pidFile = join(dataDir, 'postgres', 'postmaster.pid');
    if (existsSync(pidFile)) process.kill(Number.parseInt(readFileSync(pidFile, 'utf8'), 10), 'SIGQUIT');
    const pause = new Int32Array(new SharedArrayBuffer(4));
    for (let waitedMs = 0; waitedMs < ENDS_WITHIN_MS && existsSync(pidFile); waitedMs += LOOK_EVERY_MS)
      Atomics.wait(pause, 0, 0, LOOK_EVERY_MS);
    rmSync(dataDir, { recursive: true, force: true });
  });
}
