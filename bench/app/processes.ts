import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Described } from './describe.ts';
import type { Figure, Task } from './measure.ts';

const TASK_TIMEOUT_MS = 4 * 60_000;
const HERE = import.meta.dirname;

/** Two files of one contestant. */
export interface Entry {
  name: string;
  file: string;
  serverFile: string;
}

export interface BenchServer {
  origin: string;
  stop(): Promise<void>;
}

/** With so many units, and ready to answer. */
export async function startServer({ name, serverFile }: Entry, units: number): Promise<BenchServer> {
  const child = start('server.ts', [serverFile, name, String(units)], ['--max-old-space-size=8192']);
  const { port } = await heard<{ port: number }>(child);
  const origin = `http://127.0.0.1:${port}`;
  const reply = await fetch(`${origin}/_bench/prepare`, { signal: AbortSignal.timeout(TASK_TIMEOUT_MS) });
  if (!reply.ok) throw new Error(`the server of ${name} was not ready`);
  return { origin, stop: () => end(child) };
}

/** In a process of its own. Errors: what the process said last. */
export async function runTask(task: Task, execArgv: readonly string[]): Promise<Figure[]> {
  const child = start('measure.ts', [JSON.stringify(task)], execArgv);
  try {
    return (await heard<{ figures: Figure[] }>(child)).figures;
  } finally {
    await end(child);
  }
}

/** What the contestant says of itself; its modules are loaded in a process of their own. */
export async function describe({ file }: Entry): Promise<Described> {
  const child = start('describe.ts', [file], []);
  try {
    return await heard<Described>(child);
  } finally {
    await end(child);
  }
}

export function start(file: string, args: readonly string[], execArgv: readonly string[]): ChildProcess {
  const child = fork(join(HERE, file), args, {
    execArgv: ['--disable-warning=ExperimentalWarning', ...execArgv],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  const said: string[] = [];
  child.stderr?.on('data', (text: Buffer) => {
    said.push(text.toString());
    if (said.length > 50) said.shift();
  });
  saidBy.set(child, said);
  return child;
}

const saidBy = new WeakMap<ChildProcess, string[]>();

/** The first message of a process. */
export async function heard<Message>(child: ChildProcess): Promise<Message> {
  const over = AbortSignal.timeout(TASK_TIMEOUT_MS);
  const died = once(child, 'close', { signal: over }).then(() => {
    throw new Error(lastWords(saidBy.get(child) ?? []));
  });
  const [message] = (await Promise.race([once(child, 'message', { signal: over }), died])) as [Message];
  died.catch(() => undefined);
  return message;
}

function lastWords(said: readonly string[]): string {
  const lines = said.join('').split('\n');
  return (
    lines.find((line) => /^\s*(\[?\w*Error\b|Uncaught)/.test(line))?.trim() ??
    (lines.slice(-5).join(' ').trim() || 'the process ended and said nothing')
  );
}

export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 5_000);
  await ended;
  clearTimeout(timer);
}
