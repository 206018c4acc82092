import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { PUBLISHER } from './processes.ts';

const LESSONS = 5;
const LESSON_BODY_CHARS = 5_200;
/** Like a recording; large enough that bytes, not requests, are measured. */
export const OBJECT_BYTES = 1024 * 1024;

/** An answer as it came over the wire, without what Node adds to each by itself. */
export interface RawAnswer {
  status: number;
  headers: string[];
  body: Buffer;
}

const ADDED_BY_NODE = new Set(['date', 'connection', 'keep-alive']);

export function call(
  port: number,
  path: string,
  options: { method?: string; token?: string; headers?: Record<string, string>; body?: Buffer | string } = {},
): Promise<RawAnswer> {
  const { method = 'GET', token, headers = {}, body } = options;
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        host: '127.0.0.1',
        port,
        method,
        path,
        headers: {
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          ...(body === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
          ...headers,
        },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const { rawHeaders, statusCode = 0 } = response;
          const kept = rawHeaders.flatMap((name, at) =>
            at % 2 === 0 && !ADDED_BY_NODE.has(name.toLowerCase()) ? [name, rawHeaders[at + 1] ?? ''] : [],
          );
          resolve({ status: statusCode, headers: kept, body: Buffer.concat(chunks) });
        });
      },
    );
    sent.on('error', reject).end(body);
  });
}

export async function callJson<T>(port: number, path: string, options: Parameters<typeof call>[2] = {}): Promise<T> {
  const answer = await call(port, path, options);
  if (answer.status >= 300) throw new Error(`${path} answered ${answer.status}: ${answer.body.toString().slice(0, 300)}`);
  return (answer.body.length === 0 ? null : JSON.parse(answer.body.toString())) as T;
}

export const PASSWORD = 'a password of a learner';

export interface Person {
  id: string;
  email: string;
  token: string;
}

export async function signUpLearners(port: number, count: number): Promise<Person[]> {
  const people: Person[] = [];
  for (let made = 0; made < count; made += 1) {
    const email = `${randomUUID()}@example.org`;
    const body = JSON.stringify({ email, password: PASSWORD, name: 'A learner' });
    const { token, user } = await callJson<{ token: string; user: { id: string } }>(port, '/api/v1/users/sign-up', {
      method: 'POST',
      body,
    });
    people.push({ id: user.id, email, token });
  }
  return people;
}

export interface Publication {
  id: string;
  lessonId: string;
  exerciseId: string;
}

/** Publishes as a teacher does. The units are of the size that research/performance.md measured its peers with: about 32 KB. */
export async function createAuthor(port: number): Promise<{ publish(): Promise<Publication> }> {
  const { token } = await callJson<{ token: string }>(port, '/api/v1/users/sign-in', {
    method: 'POST',
    body: JSON.stringify(PUBLISHER),
  });
  const objects = await Promise.all(
    [0, 1, 2].map(async () => {
      const bytes = randomBytes(OBJECT_BYTES);
      const id = createHash('sha256').update(bytes).digest('hex');
      const headers = { 'content-type': 'application/octet-stream' };
      await callJson(port, `/api/v1/objects/${id}`, { method: 'PUT', token, body: bytes, headers });
      return id;
    }),
  );
  return {
    async publish() {
      const unit = makeUnit(objects);
      const headers = { 'idempotency-key': randomUUID() };
      await callJson(port, `/api/v1/content/units/${unit.id}`, { method: 'PUT', token, body: JSON.stringify(unit), headers });
      const [lesson] = unit.lessons;
      return { id: unit.id, lessonId: lesson?.id ?? '', exerciseId: lesson?.payload.exercises[0]?.id ?? '' };
    },
  };
}

function makeUnit(objects: readonly string[]) {
  const id = randomUUID();
  const lessons = Array.from({ length: LESSONS }, (_, position) => ({
    id: randomUUID(),
    unit_id: id,
    title: `Lesson ${position + 1}`,
    position,
    lesson_type: 'standard',
    payload: { body_markdown: words(LESSON_BODY_CHARS), exercises: [makeExercise(), makeExercise()] },
  }));
  return {
    id,
    title: 'A unit of the bench',
    description: words(200),
    learner_level: 'beginner',
    is_global: true,
    learning_objectives: [],
    lesson_order: lessons.map((lesson) => lesson.id),
    lessons,
    assets: objects.map((object_id) => ({
      id: randomUUID(),
      unit_id: id,
      type: 'image',
      object_id,
      content_type: 'image/png',
      size_bytes: OBJECT_BYTES,
      checksum: `sha256:${object_id}`,
    })),
  };
}

const makeExercise = () => ({
  id: randomUUID(),
  type: 'short_answer',
  prompt: 'At how many degrees does water boil?',
  canonical_answer: '100',
  accepted_answers: ['a hundred', 'hundred'],
});

const words = (chars: number): string =>
  'Boil the water for one minute, then let it cool. '.repeat(Math.ceil(chars / 50)).slice(0, chars);

export const EVENTS_PATH = '/api/v1/learning_session/events';

/** Bodies of batches of so many right answers, each batch new, from one device in one session. */
export function createBatchMaker({ id, lessonId, exerciseId }: Publication, size: number): () => string {
  const [deviceId, sessionId] = [randomUUID(), randomUUID()];
  let seq = 0;
  const makeItem = () => {
    seq += 1;
    const event = {
      event_id: randomUUID(),
      session_id: sessionId,
      device_id: deviceId,
      device_seq: seq,
      unit_id: id,
      unit_version: 1,
      lesson_id: lessonId,
      type: 'exercise_answered',
      exercise_id: exerciseId,
      answer: { text: 'a hundred' },
      is_correct: true,
      time_spent_ms: 2_500,
      occurred_at: '2026-11-24T08:15:30.123456Z',
    };
    return { idempotency_key: event.event_id, payload: event };
  };
  return () => JSON.stringify({ items: Array.from({ length: size }, makeItem) });
}
