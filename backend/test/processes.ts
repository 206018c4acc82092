import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import nodeFlags from '../node-flags.json' with { type: 'json' };

const BACKEND = join(import.meta.dirname, '..');
const running = new Set<ChildProcess>();

export interface Started {
  child: ChildProcess;
  /** Resolves with the address once it serves. */
  served(): Promise<string>;
  /** What it has said so far. */
  said(): string;
  ended: Promise<{ code: number | null; said: string }>;
}

/** Starts `main.ts` as a process of its own, at a free port; nothing of our environment reaches it. */
export function launch(env: Record<string, string>): Started {
  return launchProgram('main.ts', [], { PORT: '0', ...env });
}

/** Starts a program of the backend's folder. */
export function launchProgram(file: string, args: string[], env: Record<string, string>): Started {
  const child = spawn(process.execPath, [...nodeFlags, join(BACKEND, file), ...args], {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  running.add(child);
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, said }));
  const ready = once(child, 'message').then(([message]) => (message as { url: string }).url);
  return {
    child,
    ended,
    said: () => said,
    served: () => Promise.race([ready, ended.then(() => Promise.reject(new Error(`ended before it served: ${said}`)))]),
  };
}

/** After each test: nothing that it started lives on. */
export function killLaunched(): void {
  for (const child of running) child.kill('SIGKILL');
  running.clear();
}
