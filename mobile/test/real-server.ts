import type { ChildProcess } from 'node:child_process';
import type { Unit } from '@haversack/contract';
import { createHttp } from '../modules/infrastructure/platform/http.ts';
import type { Http } from '../modules/infrastructure/models.ts';
import type { MadeAsset } from './factories.ts';
import { childProcess, crypto, fs, makeTemporaryFolder, net, path } from './node-builtins.ts';

/** The server as a user starts it, with its own PostgreSQL and a data folder that goes afterwards. */
export interface RealServer {
  http: Http;
  publish(made: { unit: Unit; objects: MadeAsset[] }): Promise<void>;
  /** `kill -9`, then a new process on the same data and port. */
  killAndRestart(): Promise<void>;
  /** `npm run backup` into a folder, while it serves. */
  backUp(folder: string): Promise<void>;
  /** Its data folder is gone; on a new one `npm run restore`, then a new process on the same port. */
  loseAndRestore(folder: string): Promise<void>;
  stop(): Promise<void>;
}

const PUBLISHER = { email: 'publisher@example.org', password: 'a long enough password' };
const BACKEND = path.join(__dirname, '../../backend');

export async function startRealServer(): Promise<RealServer> {
  let dataDir = makeTemporaryFolder();
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  let server = await launch(dataDir, port);
  return {
    http: createHttp({ fetch: (target, options) => fetch(target, options), baseUrl: url }),
    publish: (made) => publish(url, made),
    async killAndRestart() {
      await end(server, 'SIGKILL');
      server = await launch(dataDir, port);
    },
    backUp: (folder) => runToEnd('backup.ts', folder, dataDir),
    async loseAndRestore(folder) {
      await end(server, 'SIGTERM');
      fs.rmSync(dataDir, { recursive: true });
      dataDir = makeTemporaryFolder();
      await runToEnd('restore.ts', folder, dataDir);
      server = await launch(dataDir, port);
    },
    stop: () => end(server, 'SIGTERM'),
  };
}

function launch(dataDir: string, port: number): Promise<ChildProcess> {
  const child = childProcess.fork(path.join(BACKEND, 'main.ts'), {
    env: {
      ...process.env,
      PORT: String(port),
      HOST: '127.0.0.1',
      DATA_DIR: dataDir,
      PUBLISHER_EMAIL: PUBLISHER.email,
      PUBLISHER_PASSWORD: PUBLISHER.password,
      LOG_LEVEL: 'silent',
    },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    execArgv: [],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text) => (said += String(text)));
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}: ${said}`)));
    child.on('message', (message: { ready?: boolean }) => {
      if (message.ready) resolve(child);
    });
  });
}

async function runToEnd(program: string, folder: string, dataDir: string): Promise<void> {
  const child = childProcess.spawn(process.execPath, [path.join(BACKEND, program), folder], {
    env: { ...process.env, DATA_DIR: dataDir },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (said += String(text)));
  const code = await new Promise((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(`${program} ended with ${String(code)}: ${said}`);
}

async function end(child: ChildProcess, signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  await ended;
}

async function publish(url: string, { unit, objects }: { unit: Unit; objects: MadeAsset[] }): Promise<void> {
  const signedIn = await fetch(`${url}/api/v1/users/sign-in`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(PUBLISHER),
  });
  const { token } = (await signedIn.json()) as { token: string };
  const authorization = `Bearer ${token}`;
  for (const { asset, bytes } of objects) {
    const body = new Uint8Array(bytes);
    const headers = { authorization, 'content-type': asset.content_type };
    await mustBeOk(await fetch(`${url}/api/v1/objects/${asset.object_id}`, { method: 'PUT', headers, body }));
  }
  const headers = { authorization, 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() };
  await mustBeOk(await fetch(`${url}/api/v1/content/units/${unit.id}`, { method: 'PUT', headers, body: JSON.stringify(unit) }));
}

async function mustBeOk(reply: Response): Promise<void> {
  if (!reply.ok) throw new Error(`${reply.url}: ${reply.status} ${await reply.text()}`);
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = net.createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
