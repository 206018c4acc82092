import { type ChildProcess, execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { build } from 'esbuild';
import SERVER_FLAGS from '../../backend/node-flags.json' with { type: 'json' };
import type { BareAnswer } from './bare.ts';
import type { Gauges } from './gauges.ts';
import type { LoadOrder, LoadResult } from './load.ts';

const ROOT = join(import.meta.dirname, '../..');

/** A child process that answers one message at a time. */
export interface Partner {
  child: ChildProcess;
  ask<Answer>(message: object | string): Promise<Answer>;
  stop(): Promise<void>;
}

async function startPartner(
  file: string,
  env: NodeJS.ProcessEnv = {},
  execArgv: string[] = [],
): Promise<{ partner: Partner; hello: unknown }> {
  const child = fork(file, [], { env: { ...process.env, ...env }, execArgv, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const [hello] = await heard(child);
  const partner: Partner = {
    child,
    async ask<Answer>(message: object | string): Promise<Answer> {
      const answer = heard(child);
      child.send(message);
      return ((await answer) as [Answer])[0];
    },
    async stop() {
      if (child.exitCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
  return { partner, hello };
}

async function heard(child: ChildProcess): Promise<unknown[]> {
  const over = new AbortController();
  const died = once(child, 'exit', { signal: over.signal }).then(() => {
    throw new Error('a process of the bench ended before its time');
  });
  try {
    return (await Promise.race([once(child, 'message', { signal: over.signal }), died])) as unknown[];
  } finally {
    over.abort();
  }
}

export interface Loader {
  load(order: LoadOrder): Promise<LoadResult>;
  stop(): Promise<void>;
}

export async function startLoader(): Promise<Loader> {
  const { partner } = await startPartner(join(import.meta.dirname, 'load.ts'));
  return { load: (order) => partner.ask<LoadResult>(order), stop: partner.stop };
}

export interface Bare {
  ports: { plain: number; framework: number };
  setAnswer(answer: BareAnswer): Promise<void>;
  gauges(): Promise<Pick<Gauges, 'cpuUs'>>;
  stop(): Promise<void>;
}

export async function startBare(): Promise<Bare> {
  const { partner, hello } = await startPartner(join(import.meta.dirname, 'bare.ts'), { NODE_ENV: 'production' });
  return {
    ports: hello as Bare['ports'],
    gauges: () => partner.ask('gauges'),
    setAnswer: async (answer) => void (await partner.ask(answer)),
    stop: partner.stop,
  };
}

export interface Server {
  port: number;
  gauges(): Promise<Gauges>;
  stop(): Promise<void>;
}

export const PUBLISHER = { email: 'bench@example.org', password: 'a password for the bench' };

/** Haversack as `npm start` runs it, on this database. */
export async function startServer(databaseUrl: string, dataDir: string, profileDir: string | null = null): Promise<Server> {
  execFileSync(process.execPath, [join(ROOT, 'scripts/build-server.mjs')]);
  const gauges = join(ROOT, 'build/bench/gauges.js');
  await build({ entryPoints: [join(import.meta.dirname, 'gauges.ts')], outfile: gauges, format: 'esm' });
  const { partner, hello } = await startPartner(
    join(ROOT, 'backend/dist/main.js'),
    {
      DATABASE_URL: databaseUrl,
      DATA_DIR: dataDir,
      HOST: '127.0.0.1',
      PORT: '0',
      NODE_ENV: 'production',
      PUBLISHER_EMAIL: PUBLISHER.email,
      PUBLISHER_PASSWORD: PUBLISHER.password,
      SIGN_UPS_PER_HOUR_PER_ADDRESS: '100000',
    },
    [...SERVER_FLAGS, '--import', gauges, ...(profileDir === null ? [] : ['--cpu-prof', '--cpu-prof-dir', profileDir])],
  );
  const { url } = hello as { url: string };
  return { port: Number(new URL(url).port), gauges: () => partner.ask<Gauges>('gauges'), stop: partner.stop };
}
