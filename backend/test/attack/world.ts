import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import type { LearningEvent, PublishUnitBody, Unit } from '@haversack/contract';
import { type Caller, startTestServer, type TestServer } from '../app.ts';
import { expectStatus, itemsOf, makeEvent, makeUnit, publish, sha256Hex } from '../factories.ts';
import { type Document, type Operation, readOperations } from './openapi.ts';

/** Somebody with things of their own, and the words by which these would be known in somebody else's hands. */
export interface Somebody {
  caller: Caller;
  isPublisher: boolean;
  secrets: string[];
}

/** A server with two learners and two publishers, each with units, events and files that are none of the others' business. */
export interface World {
  server: TestServer;
  operations: Operation[];
  document: Document;
  learner: Somebody;
  otherLearner: Somebody;
  publisher: Somebody;
  otherPublisher: Somebody;
  /** A unit that everybody sees. */
  commonUnit: Unit;
  /** What was uploaded, by hash. */
  bytes: Map<string, Buffer>;
  /** Addresses of files that everybody may read, by hash. */
  signedUrls: Map<string, string>;
  /** A second session of this person, made in the database: quick, and nobody misses it. */
  mintToken(person: Somebody, lives?: boolean): Promise<string>;
  /** The other one of the same trade. */
  rivalOf(person: Somebody): Somebody;
  publisherOtherThan(person: Somebody): Somebody;
  publishUnit(owner: Somebody, more?: Partial<PublishUnitBody>): Promise<Unit>;
  deleteUnit(owner: Somebody, unit: Unit): Promise<void>;
  /** One answer of this person to a unit of everybody's. */
  pushEvent(learner: Somebody): Promise<LearningEvent>;
  /** Every row of every table and every file, as one hash. */
  fingerprint(): Promise<string>;
  close(): Promise<void>;
}

/** Counts of the throttle change with every guess, which is what they are for. */
/** Counts of guesses, and when an object was last named: also a refused call may hold it for its grace period. */
const VOLATILE_TABLES = /throttle|rate_limit|limiter|object_uses/;

export async function createWorld(overrides: Parameters<typeof startTestServer>[0] = {}): Promise<World> {
  const server = await startTestServer(overrides);
  const document = (await server.anyone.get<Document>('/openapi.json')).body;
  const person = async (role: 'learner' | 'publisher'): Promise<Somebody> => {
    const caller = await server.signUp(role);
    await server.pool.query('update users set name = $2 where id = $1', [caller.id, `name-of-${caller.id}`]);
    return {
      caller,
      isPublisher: role === 'publisher',
      secrets: [caller.email, caller.token, `name-of-${caller.id}`],
    };
  };
  const world: World = {
    server,
    document,
    operations: readOperations(document),
    learner: await person('learner'),
    otherLearner: await person('learner'),
    publisher: await person('publisher'),
    otherPublisher: await person('publisher'),
    commonUnit: undefined as never,
    bytes: new Map(),
    signedUrls: new Map(),
    mintToken: (somebody, lives = true) => mintToken(server, somebody, lives),
    rivalOf: (somebody) =>
      somebody.isPublisher ? world.publisherOtherThan(somebody) : somebody === world.learner ? world.otherLearner : world.learner,
    publisherOtherThan: (somebody) => (somebody === world.publisher ? world.otherPublisher : world.publisher),
    publishUnit: (owner, more = {}) => publishOwn(world, owner, more),
    async deleteUnit(owner, unit) {
      expectStatus(await owner.caller.delete(`/content/units/${unit.id}`), 204);
    },
    pushEvent: (learner) => learnSomething(world, learner),
    fingerprint: createFingerprint(server),
    close: () => server.close(),
  };
  world.commonUnit = await world.publishUnit(world.publisher, { is_global: true });
  for (const learner of [world.learner, world.otherLearner]) await learnSomething(world, learner);
  return world;
}

async function mintToken(server: TestServer, { caller }: Somebody, lives: boolean): Promise<string> {
  const token = randomBytes(24).toString('base64url');
  await server.pool.query(`insert into sessions (id, user_id, token, expires_at) values ($1, $2, $3, now() + $4::interval)`, [
    randomUUID(),
    caller.id,
    createHash('sha256').update(token).digest('hex'),
    lives ? '400 days' : '-1 second',
  ]);
  return token;
}

/** A unit whose words and file nobody else has; private unless said otherwise. */
async function publishOwn(world: World, owner: Somebody, more: Partial<PublishUnitBody>): Promise<Unit> {
  const secret = `secret-${randomUUID()}`;
  const bytes = Buffer.from(`picture ${secret}`);
  const object_id = sha256Hex(bytes);
  expectStatus(await owner.caller.put(`/objects/${object_id}`, bytes), 200, 201);
  const body = makeUnit({ is_global: false, title: secret, description: secret, ...more });
  const picture = {
    id: randomUUID(),
    unit_id: body.id,
    type: 'image' as const,
    object_id,
    content_type: 'image/png',
    size_bytes: bytes.length,
    checksum: `sha256:${object_id}`,
  };
  const unit = await publish(owner.caller, { ...body, assets: [picture], art_asset_id: picture.id });
  world.bytes.set(object_id, bytes);
  if (unit.is_global) world.signedUrls.set(object_id, unit.assets[0]?.url ?? '');
  else owner.secrets.push(secret, object_id, unit.id, ...unit.lessons.map((lesson) => lesson.id), picture.id);
  return unit;
}

async function learnSomething(world: World, learner: Somebody): Promise<LearningEvent> {
  const unit = world.commonUnit;
  const [lesson] = unit.lessons;
  const secret = `answer-${randomUUID()}`;
  const event = makeEvent({
    unit_id: unit.id,
    lesson_id: lesson?.id ?? '',
    type: 'exercise_answered',
    exercise_id: lesson?.payload.exercises[1]?.id ?? '',
    answer: { text: secret },
  });
  expectStatus(await learner.caller.post('/learning_session/events', itemsOf(event)), 200);
  expectStatus(await learner.caller.put(`/content/my-units/${unit.id}`), 204);
  learner.secrets.push(secret, event.device_id, event.session_id, event.event_id);
  return event;
}

function createFingerprint({ pool, objectsFolder }: TestServer): () => Promise<string> {
  let known = { state: '', hash: '' };
  const readRows = async (): Promise<string> => {
    const tables = await pool.query<{ name: string }>(
      "select table_name as name from information_schema.tables where table_schema = 'public' order by 1",
    );
    const parts = tables.rows
      .filter(({ name }) => !VOLATILE_TABLES.test(name))
      .map(
        ({ name }) =>
          `select '${name}' as name, md5(coalesce(string_agg(t::text, '|' order by t::text), '')) as hash from ${name} t`,
      );
    return JSON.stringify((await pool.query(parts.join(' union all '))).rows);
  };
  return async () => {
    const files = (await readdir(objectsFolder, { recursive: true })).sort().join();
    // Whoever writes takes a transaction id: while none was taken, the rows are those that were read before.
    const { rows } = await pool.query<{ state: string }>('select pg_current_snapshot()::text as state');
    const state = rows[0]?.state ?? '';
    if (state !== known.state) known = { state, hash: await readRows() };
    return `${known.hash} ${sha256Hex(Buffer.from(files))}`;
  };
}
