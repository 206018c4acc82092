import { IDEMPOTENCY_KEY_HEADER, PROBLEM_CONTENT_TYPE, PublishUnitBody, SERVER_HEADER, type Unit } from '@haversack/contract';
import Value from 'typebox/value';
import type { Network } from '../server.ts';

export type Received = { method: string; path: string; key: string | null; ifMatch: string | null; size: number };
/** Answers one request in place of the server; null lets the server answer. */
export type Mishap = (request: Received) => Response | Error | null;

const AT = '2026-11-24T08:00:00.000000Z';

/**
 * The network with a server at its end that keeps units and objects by the rules of the wire, as far as one publisher can see
 * them. Mishaps are taken one a request, in order: what a bad link, a portal or a server in trouble would do.
 */
export class ScriptedServer {
  readonly received: Received[] = [];
  readonly pausesMs: number[] = [];
  readonly units = new Map<string, Unit>();
  readonly objects = new Set<string>();
  mishaps: Mishap[] = [];

  readonly network: Network = {
    fetch: async (input, init) => {
      const request = new Request(input, init);
      const bytes = Buffer.from(await request.arrayBuffer());
      const path = new URL(request.url).pathname.replace('/api/v1', '');
      const key = request.headers.get(IDEMPOTENCY_KEY_HEADER);
      const received = { method: request.method, path, key, ifMatch: request.headers.get('if-match'), size: bytes.length };
      this.received.push(received);
      const instead = this.mishaps.shift()?.(received) ?? null;
      if (instead instanceof Error) throw instead;
      return instead ?? this.#answer(received, bytes);
    },
    sleepMs: async (ms) => {
      this.pausesMs.push(ms);
    },
    random: () => 0.5,
  };

  /** What was sent, as `PUT /objects/…`. */
  get writes(): string[] {
    return this.received.filter(({ method }) => method === 'PUT').map(({ method, path }) => `${method} ${path}`);
  }

  #answer({ method, path, key }: Received, bytes: Buffer): Response {
    const [, , , id = ''] = path.split('/');
    if (path === '/users/sign-in') {
      const user = { id: '00000000-0000-4000-8000-000000000001', email: 'a@b.c', name: 'A', role: 'publisher' };
      return ours(200, { token: 'token', seal_key: 'key', user });
    }
    if (path === '/users/sign-out') return ours(204, null);
    if (method === 'GET') {
      const unit = this.units.get(id);
      return unit ? ours(200, unit) : refusal(404, 'not_found');
    }
    if (path.startsWith('/objects/')) {
      this.objects.add(path.slice('/objects/'.length));
      return ours(201, null);
    }
    const body: unknown = JSON.parse(bytes.toString());
    if (!Value.Check(PublishUnitBody, body)) return refusal(422, 'invalid_body');
    const version = (this.units.get(id)?.version ?? 0) + 1;
    const unit = publishedUnit(body, version);
    this.units.set(id, unit);
    return ours(version === 1 ? 201 : 200, unit, key === null ? {} : { [IDEMPOTENCY_KEY_HEADER]: key });
  }
}

export function ours(status: number, body: unknown, headers: Record<string, string> = {}): Response {
  const all = { [SERVER_HEADER]: 'feed', 'content-type': 'application/json', ...headers };
  return new Response(body === null ? null : JSON.stringify(body), { status, headers: all });
}

export function refusal(status: number, code: string, errors?: { path: string; message: string }[]): Response {
  const problem = { type: 'about:blank', title: code, status, code, ...(errors ? { errors } : {}) };
  return ours(status, problem, { 'content-type': PROBLEM_CONTENT_TYPE });
}

function publishedUnit(body: PublishUnitBody, version: number): Unit {
  return {
    ...body,
    schema_version: 1,
    version,
    owner_id: null,
    updated_at: AT,
    in_my_units: false,
    download_size_bytes: 1,
    lessons: body.lessons.map((lesson) => {
      return { ...lesson, schema_version: 1, duration_seconds: lesson.duration_seconds ?? null, updated_at: AT };
    }),
    assets: [...body.assets].reverse().map((asset) => ({ ...asset, updated_at: AT, url: '/x', url_expires_at: AT })),
  };
}
