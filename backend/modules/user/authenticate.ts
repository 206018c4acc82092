import type { IncomingHttpHeaders } from 'node:http';
import { PERSON_HEADER } from '@haversack/contract';
import type { FastifyRequest } from 'fastify';
import { type App, ApiError } from '../infrastructure/public.ts';
import { SESSION_COOKIE } from './models.ts';
import type { SignInService } from './service.ts';

const READING = new Set(['GET', 'HEAD', 'OPTIONS']);

/** The token of a request, and whether a script could have sent it without knowing it. */
export interface Credential {
  token: string;
  fromCookie: boolean;
}

/** A Bearer header wins over the cookie. */
export function credentialOf(request: FastifyRequest): Credential | null {
  return read(request.headers.authorization, () => request.cookies[SESSION_COOKIE]);
}

/** The token of a reader, where no framework has parsed the cookies; null too where they are in any way unusual. */
export function tokenOf({ authorization, cookie = '' }: IncomingHttpHeaders): string | null {
  const readCookie = (): string | undefined =>
    cookie.split(SESSION_COOKIE).length === 2 ? PLAIN_COOKIE.exec(cookie)?.[1] : undefined;
  return read(authorization, readCookie)?.token ?? null;
}

/** Nothing quoted or escaped. */
const PLAIN_COOKIE = new RegExp(`(?:^|; )${SESSION_COOKIE}=([A-Za-z0-9._~+/-]+)(?:;|$)`);

function read(authorization: string | undefined, readCookie: () => string | undefined): Credential | null {
  const bearer = /^Bearer +([^\s]+) *$/i.exec(authorization ?? '')?.[1];
  if (bearer !== undefined) return { token: bearer, fromCookie: false };
  if (authorization !== undefined) return null;
  const cookie = readCookie();
  return cookie === undefined || cookie === '' ? null : { token: cookie, fromCookie: true };
}

/** Every route asks for a token unless it says that it is open. Runs before bodies are read. */
export function registerAuthentication(app: App, service: SignInService): void {
  app.addHook('onRequest', async (request) => {
    const { access } = request.routeOptions.config;
    if (request.is404 || access === 'open') return;
    const credential = credentialOf(request);
    const person = credential === null ? null : await service.authenticate(credential.token);
    if (credential === null || person === null) throw new ApiError('unauthenticated', 'This call needs a valid token.');
    if (credential.fromCookie && !READING.has(request.method)) refuseForeignOrigin(request);
    refuseOtherPerson(request, person.id);
    if (access === 'publisher' && person.role !== 'publisher') throw new ApiError('forbidden', 'Only publishers may do this.');
    request.person = person;
  });
}

/** A cookie travels by itself: a write that it carries must come from our own pages. */
export function refuseForeignOrigin(request: FastifyRequest): void {
  const { origin, host } = request.headers;
  if (typeof origin === 'string' && host !== undefined && originHost(origin) === host.toLowerCase()) return;
  throw new ApiError('forbidden', 'A write with the session cookie must come from this server’s own pages.');
}

/** Host and port of an origin. Its scheme is left out: a proxy may end TLS before us, and SameSite covers the rest. */
function originHost(origin: string): string | null {
  return URL.canParse(origin) ? new URL(origin).host : null;
}

function refuseOtherPerson(request: FastifyRequest, personId: string): void {
  const claimed = request.headers[PERSON_HEADER];
  if (claimed === undefined || (typeof claimed === 'string' && claimed.toLowerCase() === personId)) return;
  throw new ApiError('wrong_person', 'The token is another person’s than the one this request was made for.');
}
