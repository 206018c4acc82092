import { setTimeout as sleep } from 'node:timers/promises';
import {
  API_BASE_PATH,
  IDEMPOTENCY_KEY_HEADER,
  Problem,
  PROBLEM_CONTENT_TYPE,
  SERVER_HEADER,
  SignedIn,
  Unit,
  UnitVersionList,
  type PublishUnitBody,
} from '@haversack/contract';
import type { Static, TSchema } from 'typebox';
import Value from 'typebox/value';

/** What the outside world gives; tests give other parts. */
export type Network = { fetch: typeof fetch; sleepMs: (ms: number) => Promise<unknown>; random: () => number };
export const realNetwork: Network = { fetch, sleepMs: (ms) => sleep(ms), random: Math.random };

export type Credentials = { email: string; password: string };

/** The server understood and said no (4xx), with the paths of what it does not accept. Trying again changes nothing. */
export class Refusal extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.detail ?? problem.title);
    this.problem = problem;
  }
}
/** The server could not be reached, or was not itself, in every one of the tries. */
export class Unreachable extends Error {}

/** What the publisher asks of a server. Every call is safe to repeat, and is, when the reply is late, lost or not the server's. */
export type Server = {
  signIn(credentials: Credentials): Promise<void>;
  signOut(): Promise<void>;
  /** The unit as published now, or null. */
  getUnit(id: string): Promise<Unit | null>;
  putObject(sha256: string, bytes: Blob): Promise<void>;
  /** `baseVersion`: what it replaces; the server refuses if another version came in between (If-Match). */
  putUnit(body: PublishUnitBody, idempotencyKey: string, baseVersion: number | null): Promise<Unit>;
  /** The newest first; below `before` when it is given. */
  listVersions(id: string, before: number | null): Promise<UnitVersionList>;
  /** Publishes the content of `version` again, over `baseVersion`. */
  rollBack(id: string, version: number, idempotencyKey: string, baseVersion: number): Promise<Unit>;
};

type Call = { method: string; path: string; headers?: Record<string, string>; body?: string | Blob; key?: string };

const TRIES_MAX = 5;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
const JSON_TIMEOUT_MS = 30_000;
/** An upload may be slow; this is for a link that has died. */
const UPLOAD_TIMEOUT_MS = 10 * 60_000;
const TRY_LATER_STATUSES: readonly number[] = [408, 425, 429];

export function connect(serverUrl: string, network: Network): Server {
  const base = `${serverUrl.replace(/\/+$/u, '')}${API_BASE_PATH}`;
  let token: string | null = null;
  const send = (call: Call): Promise<Response> => sendPatiently(network, base, call, token);
  return {
    async signIn({ email, password }) {
      const reply = await send(jsonCall('POST', '/users/sign-in', { email, password }));
      token = (await parse(SignedIn, reply)).token;
    },
    async signOut() {
      await send({ method: 'POST', path: '/users/sign-out' });
      token = null;
    },
    async getUnit(id) {
      try {
        return await parse(Unit, await send({ method: 'GET', path: `/content/units/${id}` }));
      } catch (error) {
        if (error instanceof Refusal && error.problem.status === 404) return null;
        throw error;
      }
    },
    async putObject(sha256, bytes) {
      await send({
        method: 'PUT',
        path: `/objects/${sha256}`,
        body: bytes,
        headers: { 'content-type': 'application/octet-stream' },
      });
    },
    async putUnit(body, idempotencyKey, baseVersion) {
      const call = jsonCall('PUT', `/content/units/${body.id}`, body);
      const ifMatch = baseVersion === null ? {} : { 'if-match': `"${baseVersion}"` };
      return parse(Unit, await send({ ...call, headers: { ...call.headers, ...ifMatch }, key: idempotencyKey }));
    },
    async listVersions(id, before) {
      const query = before === null ? '' : `?before=${before}`;
      return parse(UnitVersionList, await send({ method: 'GET', path: `/content/units/${id}/versions${query}` }));
    },
    async rollBack(id, version, idempotencyKey, baseVersion) {
      const call = jsonCall('POST', `/content/units/${id}/rollback`, { version });
      const headers = { ...call.headers, 'if-match': `"${baseVersion}"` };
      return parse(Unit, await send({ ...call, headers, key: idempotencyKey }));
    },
  };
}

function jsonCall(method: string, path: string, body: unknown): Call {
  return { method, path, body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
}

/** Repeats a call, with exponential pauses and jitter, until the server itself has answered it. */
async function sendPatiently(network: Network, base: string, call: Call, token: string | null): Promise<Response> {
  let trouble = '';
  for (let tries = 1; tries <= TRIES_MAX; tries += 1) {
    const outcome = await tryOnce(network, base, call, token);
    if ('reply' in outcome) return outcome.reply;
    trouble = outcome.trouble;
    if (tries === TRIES_MAX) break;
    const backoffMs = FIRST_PAUSE_MS * 2 ** (tries - 1) * (0.5 + network.random());
    await network.sleepMs(Math.min(LONGEST_PAUSE_MS, Math.max(backoffMs, outcome.retryAfterMs)));
  }
  throw new Unreachable(`${trouble} (tried ${TRIES_MAX} times)`);
}

type Outcome = { reply: Response } | { trouble: string; retryAfterMs: number };

async function tryOnce(network: Network, base: string, call: Call, token: string | null): Promise<Outcome> {
  const headers = new Headers(call.headers);
  if (token !== null) headers.set('authorization', `Bearer ${token}`);
  if (call.key !== undefined) headers.set(IDEMPOTENCY_KEY_HEADER, call.key);
  const signal = AbortSignal.timeout(call.body instanceof Blob ? UPLOAD_TIMEOUT_MS : JSON_TIMEOUT_MS);
  let reply: Response;
  let bytes: ArrayBuffer;
  try {
    const body = call.body === undefined ? {} : { body: call.body };
    reply = await network.fetch(`${base}${call.path}`, { method: call.method, headers, signal, ...body });
    bytes = await reply.arrayBuffer();
  } catch (error) {
    return { trouble: `cannot reach ${base}: ${describeCause(error)}`, retryAfterMs: 0 };
  }
  const whole = new Response(bytes.byteLength > 0 ? bytes : null, { status: reply.status, headers: reply.headers });
  return judge(base, call, whole);
}

/** A reply without the server's header, a success without the echoed key, or an error that is no problem of ours is not an answer. */
async function judge(base: string, call: Call, reply: Response): Promise<Outcome> {
  const retryAfterMs = 1000 * (Number(reply.headers.get('retry-after')) || 0);
  const notOurs = `what answers at ${base} is not a Haversack server (status ${reply.status})`;
  if (reply.headers.get(SERVER_HEADER) === null) return { trouble: notOurs, retryAfterMs };
  if (reply.ok) {
    const isEchoed = call.key === undefined || reply.headers.get(IDEMPOTENCY_KEY_HEADER) === call.key;
    return isEchoed ? { reply } : { trouble: notOurs, retryAfterMs };
  }
  if (reply.status >= 500 || TRY_LATER_STATUSES.includes(reply.status)) {
    return { trouble: `the server answers ${reply.status} to ${call.method} ${call.path}`, retryAfterMs };
  }
  const isProblem = reply.headers.get('content-type')?.startsWith(PROBLEM_CONTENT_TYPE) ?? false;
  const problem: unknown = isProblem ? await reply.json().catch(() => null) : null;
  if (!Value.Check(Problem, problem)) return { trouble: notOurs, retryAfterMs };
  throw new Refusal(problem);
}

async function parse<T extends TSchema>(schema: T, reply: Response): Promise<Static<T>> {
  const value: unknown = await reply.json().catch(() => null);
  if (Value.Check(schema, value)) return value;
  throw new Unreachable('the server answered in a form that this publisher does not understand; are both of the same version?');
}

function describeCause(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error && error.cause.message !== '' ? error.cause.message : error.message;
}
