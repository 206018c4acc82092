import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, type IncomingMessage, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SignedIn } from '@haversack/contract';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { createFrom, dropDatabase } from './database.ts';
import { sha256Hex } from './factories.ts';
import { killLaunched, launch } from './processes.ts';

const PUBLISHER = { email: 'publisher@example.org', password: 'a long enough password' };
let dataDir: string;
let name: string;
let env: Record<string, string>;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'haversack-drain-'));
  name = `d_${randomUUID().replaceAll('-', '')}`;
  const DATABASE_URL = await createFrom(inject('postgresUrl'), name, 'template0');
  const { email: PUBLISHER_EMAIL, password: PUBLISHER_PASSWORD } = PUBLISHER;
  env = { DATA_DIR: dataDir, DATABASE_URL, HOST: '127.0.0.1', PUBLISHER_EMAIL, PUBLISHER_PASSWORD };
});
afterEach(killLaunched);
afterAll(async () => {
  await dropDatabase(inject('postgresUrl'), name);
  await rm(dataDir, { recursive: true });
});

describe('a node that is told to stop', () => {
  it('[ST-6] says so, goes on until the proxy has noticed, cuts nothing off, and ends with 0', async () => {
    const node = launch({ ...env, DRAIN_WAIT_SECONDS: '2', DRAIN_LIMIT_SECONDS: '20' });
    const url = await node.served();
    const token = await signIn(url);
    const agent = new Agent({ keepAlive: true, maxSockets: 4 });
    const idle = new Agent({ keepAlive: true });
    for (const each of [agent, idle]) expect((await ask(`${url}/api/v1/health`, each)).status).toBe(200);
    // Longer than the wait: it is under way when the node closes.
    const slow = uploadSlowly(url, token, 3_500);
    await sleep(200);

    node.child.kill('SIGTERM');
    await sleep(300);
    const answers = [];
    for (let draining = false; !draining; ) {
      const health = await ask(`${url}/api/v1/health`, agent);
      draining = health.status === 503;
      answers.push(health);
      const page = await ask(`${url}/api/v1/content/units/sync`, agent, { authorization: `Bearer ${token}` });
      expect([page.status, page.connection]).toEqual([200, 'close']);
    }
    expect(answers.at(-1)?.body).toMatchObject({ status: 'draining', database: 'ok', object_store: 'ok' });
    expect(await slow).toBe(201);
    const { code } = await node.ended;
    expect(code).toBe(0);
    agent.destroy();
    idle.destroy();
  });

  it('[ST-6] cuts off what outlasts the limit, and says so by its exit code', async () => {
    const node = launch({ ...env, DRAIN_LIMIT_SECONDS: '1' });
    const url = await node.served();
    const token = await signIn(url);
    const endless = uploadSlowly(url, token, 60_000).catch(() => 'cut');
    await sleep(200);
    const stoppedAt = Date.now();
    node.child.kill('SIGTERM');
    expect((await node.ended).code).toBe(1);
    expect(Date.now() - stoppedAt).toBeLessThan(10_000);
    expect(await endless).toBe('cut');
  });
});

async function signIn(url: string): Promise<string> {
  const reply = await fetch(`${url}/api/v1/users/sign-in`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', connection: 'close' },
    body: JSON.stringify(PUBLISHER),
  });
  return ((await reply.json()) as SignedIn).token;
}

async function ask(url: string, agent: Agent, headers: Record<string, string> = {}) {
  const sent = request(url, { agent, headers }).end();
  const [reply] = (await once(sent, 'response')) as [IncomingMessage];
  const chunks = await reply.toArray();
  const body: unknown = JSON.parse(Buffer.concat(chunks as Buffer[]).toString());
  return { status: reply.statusCode, connection: reply.headers.connection, body };
}

/** An object that arrives a piece at a time; resolves with the status. */
async function uploadSlowly(url: string, token: string, forMs: number): Promise<number | undefined> {
  const pieces = Array.from({ length: 10 }, () => Buffer.from(randomUUID()));
  const sent = request(`${url}/api/v1/objects/${sha256Hex(Buffer.concat(pieces))}`, {
    method: 'PUT',
    agent: false,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/octet-stream', 'idempotency-key': randomUUID() },
  });
  const answered = once(sent, 'response') as Promise<[IncomingMessage]>;
  const written = (async () => {
    for (const piece of pieces) {
      sent.write(piece);
      await sleep(forMs / pieces.length);
    }
    sent.end();
  })();
  const [reply] = await Promise.race([answered, written.then(() => answered)]);
  reply.resume();
  return reply.statusCode;
}
