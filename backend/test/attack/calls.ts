import { randomUUID } from 'node:crypto';
import type { TestServer } from '../app.ts';
import type { Operation } from './openapi.ts';
import type { RequestParts } from './rule-kinds.ts';
import type { Somebody, World } from './world.ts';

/** Somebody at the door: who they are, and what they show. */
export interface Role {
  name: string;
  person: Somebody;
  /** What becomes of every call: taken as the person's, refused as nobody's, or refused for the page that it came from. */
  standing: 'known' | 'unknown' | 'other_site';
  /** Fresh ones where the call uses them up. */
  headers(isUsedUp: boolean): Promise<Record<string, string>>;
}

export function rolesOf(world: World): Role[] {
  const { learner, otherLearner, publisher, otherPublisher } = world;
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
  const cookie = (token: string, origin: string) => ({ cookie: `__Host-haversack=${token}`, origin, host: 'haversack.example' });
  const role = (
    name: string,
    standing: Role['standing'],
    person: Somebody,
    show: () => Promise<Record<string, string>>,
  ): Role => {
    let shown: Promise<Record<string, string>> | null = null;
    return { name, person, standing, headers: (isUsedUp) => (isUsedUp ? show() : (shown ??= show())) };
  };
  const known = (name: string, person: Somebody): Role =>
    role(name, 'known', person, async () => bearer(await world.mintToken(person)));
  const nobody = (name: string, show: () => Promise<Record<string, string>>): Role => role(name, 'unknown', publisher, show);
  const fromPage = (standing: Role['standing'], origin: string): Role =>
    role(`publisher's cookie from ${origin}`, standing, publisher, async () => cookie(await world.mintToken(publisher), origin));
  return [
    known('learner', learner),
    known('other learner', otherLearner),
    known('publisher', publisher),
    known('other publisher', otherPublisher),
    fromPage('known', 'https://haversack.example'),
    nobody('nobody', async () => ({})),
    nobody('expired token', async () => bearer(await world.mintToken(publisher, false))),
    nobody('signed-out token', async () => {
      const token = await world.mintToken(publisher);
      await world.server.anyone.post('/users/sign-out', undefined, bearer(token));
      return bearer(token);
    }),
    nobody('garbage token', async () => bearer(randomUUID())),
    nobody('token of another scheme', async () => ({ authorization: `Basic ${await world.mintToken(publisher)}` })),
    fromPage('other_site', 'https://evil.example'),
    fromPage('other_site', 'null'),
    fromPage('other_site', 'https://haversack.example.evil.example'),
    fromPage('other_site', 'https://haversack.example:444'),
  ];
}

export interface Answered {
  status: number;
  headers: Record<string, string | string[] | number | undefined>;
  text: string;
  json: unknown;
}

export interface Sent {
  method: string;
  url: string;
  headers: Record<string, string>;
  payload: Buffer | null;
}

export function requestOf(operation: Operation, pathIds: Record<string, string>, parts: RequestParts): Sent {
  const path = operation.path.replace(/\{([^}]+)\}/g, (_, name: string) => encodeURIComponent(pathIds[name] ?? ''));
  const query = new URLSearchParams(parts.query ?? {}).toString();
  const payload = parts.bytes ?? (parts.body === undefined ? null : Buffer.from(JSON.stringify(parts.body)));
  const type = parts.bytes === undefined ? 'application/json' : 'application/octet-stream';
  return {
    method: operation.method,
    url: query === '' ? path : `${path}?${query}`,
    headers: { 'idempotency-key': randomUUID(), ...(payload === null ? {} : { 'content-type': type }) },
    payload,
  };
}

export async function send(server: TestServer, sent: Sent): Promise<Answered> {
  const answer = await server.http.inject({
    method: sent.method as 'GET',
    url: sent.url,
    headers: sent.headers,
    ...(sent.payload === null ? {} : { payload: sent.payload }),
  });
  const isJson = String(answer.headers['content-type'] ?? '').includes('json') && answer.payload !== '';
  return {
    status: answer.statusCode,
    headers: answer.headers,
    text: answer.payload,
    json: isJson ? (JSON.parse(answer.payload) as unknown) : null,
  };
}

/** An answer without what differs each time, and without the ids that were sent: what is left is what it tells. */
export function shapeOf(answer: Answered, ids: readonly string[]): string {
  let text = answer.text;
  for (const id of ids) if (id !== '') text = text.replaceAll(id, '<id>');
  for (const [pattern, word] of DIFFERENT_EACH_TIME) text = text.replace(pattern, word);
  const headers = Object.entries(answer.headers).filter(([name]) => !SET_EACH_TIME.has(name));
  return JSON.stringify([answer.status, text, headers.sort()]);
}

const SET_EACH_TIME = new Set(['idempotency-key', 'date', 'content-length', 'etag']);
const DIFFERENT_EACH_TIME: readonly [RegExp, string][] = [
  [/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi, '<id>'],
  [/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>'],
  [/"version":\d+/g, '"version":<n>'],
  [/(?:sha256:|\b)[0-9a-f]{64}\b/g, '<hash>'],
];
