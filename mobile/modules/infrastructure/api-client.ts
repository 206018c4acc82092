import {
  API_BASE_PATH,
  IDEMPOTENCY_KEY_HEADER,
  PERSON_HEADER,
  PROBLEM_CONTENT_TYPE,
  Problem,
  SERVER_HEADER,
} from '@haversack/contract';
import type { Static, TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { type Http, type HttpReply, TransportError } from './models.ts';

/**
 * What became of one call, told apart by kind and never by message text (rule OB-5). `try_later`: 5xx, 408, 425, 429, a time-out, a
 * reply cut half-way. `not_ours`: a captive portal, a proxy, a CDN page, or an answer that is not of the promised type: neither
 * success nor refusal. `refused`: a problem of our server's with a 4xx status. `feedId` is what `Haversack-Server` said.
 */
export type ApiResult<T> =
  | { kind: 'ok'; body: T; feedId: string; echoedKey: string | null }
  | { kind: 'offline' }
  | { kind: 'try_later'; retryAfterMs: number | null; status: number | null }
  | { kind: 'sign_in'; problem: Problem }
  | { kind: 'refused'; problem: Problem; feedId: string }
  | { kind: 'not_ours'; status: number };
export type ApiFailure = Exclude<ApiResult<unknown>, { kind: 'ok' }>;

export interface ApiCall<Schema extends TSchema | null> {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Below `/api/v1`, with its query. */
  path: string;
  body?: unknown;
  /** Of the promised answer; null where it has no body. */
  answer: Schema;
  idempotencyKey?: string;
  headers?: Readonly<Record<string, string>>;
  timeoutMs?: number;
  signal?: AbortSignal | undefined;
}
export type AnswerOf<Schema extends TSchema | null> = Schema extends TSchema ? Static<Schema> : null;

/** The one place where the client talks to the API. */
export interface ApiClient {
  /** Rejects only when `signal` was aborted (`TransportError` with reason `aborted`). */
  call<Schema extends TSchema | null>(call: ApiCall<Schema>): Promise<ApiResult<AnswerOf<Schema>>>;
}

export interface ApiClientDeps {
  http: Http;
  /** Asked anew for each call; `personId` says whose database the call comes from (rule OC-5). */
  identity: () => { token: string | null; personId: string | null };
  /** Told of each outcome, so that the badge can say whether the server is in reach. */
  onOutcome?: (kind: ApiResult<unknown>['kind']) => void;
}

const DEFAULT_TIMEOUT_MS = 20_000;
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;
/** A server that asks for more patience than this is asked again all the same: nothing may wait for ever (rule OB-9). */
const MAX_RETRY_AFTER_MS = 60 * 60_000;
const TRY_LATER_STATUSES: ReadonlySet<number> = new Set([408, 425, 429]);

export function createApiClient(deps: ApiClientDeps): ApiClient {
  return {
    async call(call) {
      const result = await attempt(deps, call);
      deps.onOutcome?.(result.kind);
      return result;
    },
  };
}

async function attempt<Schema extends TSchema | null>(
  deps: ApiClientDeps,
  call: ApiCall<Schema>,
): Promise<ApiResult<AnswerOf<Schema>>> {
  try {
    const reply = await deps.http.send({
      method: call.method,
      url: API_BASE_PATH + call.path,
      headers: requestHeaders(deps, call),
      timeoutMs: call.timeoutMs ?? DEFAULT_TIMEOUT_MS,
      maxBytes: MAX_ANSWER_BYTES,
      ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
      ...(call.signal ? { signal: call.signal } : {}),
    });
    return classifyReply(reply, call.answer);
  } catch (error) {
    if (!(error instanceof TransportError) || error.reason === 'aborted') throw error;
    return error.reason === 'offline' ? { kind: 'offline' } : { kind: 'try_later', retryAfterMs: null, status: null };
  }
}

function requestHeaders(deps: ApiClientDeps, call: ApiCall<TSchema | null>): Record<string, string> {
  const { token, personId } = deps.identity();
  return {
    accept: `application/json, ${PROBLEM_CONTENT_TYPE}`,
    ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
    ...(token === null ? {} : { authorization: `Bearer ${token}` }),
    ...(personId === null ? {} : { [PERSON_HEADER]: personId }),
    ...(call.idempotencyKey === undefined ? {} : { [IDEMPOTENCY_KEY_HEADER]: call.idempotencyKey }),
    ...call.headers,
  };
}

export function classifyReply<Schema extends TSchema | null>(reply: HttpReply, schema: Schema): ApiResult<AnswerOf<Schema>> {
  const { status } = reply;
  if (status >= 500 || TRY_LATER_STATUSES.has(status)) {
    return { kind: 'try_later', retryAfterMs: retryAfterMs(reply.headers['retry-after']), status };
  }
  const feedId = reply.headers[SERVER_HEADER];
  if (feedId === undefined || feedId === '') return { kind: 'not_ours', status };
  if (status >= 400) {
    const problem = hasMediaType(reply, PROBLEM_CONTENT_TYPE) ? parseJson(reply.body) : undefined;
    if (!Value.Check(Problem, problem)) return { kind: 'not_ours', status };
    return status === 401 ? { kind: 'sign_in', problem } : { kind: 'refused', problem, feedId };
  }
  if (status < 200 || status >= 300) return { kind: 'not_ours', status };
  const body = schema === null ? null : hasMediaType(reply, 'application/json') ? parseJson(reply.body) : undefined;
  if (schema !== null && !Value.Check(schema, body)) return { kind: 'not_ours', status };
  return { kind: 'ok', body: body as AnswerOf<Schema>, feedId, echoedKey: reply.headers[IDEMPOTENCY_KEY_HEADER] ?? null };
}

function hasMediaType(reply: HttpReply, expected: string): boolean {
  return (reply.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() === expected;
}

function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    return undefined;
  }
}

/** Seconds alone: the date form would trust two clocks. */
function retryAfterMs(header: string | undefined): number | null {
  const seconds = header === undefined ? Number.NaN : Number(header);
  return Number.isFinite(seconds) && seconds >= 0 ? Math.min(seconds * 1_000, MAX_RETRY_AFTER_MS) : null;
}

/** Appends what is not null. */
export function withQuery(path: string, query: Readonly<Record<string, string | number | boolean | null>>): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    value === null ? [] : [`${name}=${encodeURIComponent(value)}`],
  );
  return pairs.length === 0 ? path : `${path}?${pairs.join('&')}`;
}

/** Errors: `TransportError` with reason `aborted`. (React Native's `AbortSignal` has no such method of its own.) */
export function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw new TransportError('aborted');
}
