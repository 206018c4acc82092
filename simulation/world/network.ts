import { PROBLEM_CONTENT_TYPE } from '@haversack/contract';
import { type Http, type HttpReply, type HttpRequest, TransportError } from '../../mobile/modules/infrastructure/models.ts';
import { type Life, never } from './life.ts';
import type { Scheduler } from './scheduler.ts';

/** How often, of 100 requests, the network does each of these to one. A schedule has some of them and not others. */
export interface Weather {
  lostBefore: number;
  /** The server did it, and nobody hears of it. */
  lostAfter: number;
  /** The answer breaks off, and the transport notices. */
  cut: number;
  /** The answer breaks off, and nobody notices. */
  truncated: number;
  hangs: number;
  /** A portal's, a proxy's, a CDN's reply instead of the server's. */
  notOurs: number;
  /** 503, 429 with Retry-After, 500 in front of the server. */
  trouble: number;
  /** The server receives it twice at once. */
  doubled: number;
  /** The server receives it once more, minutes later. */
  straggles: number;
  /** A proxy answers with what the server last said at this address, also to a write. */
  stale: number;
  /** One bit of an object is another. */
  corrupted: number;
  /** Up to so many milliseconds there, and as many back. */
  latencyMs: number;
}

export const FAIR_WEATHER: Weather = {
  ...{ lostBefore: 0, lostAfter: 0, cut: 0, truncated: 0, hangs: 0, notOurs: 0, trouble: 0 },
  ...{ doubled: 0, straggles: 0, stale: 0, corrupted: 0, latencyMs: 0 },
};

/** The way between one device and the server. */
export interface Link {
  state: 'up' | 'down' | 'portal';
  weather: Weather;
  /** What the server as a whole does now, whatever the weather. */
  trouble: 'none' | '503' | '500' | '429' | 'slow';
  /** Bytes of objects that reached the device, by object. */
  readonly receivedBytes: Map<string, number>;
  /** What a proxy on the way remembers, by method and path. */
  readonly remembered: Map<string, HttpReply>;
  requestCount: number;
}

export interface LinkDeps {
  server: Http;
  scheduler: Scheduler;
  random: () => number;
  life: Life;
  link: Link;
  /** Called when bytes of an object are asked for. */
  onObject: () => void;
}

export function createLink(): Link {
  return {
    state: 'up',
    weather: FAIR_WEATHER,
    trouble: 'none',
    receivedBytes: new Map(),
    remembered: new Map(),
    requestCount: 0,
  };
}

/** The `Http` port of one life of a device. */
export function createHttp(deps: LinkDeps): Http {
  return {
    async send(request) {
      if (request.signal?.aborted) throw new TransportError('aborted');
      if (isObject(request)) deps.onObject();
      await deps.life.call(() => undefined);
      deps.link.requestCount += 1;
      const reply = await unlessAborted(request, travel(deps, request));
      if (deps.life.isDead()) return never();
      noteBytes(deps.link, request, reply);
      return reply;
    },
  };
}

async function travel(deps: LinkDeps, request: HttpRequest): Promise<HttpReply> {
  const { link, server, scheduler } = deps;
  if (link.state === 'down') throw new TransportError('offline');
  if (link.state === 'portal') return PORTAL;
  const pick = dice(deps);
  await pause(deps);
  if (link.trouble === 'slow' || pick(link.weather.hangs)) return hang(deps, request);
  if (pick(link.weather.lostBefore)) throw new TransportError('offline');
  if (pick(link.weather.notOurs))
    return deps.random() < 0.3 ? asIfOurs(link) : (NOT_OURS[Math.floor(deps.random() * NOT_OURS.length)] ?? PORTAL);
  const trouble = pick(link.weather.trouble) ? TROUBLES[Math.floor(deps.random() * TROUBLES.length)] : troubleOf(link);
  if (trouble) return trouble;
  // No proxy gives one person's answer to another's token: HTTP forbids it, and nothing in the wire could tell.
  const kind = `${request.method} ${request.url} ${request.headers?.['authorization'] ?? ''}`;
  const remembered = link.remembered.get(kind);
  if (remembered && !isObject(request) && pick(link.weather.stale)) return remembered;
  const again = (): void => void scheduler.track(server.send(withoutSignal(request))).catch(() => undefined);
  if (pick(link.weather.doubled)) again();
  if (pick(link.weather.straggles)) scheduler.schedule(1_000 + deps.random() * 600_000, again);
  const reply = await scheduler.track(server.send(withoutSignal(request)));
  if (reply.status < 300) link.remembered.set(kind, reply);
  await pause(deps);
  if (pick(link.weather.lostAfter)) throw new TransportError('timeout');
  if (pick(link.weather.cut)) throw new TransportError('cut');
  if (pick(link.weather.truncated)) return { ...reply, body: reply.body.subarray(0, Math.floor(reply.body.length / 2)) };
  return isObject(request) && pick(link.weather.corrupted) ? corrupt(reply) : reply;
}

const dice =
  ({ random }: LinkDeps) =>
  (percent: number): boolean =>
    percent > 0 && random() * 100 < percent;

async function pause({ link, scheduler, random }: LinkDeps): Promise<void> {
  const ms = Math.floor(random() * link.weather.latencyMs);
  if (ms > 0) await new Promise<void>((resolve) => scheduler.schedule(ms, resolve));
}

/** The server may yet get it, after the phone has given up. */
async function hang({ scheduler, server, random }: LinkDeps, request: HttpRequest): Promise<never> {
  const late = withoutSignal(request);
  if (random() < 0.5) {
    scheduler.schedule(request.timeoutMs * 2 * random(), () => void scheduler.track(server.send(late)).catch(() => undefined));
  }
  await new Promise<void>((resolve) => scheduler.schedule(request.timeoutMs, resolve));
  throw new TransportError('timeout');
}

function withoutSignal(request: HttpRequest): HttpRequest {
  const { signal: _signal, ...rest } = request;
  return rest;
}

function unlessAborted(request: HttpRequest, reply: Promise<HttpReply>): Promise<HttpReply> {
  const { signal } = request;
  if (!signal) return reply;
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(new TransportError('aborted'));
    signal.addEventListener('abort', abort);
    reply.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

function corrupt(reply: HttpReply): HttpReply {
  const body = reply.body.slice();
  const middle = Math.floor(body.length / 2);
  body[middle] = (body[middle] ?? 0) ^ 1;
  return { ...reply, body };
}

function isObject({ url }: HttpRequest): boolean {
  return url.includes('/api/v1/objects/');
}

function noteBytes(link: Link, request: HttpRequest, { status, body }: HttpReply): void {
  if (!isObject(request) || (status !== 200 && status !== 206)) return;
  const objectId = /objects\/([0-9a-f]{64})/.exec(request.url)?.[1] ?? '';
  link.receivedBytes.set(objectId, (link.receivedBytes.get(objectId) ?? 0) + body.length);
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const PORTAL: HttpReply = {
  status: 200,
  headers: { 'content-type': 'text/html' },
  body: bytes('<html>Welcome to the hotel</html>'),
};
const NOT_OURS: readonly HttpReply[] = [
  PORTAL,
  { status: 200, headers: { 'content-type': 'application/json' }, body: bytes('{"results":[],"received":[]}') },
  { status: 204, headers: {}, body: bytes('') },
  { status: 302, headers: { location: 'https://portal.example' }, body: bytes('') },
  { status: 401, headers: { 'content-type': 'text/html' }, body: bytes('<h1>Proxy login</h1>') },
  { status: 403, headers: { 'content-type': 'text/html' }, body: bytes('<h1>Blocked</h1>') },
  { status: 404, headers: { 'content-type': 'text/html' }, body: bytes('<h1>Not Found</h1>') },
  { status: 413, headers: { 'content-type': 'text/html' }, body: bytes('<h1>Too large</h1>') },
];
/** A proxy that has learned the server's header, and answers in its place without having asked. */
function asIfOurs({ remembered }: Link): HttpReply {
  const server = [...remembered.values()].at(-1)?.headers['haversack-server'];
  if (server === undefined) return PORTAL;
  const headers = { 'haversack-server': server, 'content-type': 'application/json' };
  return { status: 200, headers, body: bytes('{"results":[],"received":[]}') };
}

/** In front of the server: without its header. */
const TROUBLES: readonly HttpReply[] = [
  { status: 503, headers: {}, body: bytes('') },
  { status: 502, headers: { 'content-type': 'text/html' }, body: bytes('<h1>Bad gateway</h1>') },
  { status: 500, headers: { 'content-type': PROBLEM_CONTENT_TYPE }, body: bytes('{}') },
  { status: 429, headers: { 'retry-after': '30' }, body: bytes('') },
  { status: 408, headers: {}, body: bytes('') },
];

/** A server that asks for a year of patience must not get it. */
function troubleOf({ trouble }: Link): HttpReply | null {
  if (trouble === 'none' || trouble === 'slow') return null;
  return { status: Number(trouble), headers: trouble === '429' ? { 'retry-after': '31536000' } : {}, body: bytes('') };
}
