import { PROBLEM_CONTENT_TYPE, SERVER_HEADER } from '@haversack/contract';
import { type ApiClient, createApiClient, type Database, SQLiteDatabaseProvider } from '../modules/infrastructure/public.ts';
import type { HttpReply, HttpRequest } from '../modules/infrastructure/models.ts';
import { MIGRATIONS } from '../modules/offline_cache/migrations.ts';
import { id } from './factories.ts';
import { createScriptedNetwork, type ScriptedNetwork } from './scripted-network.ts';
import { createTestDevice, type TestDevice } from './test-platform.ts';

/** The parts that push, pull and the queue of downloads stand on, without an app around them. */
export interface Core extends TestDevice {
  database: Database;
  network: ScriptedNetwork;
  api: ApiClient;
  abort: AbortController;
  signal: AbortSignal;
}

export const OWN_DEVICE = id(7, 1);

/** A person's migrated database on a device, and a server that says to each request what the test says. */
export async function openCore(
  answer: (request: HttpRequest) => HttpReply | Promise<HttpReply> = () => problemReply(404, 'not_found'),
): Promise<Core> {
  const network = createScriptedNetwork({ send: async (request) => answer(request) });
  const device = createTestDevice({ http: network });
  const database = await new SQLiteDatabaseProvider(device.platform.databases, MIGRATIONS).open('person-1');
  await database.run(`INSERT INTO metadata (key, value) VALUES ('device_id', ?)`, [OWN_DEVICE]);
  const abort = new AbortController();
  const api = createApiClient({ http: network, identity: () => ({ token: 'token-1', personId: null }) });
  return { ...device, database, network, api, abort, signal: abort.signal };
}

/** An answer of our server's. */
export function jsonReply(body: unknown, headers: Record<string, string> = {}): HttpReply {
  return {
    status: 200,
    headers: { [SERVER_HEADER]: 'feed-1', 'content-type': 'application/json', ...headers },
    body: new TextEncoder().encode(JSON.stringify(body)),
  };
}

export function problemReply(status: number, code: string, more: Record<string, string> = {}): HttpReply {
  return {
    status,
    headers: { [SERVER_HEADER]: 'feed-1', 'content-type': PROBLEM_CONTENT_TYPE },
    body: new TextEncoder().encode(JSON.stringify({ type: `urn:${code}`, title: `title of ${code}`, status, code, ...more })),
  };
}
