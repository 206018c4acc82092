import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SignedIn, StoredEvent, Unit } from '@haversack/contract';
import { createApp } from '../../backend/app.ts';
import { startEmbeddedPostgres } from '../../backend/modules/infrastructure/embedded-postgres.ts';
import { createLogger, createPool, loadConfig, migrate, readMigrations } from '../../backend/modules/infrastructure/public.ts';
import { createDiskStore } from '../../backend/modules/object_store/public.ts';
import { createFrom, dropDatabase } from '../../backend/test/database.ts';
import { endAtExit } from '../../backend/test/end-at-exit.ts';
import type { Http, HttpReply, HttpRequest } from '../../mobile/modules/infrastructure/models.ts';
import { WORLD_BEGAN_AT } from './device.ts';
import { type SimServer, type Truth, unitOf, type UnitPlan } from './server.ts';

/** The real server, once for each schedule, over one PostgreSQL. */
export interface RealServers {
  create(): Promise<SimServer>;
  close(): Promise<void>;
}

const TEMPLATE = 'simulation_template';
const PUBLISHER = { email: 'publisher@example.org', password: 'correct horse' };
const URL_LIFETIME_MS = 15 * 60_000;

export async function createRealServers(): Promise<RealServers> {
  const dataDir = await mkdtemp(join(tmpdir(), 'haversack-simulation-'));
  endAtExit(dataDir);
  const postgres = await startEmbeddedPostgres({ dataDir, log: () => undefined });
  const templateUrl = await createFrom(postgres.url, TEMPLATE, 'template0');
  const pool = createPool(templateUrl, 2);
  await migrate(pool, await readMigrations(join(import.meta.dirname, '../../backend/migrations')));
  await pool.end();
  const objects = join(dataDir, 'simulated-objects');
  // A token of the template opens every copy of it.
  const template = await openNode(templateUrl, objects);
  await template.users.ensurePublisher(PUBLISHER);
  const signedIn = await template.http.send({
    method: 'POST',
    url: '/api/v1/users/sign-in',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(PUBLISHER),
    timeoutMs: 0,
  });
  const { token } = parse<SignedIn & { token: string }>(signedIn);
  await template.close();
  return {
    async create() {
      const name = `s_${randomUUID().replaceAll('-', '')}`;
      const node = await openNode(await createFrom(postgres.url, name, TEMPLATE), objects);
      return simulated(node, token, () => dropDatabase(postgres.url, name));
    },
    async close() {
      await postgres.stop();
      await rm(dataDir, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    },
  };
}

type Node = Awaited<ReturnType<typeof openNode>>;

async function openNode(databaseUrl: string, objectsFolder: string) {
  const config = { ...loadConfig({}, tmpdir()), signUpsPerHourPerAddress: 100_000 };
  const pool = createPool(databaseUrl, 4);
  const ids = { uuid: randomUUID, randomBytes };
  const time = { elapsedMs: () => 0, offsetMs: 0 };
  const clock = { nowMs: () => WORLD_BEGAN_AT + time.elapsedMs() + time.offsetMs };
  const logger = createLogger('silent');
  const objectStore = await createDiskStore(objectsFolder, ids);
  const { http: app, users } = await createApp({ config, pool, objectStore, clock, ids, logger });
  const http: Http = {
    async send({ method, url, headers, body }) {
      const reply = await app.inject({
        method,
        url,
        ...(headers ? { headers } : {}),
        ...(body === undefined ? {} : { payload: body }),
      });
      const pairs = Object.entries(reply.headers).map(([name, value]) => [name, String(value)]);
      return { status: reply.statusCode, headers: Object.fromEntries(pairs) as Record<string, string>, body: reply.rawPayload };
    },
  };
  return {
    app,
    http,
    pool,
    users,
    time,
    async close() {
      await app.close();
      await pool.end();
    },
  };
}

const uploaded = new Set<string>();

function simulated(node: Node, token: string, drop: () => Promise<void>): SimServer {
  const { pool, time } = node;
  const shown = new Map<string, UnitPlan>();
  const call = async (method: HttpRequest['method'], path: string, body?: unknown): Promise<HttpReply> =>
    node.http.send({
      method,
      url: `/api/v1${path}`,
      headers: {
        authorization: `Bearer ${token}`,
        'idempotency-key': randomUUID(),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      timeoutMs: 0,
    });

  async function put(plan: UnitPlan, isGlobal: boolean): Promise<void> {
    const { unit, objects } = unitOf(plan);
    for (const { asset, bytes } of objects) {
      if (uploaded.has(asset.object_id)) continue;
      const headers = { authorization: `Bearer ${token}`, 'content-type': asset.content_type };
      const reply = await node.app.inject({
        method: 'PUT',
        url: `/api/v1/objects/${asset.object_id}`,
        headers,
        payload: Buffer.from(bytes),
      });
      if (reply.statusCode >= 300) throw new Error(`object: ${reply.statusCode} ${reply.payload}`);
      uploaded.add(asset.object_id);
    }
    shown.set(unit.id, plan);
    const reply = await call('PUT', `/content/units/${unit.id}`, { ...unit, is_global: isGlobal });
    // What was deleted stays deleted; its id is never used again.
    if (reply.status >= 300 && !text(reply).includes('unit_deleted')) throw new Error(`publish: ${reply.status} ${text(reply)}`);
  }

  return {
    http: node.http,
    publish: (plan) => put(plan, true),
    async remove(unitId, reason) {
      const plan = shown.get(unitId);
      if (reason === 'access_revoked' && plan) return put(plan, false);
      await call('DELETE', `/content/units/${unitId}`);
    },
    async revokeTokens() {
      await pool.query("delete from sessions where user_id in (select id from users where role = 'learner')");
    },
    async expireUrls() {
      time.offsetMs += URL_LIFETIME_MS + 1_000;
    },
    followTime(elapsedMs) {
      time.elapsedMs = elapsedMs;
    },
    truth: () => readTruth(node, call),
    async close() {
      await node.close();
      await drop();
    },
  };
}

async function readTruth({ pool }: Node, call: (method: 'GET', path: string) => Promise<HttpReply>): Promise<Truth> {
  const events = await pool.query<{ email: string; event_id: string; payload: string }>(
    'select u.email, e.event_id, e.payload from events e join users u on u.id = e.user_id order by e.user_id, e.position',
  );
  const eventsByEmail = new Map<string, StoredEvent[]>();
  for (const { email, payload } of events.rows) {
    const held = eventsByEmail.get(email) ?? [];
    eventsByEmail.set(email, [...held, JSON.parse(payload) as StoredEvent]);
  }
  const feed = parse<{ units: Unit[] }>(await call('GET', '/content/units/sync?limit=500&payload=full'));
  return { units: feed.units.filter((unit) => unit.is_global), eventsByEmail, effects: null };
}

const text = ({ body }: HttpReply): string => new TextDecoder().decode(body);
const parse = <T>(reply: HttpReply): T => JSON.parse(text(reply)) as T;
