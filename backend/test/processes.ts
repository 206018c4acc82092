import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SignedIn } from '@haversack/contract';
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

/** A server as a process of its own, and its publisher's token in the headers of a call. */
export interface ServedNode {
  child: ChildProcess;
  url: string;
  headers: Record<string, string>;
}

export async function serve(env: Record<string, string> & { DATA_DIR: string }): Promise<ServedNode> {
  const started = launch(env);
  const url = await started.served();
  const answer = await fetch(`${url}/api/v1/users/sign-in`, {
    method: 'POST',
    body: await readFile(join(env.DATA_DIR, 'publisher.json')),
    headers: { 'content-type': 'application/json' },
  });
  const { token } = (await answer.json()) as SignedIn;
  return { child: started.child, url, headers: { authorization: `Bearer ${token}` } };
}

async function rssOf({ pid }: ChildProcess): Promise<number> {
  const [, resident] = (await readFile(`/proc/${pid}/statm`, 'utf8')).split(' ');
  return Number(resident) * 4096;
}

/** By how many bytes the memory of a process rose above where it stood, at its highest. */
export async function rssGrowth(child: ChildProcess, work: () => Promise<void>): Promise<number> {
  const idle = await rssOf(child);
  let highest = idle;
  let isWorking = true;
  const watching = (async () => {
    while (isWorking) {
      highest = Math.max(highest, await rssOf(child));
      await sleep(20);
    }
  })();
  await work().finally(() => (isWorking = false));
  await watching;
  return highest - idle;
}
