import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { API_BASE_PATH, IDEMPOTENCY_KEY_HEADER, type SignedIn } from '@haversack/contract';
import type pg from 'pg';
import { pino } from 'pino';
import { inject } from 'vitest';
import { createApp } from '../app.ts';
import { type App, type Config, createPool, loadConfig } from '../modules/infrastructure/public.ts';
import { createDiskStore, type ObjectStore } from '../modules/object_store/public.ts';
import { createFrom, dropDatabase, TEMPLATE } from './database.ts';

/** The whole server in this process, on a database and a folder of its own, with a clock that is turned by hand. */
export interface TestServer {
  http: App;
  pool: pg.Pool;
  objectStore: ObjectStore;
  objectsFolder: string;
  clock: { nowMs(): number; offsetMs: number };
  /** Everything that was logged, one JSON line an entry. */
  logged: string[];
  /** Makes somebody and signs them in. */
  signUp(role?: 'learner' | 'publisher'): Promise<Caller>;
  /** Somebody without a token. */
  anyone: Caller;
  /** A second node on the same database and folder. */
  startNode(): Promise<TestServer>;
  close(): Promise<void>;
}

export interface Answer<Body> {
  status: number;
  headers: Record<string, string | string[] | number | undefined>;
  body: Body;
  raw: Buffer;
}

/** Calls the API as one person; paths are below the base path. */
export interface Caller {
  id: string;
  token: string;
  email: string;
  get<Body = ProblemBody>(path: string, headers?: Record<string, string>): Promise<Answer<Body>>;
  post<Body = ProblemBody>(path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer<Body>>;
  /** With a new Idempotency-Key unless the headers bring one. */
  put<Body = ProblemBody>(path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer<Body>>;
  delete<Body = ProblemBody>(path: string, headers?: Record<string, string>): Promise<Answer<Body>>;
}

export interface ProblemBody {
  code: string;
  status: number;
  detail?: string;
  request_id?: string;
  errors?: { path: string; message: string }[];
}

export const PASSWORD = 'correct horse battery';

export async function startTestServer(overrides: Partial<Config> = {}): Promise<TestServer> {
  const name = `t_${randomUUID().replaceAll('-', '')}`;
  const serverUrl = inject('postgresUrl');
  const databaseUrl = await createFrom(serverUrl, name, TEMPLATE);
  const folder = await mkdtemp(join(tmpdir(), 'haversack-objects-'));
  const server = await startNode(databaseUrl, folder, overrides);
  return {
    ...server,
    async close() {
      await server.close();
      await dropDatabase(serverUrl, name);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function startNode(databaseUrl: string, objectsFolder: string, overrides: Partial<Config>): Promise<TestServer> {
  const config: Config = { ...loadConfig({}, tmpdir()), signUpsPerHourPerAddress: 100_000, ...overrides };
  const pool = createPool(databaseUrl, 12);
  const ids = { uuid: randomUUID, randomBytes };
  const clock = { offsetMs: 0, nowMs: () => Date.now() + clock.offsetMs };
  const logged: string[] = [];
  const logger = pino({ level: 'trace' }, { write: (line: string) => void logged.push(line) });
  const objectStore = await createDiskStore(objectsFolder, ids);
  const { http, users } = await createApp({ config, pool, objectStore, clock, ids, logger });
  const anyone = createCaller(http, { id: '', token: '', email: '' });
  return {
    http,
    pool,
    objectStore,
    objectsFolder,
    clock,
    logged,
    anyone,
    startNode: () => startNode(databaseUrl, objectsFolder, overrides),
    async signUp(role = 'learner') {
      const email = `${role}-${randomUUID()}@example.org`;
      if (role === 'publisher') await users.ensurePublisher({ email, password: PASSWORD });
      const path = role === 'publisher' ? '/users/sign-in' : '/users/sign-up';
      const body = { email, password: PASSWORD, ...(role === 'publisher' ? {} : { name: 'Some Body' }) };
      const answer = await anyone.post<SignedIn>(path, body);
      if (answer.status >= 300) throw new Error(`sign-up failed: ${answer.raw.toString()}`);
      return createCaller(http, { id: answer.body.user.id, token: answer.body.token, email });
    },
    async close() {
      await http.close();
      await pool.end();
    },
  };
}

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

function createCaller(http: App, who: { id: string; token: string; email: string }): Caller {
  async function call<Body>(
    method: Method,
    path: string,
    payload: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer<Body>> {
    const isBytes = Buffer.isBuffer(payload);
    const response = await http.inject({
      method,
      url: path.startsWith('/api/') || !path.startsWith('/') ? path : `${API_BASE_PATH}${path}`,
      headers: {
        ...(who.token === '' ? {} : { authorization: `Bearer ${who.token}` }),
        ...(payload === undefined ? {} : { 'content-type': isBytes ? 'application/octet-stream' : 'application/json' }),
        ...headers,
      },
      ...(payload === undefined ? {} : { payload: isBytes || typeof payload === 'string' ? payload : JSON.stringify(payload) }),
    });
    const type = String(response.headers['content-type'] ?? '');
    const body =
      type.includes('json') && response.rawPayload.length > 0 ? (JSON.parse(response.payload) as Body) : (undefined as Body);
    return { status: response.statusCode, headers: response.headers, body, raw: response.rawPayload };
  }
  const keyed = (headers: Record<string, string> = {}): Record<string, string> => ({
    [IDEMPOTENCY_KEY_HEADER]: randomUUID(),
    ...headers,
  });
  return {
    ...who,
    get: (path, headers) => call('GET', path, undefined, headers),
    post: (path, body, headers) => call('POST', path, body, headers),
    put: (path, body, headers) => call('PUT', path, body, keyed(headers)),
    delete: (path, headers) => call('DELETE', path, undefined, keyed(headers)),
  };
}
