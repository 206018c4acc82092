import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { API_BASE_PATH, IDEMPOTENCY_KEY_HEADER, type SignedIn } from '@haversack/contract';
import type pg from 'pg';
import { pino } from 'pino';
import { inject } from 'vitest';
import { createApp } from '../app.ts';
import {
  type App,
  type Config,
  createMetrics,
  createPool,
  loadConfig,
  type Metrics,
  type PersonalData,
} from '../modules/infrastructure/public.ts';
import { type Collector, type ObjectStore, openObjectStore } from '../modules/object_store/public.ts';
import type { UserService } from '../modules/user/public.ts';
import { createFrom, dropDatabase, TEMPLATE } from './database.ts';
import { createNodeChoice, type NodeChoice } from './nodes.ts';

/** The whole server in this process, on a database and a folder of its own, with a clock that is turned by hand. */
export interface TestServer {
  http: App;
  pool: pg.Pool;
  objectStore: ObjectStore;
  collector: Collector;
  objectsFolder: string;
  clock: { nowMs(): number; offsetMs: number };
  /** Everything that was logged, one JSON line an entry. */
  logged: string[];
  users: UserService;
  personalData: readonly PersonalData[];
  /** Makes somebody and signs them in. */
  signUp(role?: 'learner' | 'publisher'): Promise<Caller>;
  /** What the first node measures; null unless `metrics` is configured. */
  metrics: Metrics | null;
  /** Somebody without a token. */
  anyone: Caller;
  /** A second node on the same database and folder. */
  startNode(more?: Partial<Config>): Promise<TestServer>;
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
  /** The same person at the first node alone: for rules about one node's memory. */
  atOneNode: Caller;
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

/** How many nodes serve a test's callers when it does not say: `npm run soak` sets two. */
const NODES = Number(process.env['HAVERSACK_TEST_NODES'] ?? 1);

/** With several nodes callers reach one after the other; `http`, `pool` and what is listened to are the first one's. */
export async function startTestServer(
  overrides: Partial<Config> = {},
  { nodes: nodeCount = NODES }: { nodes?: number } = {},
): Promise<TestServer> {
  const name = `t_${randomUUID().replaceAll('-', '')}`;
  const serverUrl = inject('postgresUrl');
  const databaseUrl = await createFrom(serverUrl, name, TEMPLATE);
  const folder = await mkdtemp(join(tmpdir(), 'haversack-objects-'));
  const place = { databaseUrl, folder, overrides, clock: createTestClock(), logged: [] };
  const first = await startNode(place);
  const others: Node[] = [];
  while (others.length + 1 < nodeCount) others.push(await startNode(place));
  const close = async (): Promise<void> => {
    for (const node of [first, ...others]) await node.close();
    await dropDatabase(serverUrl, name);
    await rm(folder, { recursive: true, force: true });
  };
  return toServer(first, others, place, close);
}

/** A node on a database and a data folder that are there already, for instance restored ones; closing it leaves both. */
export async function startServerOn(databaseUrl: string, folder: string): Promise<TestServer> {
  const place = { databaseUrl, folder, overrides: {}, clock: createTestClock(), logged: [] };
  const node = await startNode(place);
  return toServer(node, [], place, node.close);
}

/** What the nodes of one test server share. */
interface Place {
  databaseUrl: string;
  /** Data folder. */
  folder: string;
  overrides: Partial<Config>;
  clock: TestServer['clock'];
  logged: string[];
}

interface Node extends Pick<TestServer, 'http' | 'pool' | 'objectStore' | 'collector' | 'metrics' | 'users' | 'personalData'> {
  close(): Promise<void>;
}

function createTestClock(): TestServer['clock'] {
  const clock = { offsetMs: 0, nowMs: () => Date.now() + clock.offsetMs };
  return clock;
}

async function startNode({ databaseUrl, folder, overrides, clock, logged }: Place): Promise<Node> {
  const config: Config = { ...loadConfig({}, tmpdir()), dataDir: folder, signUpsPerHourPerAddress: 100_000, ...overrides };
  const pool = createPool(databaseUrl, 12);
  const ids = { uuid: randomUUID, randomBytes };
  const logger = pino({ level: 'trace' }, { write: (line: string) => void logged.push(line) });
  const objectStore = await openObjectStore(config, ids);
  const metrics = config.metrics === null ? null : createMetrics(pool);
  const app = await createApp({ config, pool, objectStore, clock, ids, logger, metrics });
  const close = async (): Promise<void> => {
    await app.http.close();
    await pool.end();
  };
  return { ...app, pool, objectStore, metrics, close };
}

function toServer(first: Node, others: readonly Node[], place: Place, close: () => Promise<void>): TestServer {
  const choice = createNodeChoice([first.http, ...others.map((node) => node.http)]);
  const anyone = createCaller(choice, { id: '', token: '', email: '' });
  const { users } = first;
  return {
    ...first,
    anyone,
    close,
    objectsFolder: join(place.folder, 'objects'),
    clock: place.clock,
    logged: place.logged,
    async startNode(more = {}) {
      const clock = createTestClock();
      const nextPlace = { ...place, clock, logged: [], overrides: { ...place.overrides, ...more } };
      const node = await startNode(nextPlace);
      return toServer(node, [], nextPlace, node.close);
    },
    async signUp(role = 'learner') {
      const email = `${role}-${randomUUID()}@example.org`;
      if (role === 'publisher') await users.ensurePublisher({ email, password: PASSWORD });
      const path = role === 'publisher' ? '/users/sign-in' : '/users/sign-up';
      const body = { email, password: PASSWORD, ...(role === 'publisher' ? {} : { name: 'Some Body' }) };
      const answer = await anyone.post<SignedIn>(path, body);
      if (answer.status >= 300) throw new Error(`sign-up failed: ${answer.raw.toString()}`);
      return createCaller(choice, { id: answer.body.user.id, token: answer.body.token, email });
    },
  };
}

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

function createCaller(choice: NodeChoice, who: Pick<Caller, 'id' | 'token' | 'email'>, only?: App): Caller {
  async function call<Body>(
    method: Method,
    path: string,
    payload: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer<Body>> {
    const isBytes = Buffer.isBuffer(payload);
    const http = only ?? choice.pick(who.id, method, path);
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
    choice.settled(who.id, method, path, http);
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
    get atOneNode() {
      return createCaller(choice, who, choice.first);
    },
    get: (path, headers) => call('GET', path, undefined, headers),
    post: (path, body, headers) => call('POST', path, body, headers),
    put: (path, body, headers) => call('PUT', path, body, keyed(headers)),
    delete: (path, headers) => call('DELETE', path, undefined, keyed(headers)),
  };
}
