import type { AddressInfo } from 'node:net';
import type { Server, ServerResponse } from 'node:http';
import type { Http, HttpRequest, TransportError } from '../models.ts';
import { createHttp } from './http.ts';

/** A real server on a real socket: each test says how it answers. */
let server: Server;
let baseUrl: string;
let http: Http;
let answer: (
  reply: ServerResponse,
  asked: { method: string; url: string; body: string; headers: Record<string, unknown> },
) => void;

beforeEach(async () => {
  const { createServer } = process.getBuiltinModule('node:http');
  server = createServer((request, reply) => {
    let body = '';
    request.on('data', (chunk) => (body += String(chunk)));
    request.on('end', () =>
      answer(reply, { method: request.method ?? '', url: request.url ?? '', body, headers: request.headers }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  http = createHttp({ fetch, baseUrl });
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const get = (more: Partial<HttpRequest> = {}): HttpRequest => ({ method: 'GET', url: '/x', timeoutMs: 5_000, ...more });
const reasonOf = (sent: Promise<unknown>): Promise<string> =>
  sent.then(
    () => 'answered',
    (error: TransportError) => (error.name === 'TransportError' ? error.reason : String(error)),
  );

describe('HTTP over fetch', () => {
  it('sends method, headers and body, and gives status, lower-case headers and bytes', async () => {
    answer = (reply, asked) => {
      reply.writeHead(409, { 'X-Kind': 'Problem' });
      reply.end(`${asked.method} ${asked.url} ${asked.body} ${String(asked.headers['if-match'])}`);
    };
    const reply = await http.send({ ...get(), method: 'PUT', body: '{}', headers: { 'if-match': '"1"' } });
    expect({ status: reply.status, kind: reply.headers['x-kind'], body: new TextDecoder().decode(reply.body) }).toEqual({
      status: 409,
      kind: 'Problem',
      body: 'PUT /x {} "1"',
    });
  });

  it('[OB-5] tells a server that is not there from one that does not answer in time', async () => {
    answer = () => undefined;
    expect(await reasonOf(http.send(get({ timeoutMs: 100 })))).toBe('timeout');
    expect(await reasonOf(createHttp({ fetch, baseUrl: 'http://127.0.0.1:1' }).send(get()))).toBe('offline');
  });

  it('[OB-5] holds the time-out also for a body that comes drop by drop', async () => {
    answer = (reply) => {
      reply.writeHead(200, { 'content-length': '1000' });
      const drops = setInterval(() => reply.write('x'), 20);
      reply.on('close', () => clearInterval(drops));
    };
    expect(await reasonOf(http.send(get({ timeoutMs: 300 })))).toBe('timeout');
  });

  it('[OB-5] takes an answer that breaks off for cut, not for a short answer', async () => {
    answer = (reply) => {
      reply.writeHead(200, { 'content-length': '1000' });
      reply.write('half');
      setTimeout(() => reply.destroy(), 50);
    };
    expect(await reasonOf(http.send(get()))).toBe('cut');
  });

  it('breaks off an answer that is longer than allowed', async () => {
    answer = (reply) => reply.end('x'.repeat(2_000));
    expect(await reasonOf(http.send(get({ maxBytes: 1_999 })))).toBe('offline');
    expect((await http.send(get({ maxBytes: 2_000 }))).body.byteLength).toBe(2_000);
  });

  it('[SY-5] stops when the caller says so, before and while it waits', async () => {
    answer = () => undefined;
    expect(await reasonOf(http.send(get({ signal: AbortSignal.abort() })))).toBe('aborted');
    const controller = new AbortController();
    const sent = reasonOf(http.send(get({ signal: controller.signal })));
    setTimeout(() => controller.abort(), 50);
    expect(await sent).toBe('aborted');
  });

  it('[OB-7] says nothing more once the app was stopped, not even what had been started', async () => {
    answer = () => undefined;
    const stopped = new AbortController();
    const stoppable = createHttp({ fetch, baseUrl, stopped: stopped.signal });
    const sent = reasonOf(stoppable.send(get()));
    setTimeout(() => stopped.abort(), 50);
    expect(await sent).toBe('aborted');
    expect(await reasonOf(stoppable.send(get()))).toBe('aborted');
  });
});
