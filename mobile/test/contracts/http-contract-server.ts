import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { http, zlib } from '../node-builtins.ts';

const PREFIX = '/http-contract/';
const HALF = 'x'.repeat(50_000);

/** What was seen of the requests that bear a key. */
interface Seen {
  asked: number;
  closed: number;
}

/** Answers the requests of the contract of `Http`; false: it is none of them. Every test server that runs the contract holds one. */
export function createHttpContractServer(): (request: IncomingMessage, reply: ServerResponse) => boolean {
  const seenByKey = new Map<string, Seen>();
  const seen = (key: string): Seen => {
    const known = seenByKey.get(key) ?? { asked: 0, closed: 0 };
    seenByKey.set(key, known);
    return known;
  };

  return (request, reply) => {
    if (!request.url?.startsWith(PREFIX)) return false;
    const [what = '', value = ''] = request.url.slice(PREFIX.length).split('/');
    if (what === 'seen') {
      reply.end(JSON.stringify(seen(value)));
      return true;
    }
    seen(value).asked += 1;
    reply.on('close', () => (seen(value).closed += 1));
    readBody(request, (body) => answer(what, value, { request, body, reply }));
    return true;
  };
}

/** A server that does nothing else. `nowhere` is an address of this machine where nobody listens. */
export async function startHttpContractServer(): Promise<{ baseUrl: string; nowhere: string; close(): Promise<void> }> {
  const answers = createHttpContractServer();
  const server = http.createServer((request, reply) => void answers(request, reply));
  const nobody = http.createServer();
  const [port, deadPort] = [await listen(server), await listen(nobody)];
  await new Promise((resolve) => nobody.close(resolve));
  return {
    baseUrl: `http://127.0.0.1:${port}`,
    nowhere: `http://127.0.0.1:${deadPort}/`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

function readBody(request: IncomingMessage, then: (body: Buffer) => void): void {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => then(Buffer.concat(chunks)));
}

interface Exchange {
  request: IncomingMessage;
  body: Buffer;
  reply: ServerResponse;
}

/** `silent` has no line: it never answers. */
function answer(what: string, value: string, { request, body, reply }: Exchange): void {
  const lines: Record<string, () => void> = {
    echo: () => {
      const { 'if-match': ifMatch, 'x-odd-case': oddCase, 'content-type': type } = request.headers;
      const told = { method: request.method, ifMatch, oddCase, type, body: body.toString('utf8') };
      reply.writeHead(200, { 'X-Odd-Case': 'Kept As Is' }).end(JSON.stringify(told));
    },
    status: () => reply.writeHead(Number(value)).end(['204', '304'].includes(value) ? undefined : `status ${value}`),
    bytes: () => reply.writeHead(200, { 'content-length': value }).end(contractBytes(Number(value))),
    chunked: () => reply.writeHead(200).write(contractBytes(Number(value)), () => reply.end()),
    compressed: () => {
      const isAsked = String(request.headers['accept-encoding']).includes('gzip');
      const bytes = isAsked ? zlib.gzipSync(contractBytes(Number(value))) : contractBytes(Number(value));
      const encoding = isAsked ? { 'content-encoding': 'gzip' } : {};
      reply.writeHead(200, { ...encoding, 'content-length': bytes.byteLength }).end(bytes);
    },
    slow: () => void setTimeout(() => reply.end(`after ${value}`), Number(value)),
    drip: () => {
      reply.writeHead(200);
      const drops = setInterval(() => reply.write('x'.repeat(100)), 10);
      reply.on('close', () => clearInterval(drops));
    },
    cut: () => {
      reply.writeHead(200, { 'content-length': 2 * HALF.length }).write(HALF);
      setTimeout(() => reply.destroy(), 50);
    },
    'cut-chunked': () => {
      reply.writeHead(200).write(HALF);
      setTimeout(() => reply.destroy(), 50);
    },
    'hang-up': () => reply.destroy(),
    redirect: () => reply.writeHead(302, { location: `${PREFIX}target/${value}` }).end('elsewhere'),
    target: () => reply.end('what was redirected to'),
  };
  lines[what]?.();
}

/** Every value of a byte, in no order that a text would have. */
export function contractBytes(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, at) => (at * 31 + (at >> 8)) % 256);
}
