import { createServer, type RequestListener, type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Duplex } from 'node:stream';
import fastifyCompress from '@fastify/compress';
import fastifyCookie from '@fastify/cookie';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import {
  ERROR_STATUS,
  type ErrorCode,
  IDEMPOTENCY_KEY_HEADER,
  LIMITS,
  PROBLEM_CONTENT_TYPE,
  SERVER_HEADER,
} from '@haversack/contract';
import fastify, { LogController, type FastifyBaseLogger, type FastifyError, type FastifyRequest } from 'fastify';
import type { App } from './app-type.ts';
import type { Config } from './config.ts';
import { type Drain, registerDrain } from './drain.ts';
import { rememberValidated, sendError, sendProblem } from './errors-http.ts';
import { isKey } from './idempotency.ts';
import { findHostileJson } from './json.ts';
import type { Metrics } from './metrics.ts';
import { ApiError, type Clock, type Ids, type Person } from './models.ts';
import { problem } from './problems.ts';
import { createRequestRecord } from './request-record.ts';
import { BARE_SECURITY_HEADERS, loadSecurityHeaders, registerSecurityHeaders } from './security-headers.ts';
import { type Shortcut, withShortcut } from './shortcut.ts';
import { createSchemaCompiler } from './validation.ts';

export type { App };

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who may call: anybody, whoever is signed in (the default), or publishers alone. */
    access?: 'open' | 'signed_in' | 'publisher';
    /** Its body is a list whose items are judged one by one, by the module. */
    judgesOwnItems?: boolean;
    /** Its body is bytes, not JSON. */
    streamsBody?: boolean;
    /** Refusals of its own, for the API documents; those that follow from its shape are known. */
    problems?: ErrorCode[];
  }
  interface FastifyRequest {
    /** Set by the user module before any handler of a route that is not open. */
    person: Person | null;
    receivedAtMs: number;
  }
}

export interface HttpDeps {
  config: Config;
  clock: Clock;
  ids: Ids;
  logger: FastifyBaseLogger;
  feedId: string;
  drain: Drain;
  metrics: Metrics | null;
  /** Where devices fetch objects when not from here. */
  objectsOrigin: string | null;
  shortcut: Shortcut;
}

const HEADERS_TIMEOUT_MS = 30_000;
const REQUEST_TIMEOUT_MS = 15 * 60_000;
const KEEP_ALIVE_TIMEOUT_MS = 72_000;
const READING: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);
const COMPRESSIBLE = /^(?:text\/|application\/(?:json|problem\+json|javascript|manifest\+json|wasm|xml)|image\/svg)/;

/** The server's shell: headers, parsing, checking, compression, problems. Knows no module. */
export async function createHttp(deps: HttpDeps): Promise<App> {
  const securityHeaders = await loadSecurityHeaders(deps.config.tls !== null, deps.objectsOrigin);
  const record = createRequestRecord(deps.logger, deps.metrics);
  let isOpen = true;
  const shorten = (handler: RequestListener): RequestListener =>
    withShortcut(handler, {
      shortcut: deps.shortcut,
      headers: { ...securityHeaders, [SERVER_HEADER]: deps.feedId },
      // A node that drains says so on each answer, which is the framework's affair.
      isOpen: () => isOpen && !deps.drain.isDraining(),
      record: record.short,
    });
  const app: App = fastify({
    loggerInstance: deps.logger,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'request_id' }),
    trustProxy: deps.config.trustProxy > 0 && ((_address, hop) => hop < deps.config.trustProxy),
    genReqId: () => deps.ids.uuid(),
    requestIdHeader: false,
    bodyLimit: LIMITS.bodyMaxBytes,
    // What came in on a connection before it closed is answered, with `Connection: close`.
    return503OnClosing: false,
    serverFactory: (handler) => createNodeServer(handler, shorten, deps),
    // An address that cannot be read meets no hook.
    frameworkErrors: (error, request, reply) => {
      reply.headers({ ...BARE_SECURITY_HEADERS, [SERVER_HEADER]: deps.feedId });
      sendError(error, request, reply);
    },
    // A proxy's form of an address (RFC 9112 §3.2.2) means the same.
    rewriteUrl: ({ url = '/' }) => url.replace(/^https?:\/\/[^/?#]*/i, '') || '/',
    routerOptions: { maxParamLength: 200 },
  }).withTypeProvider<TypeBoxTypeProvider>();

  const compile = createSchemaCompiler();
  app.setValidatorCompiler(({ schema, httpPart }) => {
    const validate = compile(schema, httpPart);
    return (value: unknown) => {
      const errors = validate(value);
      if (errors.length === 0) return { value };
      rememberValidated(errors, value);
      return { error: errors as unknown as FastifyError[] } as never;
    };
  });
  // Answers are typed; their schemas serve the API documents and the tests, not a second encoder.
  app.setSerializerCompiler(() => (value) => JSON.stringify(value));
  app.setErrorHandler(sendError);
  app.decorateRequest('person', null);
  app.decorateRequest('receivedAtMs', 0);

  app.addHook('preClose', async () => void (isOpen = false));
  registerSecurityHeaders(app, securityHeaders);
  record.register(app);
  registerDrain(app, deps.drain);
  registerHooks(app, deps);
  registerJsonParser(app);
  await app.register(fastifyCookie);
  await app.register(fastifyCompress, {
    globalDecompression: false,
    customTypes: COMPRESSIBLE,
    encodings: ['br', 'gzip', 'deflate'],
  });
  return app;
}

function createNodeServer(
  framework: RequestListener,
  shorten: (handler: RequestListener) => RequestListener,
  { config, feedId, ids }: HttpDeps,
): Server {
  const latest = new WeakMap<Duplex, ServerResponse>();
  // What is answered without the framework has no body, and is not kept alive until the connection's next request.
  const handler = shorten((request, response) => {
    latest.set(request.socket, response);
    framework(request, response);
  });
  // Node's own refusals (no Host, an unknown Expect) would carry none of our headers; neither is needed here.
  const options = { requireHostHeader: false };
  const server =
    config.tls === null
      ? createServer(options, handler)
      : createTlsServer({ ...options, cert: config.tls.cert, key: config.tls.key }, handler);
  server.on('checkExpectation', handler);
  server.headersTimeout = HEADERS_TIMEOUT_MS;
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  server.keepAliveTimeout = KEEP_ALIVE_TIMEOUT_MS;
  const refuse = (error: ParseError, socket: Duplex): void =>
    refuseRaw(error, socket, { feedId, requestId: ids.uuid(), latest: latest.get(socket) });
  server.on('clientError', refuse);
  // Without a listener Node hangs up without a word.
  server.on('connect', (_request, socket) => refuse(new Error('CONNECT'), socket));
  return server;
}

type ParseError = NodeJS.ErrnoException & { rawPacket?: Buffer };

interface RefusalContext {
  feedId: string;
  requestId: string;
  /** The last answer that was begun on this connection. */
  latest: ServerResponse | undefined;
}

/** What cannot even be read as HTTP is told off by hand, in the same form. */
function refuseRaw(error: ParseError, socket: Duplex, { feedId, requestId, latest }: RefusalContext): void {
  const isUnread = latest?.req.complete === false;
  // A request that was answered before its end could not be read gets no second answer: a proxy would give it to somebody else.
  const isAnswered = isUnread && latest.headersSent;
  const isHead = (isUnread && latest.req.method === 'HEAD') || error.rawPacket?.toString('latin1', 0, 5) === 'HEAD ';
  if (error.code === 'ECONNRESET' || !socket.writable || isAnswered) return void socket.destroy();
  const timedOut = error.code === 'ERR_HTTP_REQUEST_TIMEOUT';
  const code: ErrorCode = timedOut ? 'request_timeout' : 'invalid_request';
  const status = error.code === 'HPE_HEADER_OVERFLOW' ? 431 : ERROR_STATUS[code];
  const body = JSON.stringify({
    ...problem(code, timedOut ? 'The request did not arrive in time.' : 'This is not a well-formed HTTP request.', { requestId }),
    status,
  });
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    `Content-Type: ${PROBLEM_CONTENT_TYPE}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    `${SERVER_HEADER}: ${feedId}`,
    ...Object.entries(BARE_SECURITY_HEADERS).map(([name, value]) => `${name}: ${value}`),
    'Cache-Control: no-store',
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${isHead ? '' : body}`);
}

function registerHooks(app: App, { clock, feedId }: HttpDeps): void {
  app.addHook('onRequest', async (request, reply) => {
    request.receivedAtMs = clock.nowMs();
    if (!isApiPath(request.url)) return;
    reply.header(SERVER_HEADER, feedId).header('cache-control', 'no-store');
    const key = request.headers[IDEMPOTENCY_KEY_HEADER];
    // On every write: a keyed success without its key is "not ours" to the phone.
    if (typeof key === 'string' && isKey(key) && !READING.has(request.method)) reply.header(IDEMPOTENCY_KEY_HEADER, key);
    const encoding = request.headers['content-encoding'];
    if (encoding !== undefined && encoding !== 'identity') {
      throw new ApiError('unsupported_media_type', 'Bodies are taken uncompressed.');
    }
  });
  app.addHook('preValidation', async (request) => {
    // Items of an event batch are judged one by one by their module.
    const { judgesOwnItems, streamsBody } = request.routeOptions.config;
    if (judgesOwnItems === true || streamsBody === true) return;
    const fault = findHostileJson(request.body);
    if (fault !== null) throw new ApiError('invalid_body', 'The body holds what cannot be kept.', { errors: [fault] });
  });
  app.addHook('preValidation', async (request) => {
    const fault = findHostileJson({ ...(request.query as object) });
    if (fault !== null) throw new ApiError('invalid_request', 'The query holds what cannot be read.', { errors: [fault] });
  });
}

/** JSON as Fastify reads it, save that an empty body is no body. A field `__proto__` is found by `findHostileJson`, in its place. */
function registerJsonParser(app: App): void {
  const parse = app.getDefaultJsonParser('ignore', 'ignore');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, text, done) => {
    if (text === '') return done(null, undefined);
    return parse(request, text, done);
  });
}

export function isApiPath(url: string): boolean {
  return /^\/api(?:[/?]|$)/.test(url);
}

/**
 * Answers what no route took: the app's page for a reader's address, else a problem; 405 with `Allow` where the address
 * exists under other methods. `sendPage` is null when no web app is served.
 */
export function registerNotFound(
  app: App,
  routes: RouteTable,
  sendPage: ((reply: Parameters<typeof sendError>[2]) => unknown) | null,
): void {
  app.setNotFoundHandler((request, reply) => {
    const allowed = routes.methodsAt(request.url.split('?', 1)[0] ?? '');
    if (allowed.length > 0 && !allowed.includes(request.method)) {
      reply.header('allow', allowed.join(', '));
      return sendProblem(reply, new ApiError('method_not_allowed', `This address takes ${allowed.join(', ')}.`));
    }
    const isReader = request.method === 'GET' || request.method === 'HEAD';
    if (sendPage !== null && isReader && !isApiPath(request.url) && !hasExtension(request.url)) return sendPage(reply);
    return sendProblem(reply, new ApiError('not_found', 'There is nothing at this address.'));
  });
}

/** A file that is missing is missing; only addresses of pages fall back to the app. */
const hasExtension = (url: string): boolean => /\.[a-z0-9]{1,8}(?:\?|$)/i.test(url);

export interface RouteTable {
  methodsAt(path: string): string[];
}

/** Collects the routes of the API as they are registered. Create it before them. */
export function watchRoutes(app: App): RouteTable {
  const routes: { method: string; pattern: RegExp }[] = [];
  app.addHook('onRoute', (route) => {
    if (!isApiPath(route.url)) return;
    const pattern = new RegExp(`^${route.url.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/:[^/]+/g, '[^/]+')}$`);
    for (const method of [route.method].flat()) routes.push({ method, pattern });
  });
  return {
    methodsAt: (path) => [...new Set(routes.filter((route) => route.pattern.test(path)).map((route) => route.method))],
  };
}

/** Who is asking. For handlers of routes that are not open. */
export function requirePerson(request: FastifyRequest): Person {
  if (request.person === null) throw new ApiError('unauthenticated', 'This call needs a valid token.');
  return request.person;
}
