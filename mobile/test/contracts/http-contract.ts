import type { Http, HttpRequest } from '../../modules/infrastructure/models.ts';
import { expectEqual, expectRejection, waitUntil, type ContractCase } from './contract-case.ts';

const STATUSES = [200, 201, 204, 304, 400, 401, 404, 409, 413, 425, 429, 500, 503];
const LARGE_BYTES = 8 * 1024 * 1024;

/** What every `Http` keeps, against a server that holds `createHttpContractServer`. */
export const HTTP_CONTRACT: readonly ContractCase<Http>[] = [
  {
    name: 'sends method, headers and text, and gives headers in lower case',
    async run(http) {
      for (const method of ['POST', 'PUT'] as const) {
        const headers = { 'If-Match': '"1"', 'X-Odd-Case': 'Kept As Is', 'content-type': 'application/json' };
        const reply = await http.send(ask('echo/1', { method, headers, body: '{"word":"Zürich 🏔"}' }));
        const told = { ifMatch: '"1"', oddCase: 'Kept As Is', type: 'application/json', body: '{"word":"Zürich 🏔"}' };
        expectEqual(JSON.parse(textOf(reply.body)), { method, ...told }, 'what the server was told');
        expectEqual(reply.headers['x-odd-case'], 'Kept As Is', 'a header of the answer');
      }
      for (const method of ['GET', 'DELETE'] as const) {
        const reply = await http.send(ask('echo/1', { method }));
        expectEqual(JSON.parse(textOf(reply.body)), { method, body: '' }, 'what the server was told');
      }
    },
  },
  {
    name: '[OB-5] lets every status through, with its body',
    async run(http) {
      for (const status of STATUSES) {
        const reply = await http.send(ask(`status/${status}`));
        const text = status === 204 || status === 304 ? '' : `status ${status}`;
        expectEqual({ status: reply.status, text: textOf(reply.body) }, { status, text }, `a reply ${status}`);
      }
    },
  },
  {
    name: '[DL-2] gives the bytes as they are: none, every value, many, in pieces, compressed on the way',
    async run(http) {
      for (const path of ['bytes/0', 'bytes/1', 'bytes/1000', `bytes/${LARGE_BYTES}`, 'chunked/100000', 'compressed/100000']) {
        const reply = await http.send(ask(path, { timeoutMs: 30_000 }));
        checkBytes(reply.body, Number(path.split('/')[1]), path);
      }
    },
  },
  {
    name: '[OB-5] tells a time-out, of a server that is silent and of one that never ends, and hangs up',
    async run(http) {
      for (const what of ['silent', 'drip']) {
        const key = makeKey();
        expectEqual(await reasonOf(http.send(ask(`${what}/${key}`, { timeoutMs: 300 }))), 'timeout', what);
        await waitUntil(async () => (await seen(http, key)).closed === 1, `hanging up: ${what}`);
      }
    },
  },
  {
    name: '[SY-5] sends nothing once it was told to stop, and hangs up when it is told later',
    async run(http) {
      const never = makeKey();
      const stopped = new AbortController();
      stopped.abort();
      const sent = http.send(ask(`echo/${never}`, { signal: stopped.signal }));
      expectEqual(await reasonOf(sent), 'aborted', 'stopped before');
      for (const what of ['silent', 'drip']) {
        const key = makeKey();
        const stop = new AbortController();
        const reason = reasonOf(http.send(ask(`${what}/${key}`, { signal: stop.signal })));
        await waitUntil(async () => (await seen(http, key)).asked === 1, `the request: ${what}`);
        stop.abort();
        expectEqual(await reason, 'aborted', `stopped while it waits: ${what}`);
        await waitUntil(async () => (await seen(http, key)).closed === 1, `hanging up: ${what}`);
      }
      expectEqual((await seen(http, never)).asked, 0, 'requests after being told to stop');
    },
  },
  {
    name: '[OB-5] takes a reply that breaks off for cut, not for a short one',
    async run(http) {
      for (const what of ['cut', 'cut-chunked']) {
        expectEqual(await reasonOf(http.send(ask(`${what}/1`, { timeoutMs: 3_000 }))), 'cut', what);
      }
    },
  },
  {
    name: '[OB-5] takes a connection that closes without a reply for offline',
    async run(http) {
      expectEqual(await reasonOf(http.send(ask('hang-up/1'))), 'offline', 'a connection that closes');
    },
  },
  {
    name: '[OB-5] breaks off an answer that is longer than allowed, and hangs up',
    async run(http) {
      expectEqual((await http.send(ask('bytes/2000', { maxBytes: 2_000 }))).body.byteLength, 2_000, 'just as long');
      expectEqual(await reasonOf(http.send(ask('bytes/2001', { maxBytes: 2_000 }))), 'offline', 'one byte longer');
      const key = makeKey();
      expectEqual(await reasonOf(http.send(ask(`drip/${key}`, { maxBytes: 2_000 }))), 'offline', 'without end');
      await waitUntil(async () => (await seen(http, key)).closed === 1, 'hanging up');
    },
  },
  {
    name: '[OB-5] follows no redirect: no write becomes a GET, and no token goes on',
    async run(http) {
      const key = makeKey();
      for (const method of ['GET', 'POST'] as const) {
        const reply = await http.send(ask(`redirect/${key}`, { method, headers: { authorization: 'Bearer x' } }));
        if (reply.status !== 302 && reply.status !== 0) throw new Error(`status ${reply.status}`);
      }
      // Target and redirect share the key: two requests are the two that were sent.
      expectEqual((await seen(http, key)).asked, 2, 'requests');
    },
  },
  {
    name: 'keeps many requests apart that are under way at once',
    async run(http) {
      const waits = [250, 10, 200, 50, 150, 100, 5, 120, 30, 80];
      const replies = await Promise.all(waits.map((wait) => http.send(ask(`slow/${wait}`))));
      expectEqual(
        replies.map(({ body }) => textOf(body)),
        waits.map((wait) => `after ${wait}`),
        'the answers',
      );
    },
  },
];

/** Where nobody listens. */
export async function expectOffline(http: Http, url: string): Promise<void> {
  expectEqual(await reasonOf(http.send({ method: 'GET', url, timeoutMs: 10_000 })), 'offline', 'a server that is not there');
}

export async function reasonOf(sent: Promise<unknown>): Promise<string> {
  const error = await expectRejection(sent, 'the request');
  return error.name === 'TransportError' && 'reason' in error ? String(error.reason) : String(error);
}

function ask(path: string, more: Partial<HttpRequest> = {}): HttpRequest {
  return { method: 'GET', url: `/http-contract/${path}`, timeoutMs: 10_000, ...more };
}

async function seen(http: Http, key: string): Promise<{ asked: number; closed: number }> {
  const reply = await http.send(ask(`seen/${key}`));
  return JSON.parse(textOf(reply.body)) as { asked: number; closed: number };
}

function makeKey(): string {
  return Math.random().toString(36).slice(2);
}

function textOf(body: Uint8Array): string {
  return new TextDecoder().decode(body);
}

/** As `contractBytes` makes them. */
function checkBytes(body: Uint8Array, length: number, what: string): void {
  expectEqual(body.byteLength, length, `the length of ${what}`);
  const at = body.findIndex((byte, index) => byte !== (index * 31 + (index >> 8)) % 256);
  expectEqual(at, -1, `the first wrong byte of ${what}`);
}
