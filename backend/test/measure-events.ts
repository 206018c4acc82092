import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  API_BASE_PATH,
  type LearningEvent,
  type PublishUnitBody,
  type PushEventsBody,
  type PushEventsResponse,
  type SignedIn,
} from '@haversack/contract';
import type pg from 'pg';
import { pino } from 'pino';
import { createApp } from '../app.ts';
import { createContent } from '../modules/content/public.ts';
import { startEmbeddedPostgres } from '../modules/infrastructure/embedded-postgres.ts';
import {
  canonicalJson,
  createDatabase,
  createListenerOpener,
  createPool,
  loadConfig,
  loadInstallation,
  migrate,
  readMigrations,
} from '../modules/infrastructure/public.ts';
import { createLearningSessions, type LearningSessionService } from '../modules/learning_session/public.ts';
import { createDiskStore, createObjectService } from '../modules/object_store/public.ts';
import { itemsOf, makeChoice, makeEvent, makeLesson, makeUnit } from './factories.ts';

/**
 * What a batch of 500 events costs beside a raw multi-row insert of the same rows in one transaction, on the embedded
 * PostgreSQL (fsync on): `node backend/test/measure-events.ts [rounds]`. In each round every way takes one batch, in turns;
 * told are medians, and ratios paired inside a round. `raw` writes into a copy of the table `events` with its indexes.
 */
const ROUNDS = Number(process.argv[2] ?? 60);
const WARM_UP_ROUNDS = 10;
const LEARNERS = 6;
const BATCH = 500;
const EXERCISES_A_LESSON = 10;
const PASSWORD = 'correct horse battery';

interface Learner {
  id: string;
  token: string;
  deviceId: string;
  seq: number;
}

async function measure(pool: pg.Pool, dataDir: string): Promise<void> {
  await migrate(pool, await readMigrations(join(import.meta.dirname, '../migrations')));
  await pool.query('create table raw_events (like events including all)');
  const ids = { uuid: randomUUID, randomBytes };
  const clock = { nowMs: Date.now };
  const objectStore = await createDiskStore(join(dataDir, 'objects'), ids);
  const config = loadConfig({}, dataDir);
  const { http, users } = await createApp({ config, pool, objectStore, clock, ids, logger: pino({ level: 'silent' }) });
  const database = createDatabase(pool);
  const { feedId, signingKey } = await loadInstallation(database);
  const objects = createObjectService({ store: objectStore, database, signingKey, clock });
  const { answerKeys } = createContent({
    ...{ database, objects, clock, feedId, tombstoneRetentionDays: 400 },
    openListener: createListenerOpener(pool),
    logger: pino({ level: 'silent' }),
  });
  const sessions = createLearningSessions({ database, answerKeys, feedId }).service;
  const url = `${await http.listen({ port: 0, host: '127.0.0.1' })}${API_BASE_PATH}`;
  try {
    await users.ensurePublisher({ email: 'p@example.org', password: PASSWORD });
    const publisher = await users.signIn({ email: 'p@example.org', password: PASSWORD }, '127.0.0.1');
    const units = Array.from({ length: 5 }, unitOfTenLessons);
    for (const unit of units) await send(`${url}/content/units/${unit.id}`, 'PUT', publisher.token, unit);
    const learners: Learner[] = [];
    for (let at = 0; at < LEARNERS; at += 1) {
      const body = { email: `l${at}@example.org`, password: PASSWORD, name: 'L' };
      const { user, token } = await send<SignedIn>(`${url}/users/sign-up`, 'POST', null, body);
      learners.push({ id: user.id, token, deviceId: randomUUID(), seq: 0 });
    }
    const figures = new Map<string, number[]>();
    for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round += 1) {
      const learner = learners[(round + WARM_UP_ROUNDS) % LEARNERS]!;
      const ways: [string, () => Promise<PushEventsResponse | undefined>][] = [
        ['raw', prepareRaw(pool, learner, round, batchOf(learner, units))],
        ['service', prepareService(sessions, learner, batchOf(learner, units))],
        ['http', prepareHttp(url, learner, batchOf(learner, units))],
      ];
      const turns = ways.map((_, at) => ways[(at + Math.abs(round)) % ways.length]!);
      for (const [name, run] of turns) {
        const startedAt = performance.now();
        const pushed = await run();
        const ms = performance.now() - startedAt;
        refuseUnaccepted(pushed);
        if (round >= 0) figures.set(name, [...(figures.get(name) ?? []), ms]);
      }
    }
    report(figures);
  } finally {
    await http.close();
  }
}

/** The fastest tenth too: on a machine that others use, it is what the work costs when it is not waited for. */
function report(figures: ReadonlyMap<string, readonly number[]>): void {
  const raw = figures.get('raw') ?? [];
  const fixed = (value: number): string => value.toFixed(2);
  for (const [name, all] of figures) {
    const ratios = all.map((ms, at) => ms / (raw[at] ?? ms));
    const quartiles = `${fixed(quantile(ratios, 0.25))} to ${fixed(quantile(ratios, 0.75))}`;
    const fastest = `${fixed(quantile(all, 0.1))} ms, × ${fixed(quantile(all, 0.1) / quantile(raw, 0.1))}`;
    console.log(
      `${name.padEnd(8)} median ${fixed(median(all))} ms, × raw ${fixed(median(ratios))} (${quartiles}); fastest tenth ${fastest}`,
    );
  }
}

const quantile = (numbers: readonly number[], q: number): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(q * numbers.length)] ?? 0;
const median = (numbers: readonly number[]): number => quantile(numbers, 0.5);

function refuseUnaccepted(pushed: PushEventsResponse | undefined): void {
  if (pushed === undefined) return;
  const { results } = pushed;
  if (results.length !== BATCH || results.some(({ status }) => status !== 'accepted')) throw new Error('not all were accepted');
}

function unitOfTenLessons(): PublishUnitBody {
  const lessons = Array.from({ length: 10 }, () => {
    const lesson = makeLesson('');
    lesson.payload.exercises = Array.from({ length: EXERCISES_A_LESSON }, makeChoice);
    return lesson;
  });
  const unit = makeUnit({ lessons });
  for (const [at, lesson] of lessons.entries()) Object.assign(lesson, { unit_id: unit.id, position: at });
  return unit;
}

/** Sessions as they are played: begun, ten answers, completed. */
function batchOf(learner: Learner, units: readonly PublishUnitBody[]): LearningEvent[] {
  const events: LearningEvent[] = [];
  for (;;) {
    const unit = units[events.length % units.length]!;
    const lesson = unit.lessons[Math.floor(Math.random() * unit.lessons.length)]!;
    const session_id = randomUUID();
    const add = (more: Partial<LearningEvent>): number =>
      events.push(
        makeEvent({
          device_id: learner.deviceId,
          device_seq: (learner.seq += 1),
          unit_id: unit.id,
          lesson_id: lesson.id,
          session_id,
          ...more,
        }),
      );
    const steps: Partial<LearningEvent>[] = [
      { type: 'session_started' },
      ...lesson.payload.exercises.map((exercise): Partial<LearningEvent> => {
        const option = exercise.type === 'multiple_choice' ? exercise.options[Math.random() < 0.7 ? 0 : 1]!.id : '';
        return {
          type: 'exercise_answered',
          exercise_id: exercise.id,
          answer: { option_id: option },
          is_correct: true,
          time_spent_ms: 4_200,
        };
      }),
      { type: 'session_completed' },
    ];
    for (const step of steps) if (add(step) === BATCH) return events;
  }
}

/** The rows are ready beforehand; what is timed is the transaction alone. */
function prepareRaw(pool: pg.Pool, learner: Learner, round: number, events: readonly LearningEvent[]): () => Promise<undefined> {
  const column = <T>(read: (event: LearningEvent, nth: number) => T): T[] => events.map(read);
  const values = [
    learner.id,
    column((event) => event.event_id),
    column((_event, nth) => (round + WARM_UP_ROUNDS) * BATCH + nth),
    column((event) => event.device_id),
    column((event) => event.device_seq),
    column((event) => event.session_id),
    column((event) => event.unit_id),
    column((event) => event.unit_version),
    column((event) => event.lesson_id),
    column((event) => event.type),
    column((event) => event.exercise_id ?? null),
    column(canonicalJson),
    column((event) => (event.type === 'exercise_answered' ? true : null)),
    column(() => EXERCISES_A_LESSON),
  ];
  return async () => {
    const client = await pool.connect();
    await client.query('begin');
    await client.query(
      `insert into raw_events (user_id, event_id, position, device_id, device_seq, session_id, unit_id, unit_version, lesson_id,
                               type, exercise_id, payload, marked_correct, exercise_count, received_at)
       select $1, e.*, clock_timestamp()
         from unnest($2::uuid[], $3::bigint[], $4::uuid[], $5::bigint[], $6::uuid[], $7::uuid[], $8::int[], $9::uuid[],
                     $10::text[], $11::uuid[], $12::text[], $13::boolean[], $14::int[]) as e`,
      values,
    );
    await client.query('commit');
    client.release();
    return undefined;
  };
}

/** Parsed as the server's JSON parser leaves it. */
function prepareService(
  sessions: LearningSessionService,
  learner: Learner,
  events: readonly LearningEvent[],
): () => Promise<PushEventsResponse> {
  const body = JSON.parse(JSON.stringify(itemsOf(...events))) as PushEventsBody;
  return async () => sessions.pushEvents(learner.id, body);
}

function prepareHttp(url: string, learner: Learner, events: readonly LearningEvent[]): () => Promise<PushEventsResponse> {
  const body = JSON.stringify(itemsOf(...events));
  return async () => send<PushEventsResponse>(`${url}/learning_session/events`, 'POST', learner.token, body);
}

async function send<T>(url: string, method: string, token: string | null, body: unknown): Promise<T> {
  const answer = await fetch(url, {
    method,
    headers: {
      'content-type': 'application/json',
      'idempotency-key': randomUUID(),
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
    },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T;
}

const dataDir = await mkdtemp(join(tmpdir(), 'haversack-measure-'));
const postgres = await startEmbeddedPostgres({ dataDir, log: () => undefined });
const pool = createPool(postgres.url, 10);
try {
  await measure(pool, dataDir);
} finally {
  await pool.end();
  await postgres.stop();
  await rm(dataDir, { recursive: true, force: true });
}
