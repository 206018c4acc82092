import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EventsPage, PushEventsResponse, SignedIn, Unit, UnitSyncResponse } from '@haversack/contract';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { createFrom, dropDatabase } from './database.ts';
import { itemsOf, makeEvent, makeUnit, PICTURE, sha256Hex, SOUND } from './factories.ts';
import { killLaunched, launch, type Started } from './processes.ts';

const PUBLISHER = { email: 'publisher@example.org', password: 'a long enough password' };
/** A node may answer from memory that is at most a second behind another (wire, "Content"); the rest is the machine's. */
const BEHIND_MAX_MS = 3_000;
let dataDir: string;
let name: string;
let env: Record<string, string>;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'haversack-nodes-'));
  name = `n_${randomUUID().replaceAll('-', '')}`;
  const DATABASE_URL = await createFrom(inject('postgresUrl'), name, 'template0');
  const { email: PUBLISHER_EMAIL, password: PUBLISHER_PASSWORD } = PUBLISHER;
  env = { DATA_DIR: dataDir, DATABASE_URL, PUBLISHER_EMAIL, PUBLISHER_PASSWORD, HOST: '127.0.0.1' };
});
afterEach(killLaunched);
afterAll(async () => {
  await dropDatabase(inject('postgresUrl'), name);
  await rm(dataDir, { recursive: true });
});

describe('two nodes on one database', () => {
  it('[ST-9] start at the same moment on an empty one, are one server, and one that is killed takes nothing with it', async () => {
    const nodes: [Started, Started] = [launch(env), launch(env)];
    const [one, two] = await Promise.all([nodes[0].served(), nodes[1].served()]);
    const [publisher, learner] = [await signIn(one, PUBLISHER), await signUp(two)];

    const unit = makeUnit({ withAssets: true });
    for (const [base, bytes] of [
      [one, PICTURE],
      [two, SOUND],
    ] as const)
      await call({ base, token: publisher }, `PUT /objects/${sha256Hex(bytes)}`, bytes);
    await call({ base: one, token: publisher }, `PUT /content/units/${unit.id}`, unit);
    const pulled = await pullUntil(two, learner, unit.id);
    const picture = pulled.assets.find((asset) => asset.type === 'image')?.url ?? '';
    for (const base of [one, two]) expect(Buffer.from(await (await fetch(base + picture)).arrayBuffer())).toEqual(PICTURE);
    // The feed is one: what one node gave as a cursor the other knows.
    const page = await call<UnitSyncResponse>({ base: one, token: learner }, 'GET /content/units/sync');
    expect(
      await call({ base: two, token: learner }, `GET /content/units/sync?since=${page.cursor}&feed_id=${page.feed_id}`),
    ).toMatchObject({
      units: [],
    });

    const acknowledged: string[] = [];
    const device = { device_id: randomUUID(), unit_id: unit.id };
    let seq = 0;
    const pushTo = async (base: string, until: () => boolean): Promise<void> => {
      while (!until()) {
        const event = makeEvent({ ...device, device_seq: (seq += 1) });
        const { results } = await call<PushEventsResponse>(
          { base, token: learner },
          'POST /learning_session/events',
          itemsOf(event),
        );
        if (results[0]?.status === 'accepted') acknowledged.push(event.event_id);
      }
    };
    let isOver = false;
    const atOne = pushTo(one, () => isOver).catch(() => 'cut');
    const atTwo = pushTo(two, () => isOver);
    await sleep(500);
    nodes[0].child.kill('SIGKILL');
    expect(await atOne).toBe('cut');
    const before = acknowledged.length;
    await sleep(500);
    await call({ base: two, token: publisher }, `PUT /content/units/${randomUUID()}`, undefined, 422);
    isOver = true;
    await atTwo;
    expect(acknowledged.length).toBeGreaterThan(before);
    expect((await allEvents(two, learner)).filter((id) => acknowledged.includes(id)).sort()).toEqual(acknowledged.sort());
    // Whatever the dead one held in the database is free: content can be written.
    await call({ base: two, token: publisher }, `PUT /content/units/${unit.id}`, { ...unit, title: 'Afterwards' });
    nodes[1].child.kill('SIGTERM');
    expect((await nodes[1].ended).code).toBe(0);
  }, 90_000);
});

interface Place {
  base: string;
  token: string;
}

/** `what` is method and path below the base path; any success will do unless a status is named. */
async function call<Body>({ base, token }: Place, what: string, body?: unknown, status = 0): Promise<Body> {
  const [method = '', path = ''] = what.split(' ');
  const isBytes = Buffer.isBuffer(body);
  const reply = await fetch(`${base}/api/v1${path}`, {
    method,
    headers: {
      ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': isBytes ? 'application/octet-stream' : 'application/json' }),
      ...(method === 'GET' ? {} : { 'idempotency-key': randomUUID() }),
    },
    ...(body === undefined ? {} : { body: isBytes ? new Uint8Array(body) : JSON.stringify(body) }),
  });
  if (status === 0 ? !reply.ok : reply.status !== status) throw new Error(`${what}: ${reply.status} ${await reply.text()}`);
  return (await reply.json()) as Body;
}

const signIn = async (base: string, who: typeof PUBLISHER): Promise<string> =>
  (await call<SignedIn>({ base, token: '' }, 'POST /users/sign-in', who)).token;

const signUp = async (base: string): Promise<string> =>
  (
    await call<SignedIn>({ base, token: '' }, 'POST /users/sign-up', {
      email: 'ana@example.org',
      password: 'correct horse',
      name: 'Ana',
    })
  ).token;

async function pullUntil(base: string, token: string, unitId: string): Promise<Unit> {
  for (const until = performance.now() + BEHIND_MAX_MS; ; await sleep(50)) {
    const { units } = await call<UnitSyncResponse>({ base, token }, 'GET /content/units/sync');
    const found = units.find((unit) => unit.id === unitId);
    if (found !== undefined) return found as Unit;
    if (performance.now() > until) throw new Error('what one node published does not come from the other');
  }
}

async function allEvents(base: string, token: string): Promise<string[]> {
  const ids: string[] = [];
  for (let since = ''; ; ) {
    const page = await call<EventsPage>({ base, token }, `GET /learning_session/events?limit=500${since}`);
    ids.push(...page.events.map((event) => event.event_id));
    if (!page.has_more) return ids;
    since = `&since=${page.cursor}`;
  }
}
