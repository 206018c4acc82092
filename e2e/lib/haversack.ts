import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { startProxy, type Proxy } from './proxy.ts';

const ROOT = path.join(import.meta.dirname, '../..');
const STARTS_WITHIN_MS = 300_000;
const STOPS_WITHIN_MS = 30_000;

/** Haversack as `npm start` runs it, on a port and data folder of its own, behind a way that can be cut. */
export interface Haversack {
  /** What the browser opens; goes through the proxy. */
  url: string;
  /** The server itself, for looking at what it holds. */
  directUrl: string;
  /** Database, objects and the publisher's credentials. */
  dataDir: string;
  proxy: Proxy;
  /** SIGKILL to the server and to what started it. Its database is left behind. */
  kill(): Promise<void>;
  /** The same command again, over the same data. */
  start(): Promise<void>;
  /** E-mail and password of the account that publishes, as JSON. */
  credentialsFile: string;
  /** Sends a unit folder to the server, as a publisher does. */
  publish(folder: string): Promise<void>;
  stop(): Promise<void>;
}

export async function startHaversack(): Promise<Haversack> {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'haversack-data-'));
  const port = await freePort();
  const proxy = await startProxy(port);
  let running = await run(port, dataDir);

  const end = async (signal: 'SIGKILL' | 'SIGTERM'): Promise<void> => {
    const ended = new Promise((resolve) => running.once('exit', resolve));
    if (running.exitCode !== null || running.signalCode !== null) return;
    // The group of its own that `run` gave it: the server dies with the script that started it.
    process.kill(signal === 'SIGKILL' ? -(running.pid ?? 0) : (running.pid ?? 0), signal);
    const late = setTimeout(() => process.kill(-(running.pid ?? 0), 'SIGKILL'), STOPS_WITHIN_MS);
    await ended;
    clearTimeout(late);
  };

  const directUrl = `http://127.0.0.1:${port}`;
  const credentialsFile = path.join(dataDir, 'publisher.json');

  return {
    url: `http://localhost:${proxy.port}`,
    directUrl,
    dataDir,
    proxy,
    credentialsFile,
    kill: () => end('SIGKILL'),
    async start() {
      running = await run(port, dataDir);
    },
    async publish(folder) {
      const publisher = path.join(ROOT, 'publisher/main.ts');
      const options = ['--server', directUrl, '--credentials', credentialsFile];
      await promisify(execFile)(process.execPath, [publisher, 'publish', folder, ...options]);
    },
    async stop() {
      await end('SIGTERM');
      await proxy.close();
      rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

async function run(port: number, dataDir: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, [path.join(ROOT, 'scripts/start.mjs')], {
    cwd: ROOT,
    env: { ...process.env, PORT: String(port), DATA_DIR: dataDir },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let said = '';
  await new Promise<void>((resolve, reject) => {
    const fail = (why: string): void => reject(new Error(`Haversack ${why}. It said:\n${said}`));
    const late = setTimeout(() => fail(`did not start within ${STARTS_WITHIN_MS / 1000} s`), STARTS_WITHIN_MS);
    const listen = (chunk: Buffer): void => {
      said += chunk.toString();
      if (!said.includes('Haversack is at ')) return;
      clearTimeout(late);
      resolve();
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    child.once('exit', (code) => fail(`ended with ${code}`));
  });
  return child;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
