import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import type { UnitSyncResponse } from '@haversack/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Caller, startTestServer, type TestServer } from '../../test/app.ts';
import { expectStatus, makeUnit, publish, uploadAssets } from '../../test/factories.ts';

let server: TestServer;
let publisher: Caller;
let learner: Caller;
let cursor: string;
let feedId: string;
let etag: string;

beforeAll(async () => {
  // What one node knows at once.
  server = await startTestServer({}, { nodes: 1 });
  publisher = await server.signUp('publisher');
  learner = await server.signUp();
  await uploadAssets(publisher);
  await publish(publisher, makeUnit());
  await server.http.listen({ port: 0, host: '127.0.0.1' });
  await lookAgain();
});
afterAll(() => server.close());

/** Where the feed stands now; afterwards this node knows it from memory. */
async function lookAgain(): Promise<void> {
  const page = expectStatus(await learner.get<UnitSyncResponse>('/content/units/sync'), 200);
  [cursor, feedId] = [page.cursor, page.feed_id];
  etag = String((await learner.get(`/content/units/sync?since=${cursor}`)).headers['etag']);
}

interface Heard {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
  /** Which of the two answered: only the framework gives requests ids. */
  by: 'shortcut' | 'framework';
}

async function ask(path: string, headers: Record<string, string>, method = 'GET'): Promise<Heard> {
  const { port } = server.http.server.address() as AddressInfo;
  const before = server.logged.length;
  const heard = await new Promise<Omit<Heard, 'by'>>((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path, method, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        resolve({
          status: response.statusCode ?? 0,
          headers: { ...response.headers },
          body: textOf(response.headers['content-encoding'], Buffer.concat(chunks)),
        });
      });
    });
    sent.on('error', reject).end();
  });
  const line = await logLine(before);
  return { ...heard, by: line.includes('request_id') ? 'framework' : 'shortcut' };
}

function textOf(encoding: string | undefined, bytes: Buffer): string {
  const text = encoding === 'gzip' ? gunzipSync(bytes) : encoding === 'br' ? brotliDecompressSync(bytes) : bytes;
  return text.toString();
}

/** The framework writes its line after the answer. */
async function logLine(from: number): Promise<string> {
  for (;;) {
    const line = server.logged.slice(from).find((entry) => entry.includes('"msg":"request"'));
    if (line !== undefined) return line;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

const withoutTimes = ({ headers, body, status }: Heard) => ({
  status,
  // How well the time is compressed is chance.
  headers: { ...headers, date: '', 'content-length': headers['content-encoding'] === undefined && headers['content-length'] },
  body: body.replaceAll(/"(server_time|url|url_expires_at)":"[^"]*"/g, ''),
});

describe('the shortcut for pulls', () => {
  const bearer = () => ({ authorization: `Bearer ${learner.token}` });
  const path = (more = '') => `/api/v1/content/units/sync?since=${cursor}${more}`;

  it('[CT-9] [SE-4] answers what the framework would, header by header', async () => {
    const ordinary: [string, Record<string, string>][] = [
      [path(), {}],
      [path(`&feed_id=${feedId}`), {}],
      [path('&limit=500&include_deleted=true&payload=summary'), {}],
      [path().replaceAll(':', '%3A'), {}],
      [path(), { 'if-none-match': etag }],
      [path(), { 'if-none-match': etag.replace('W/', '') }],
      [path(), { 'if-none-match': `"other", ${etag}` }],
      [path(), { 'if-none-match': '*' }],
      [path(), { 'if-none-match': '"other"' }],
      [path(), { 'accept-encoding': 'gzip, br' }],
      [path(), { 'haversack-person': learner.id, origin: 'https://elsewhere.example', 'idempotency-key': 'k' }],
      [path(), { connection: 'close' }],
      [path(), { cookie: 'a=b', range: 'bytes=0-1', accept: 'text/html' }],
    ];
    for (const [url, headers] of ordinary) {
      const quick = await ask(url, { ...bearer(), ...headers });
      const slow = await ask(url, { ...bearer(), ...headers, 'content-length': '0' });
      expect([url, headers, quick.by, slow.by]).toEqual([url, headers, 'shortcut', 'framework']);
      expect([url, headers, withoutTimes(quick)]).toEqual([url, headers, withoutTimes(slow)]);
      expect(quick.status).toBe('if-none-match' in headers && headers['if-none-match'] !== '"other"' ? 304 : 200);
    }
  });

  it('[CT-9] [SE-4] sends pages as the framework would, header by header', async () => {
    const unit = await publish(publisher, makeUnit({ withAssets: true, description: 'Lange Wörter '.repeat(100) }));
    expectStatus(await learner.put(`/content/my-units/${unit.id}`), 204);
    const pages: [string, Record<string, string>, string?][] = [
      [path('&limit=10'), bearer()],
      [path('&limit=10&payload=summary&include_deleted=true'), bearer()],
      [path(`&feed_id=${feedId}`), { ...bearer(), 'accept-encoding': 'gzip, deflate, br', 'if-none-match': etag }],
      ['/api/v1/content/units/sync?limit=1', { ...bearer(), 'accept-encoding': 'gzip' }],
      ['/api/v1/content/units/sync?limit=1', { ...bearer(), 'accept-encoding': 'br' }, 'framework'],
      ['/api/v1/content/units/sync?limit=1', { cookie: `a=b; __Host-haversack=${learner.token}; c=d` }],
      [path(), { cookie: `__Host-haversack=${learner.token}; __Host-haversack=other` }, 'framework'],
    ];
    for (const [url, headers, by = 'shortcut'] of pages) {
      const quick = await ask(url, headers);
      const slow = await ask(url, { ...headers, 'content-length': '0' });
      expect([url, headers, quick.by, slow.by]).toEqual([url, headers, by, 'framework']);
      expect([url, headers, withoutTimes(quick)]).toEqual([url, headers, withoutTimes(slow)]);
      expect([url, headers, quick.status]).toEqual([url, headers, 200]);
    }
    await lookAgain();
  });

  it('[CT-5] [CT-10] leaves to the framework whatever is not quite ordinary', async () => {
    const other = await server.signUp();
    const unusual: [string, Record<string, string>, number, string?][] = [
      [path(), { authorization: 'Bearer nobody' }, 401],
      [path(), { authorization: `Basic ${learner.token}` }, 401],
      [path(), { authorization: '' }, 401],
      [path(), { 'haversack-person': other.id }, 401],
      [path(), { 'content-encoding': 'gzip' }, 415],
      [path('&limit=501'), {}, 400],
      [path('&limit=0'), {}, 400],
      [path('&payload=some'), {}, 400],
      [path('&user_id=1'), {}, 400],
      [path(`&since=${cursor}`), {}, 400],
      [path('&feed_id=0190a000-0000-7000-8000-000000000000'), {}, 410],
      [path().replace('since=', 'since=x'), {}, 400],
      ['/api/v1/content/units/sync?since=%ff', {}, 400],
      ['/api/v1/content/units/sync?', {}, 200],
      [path().replace('/sync?', '/sync/?'), {}, 404],
      [path(), {}, 405, 'POST'],
      [path(), {}, 200, 'HEAD'],
    ];
    for (const [url, headers, status, method = 'GET'] of unusual) {
      const heard = await ask(url, { ...bearer(), ...headers }, method);
      expect([url, headers, method, heard.by, heard.status]).toEqual([url, headers, method, 'framework', status]);
    }
  });

  it('[CT-9] knows at once what was written on this node, and a token that was signed out here', async () => {
    const before = path();
    expect((await ask(before, bearer())).by).toBe('shortcut');
    const unit = await publish(publisher, makeUnit());
    const changed = await ask(before, { ...bearer(), 'if-none-match': etag });
    expect([changed.status, (JSON.parse(changed.body) as UnitSyncResponse).units.map(({ id }) => id)]).toEqual([200, [unit.id]]);
    await lookAgain();
    expectStatus(await learner.put(`/content/my-units/${unit.id}`), 204);
    const joined = await ask(path(), { ...bearer(), 'if-none-match': etag });
    expect((JSON.parse(joined.body) as UnitSyncResponse).units.map((one) => one.in_my_units)).toEqual([true]);
    await lookAgain();
    expect((await ask(path(), bearer())).by).toBe('shortcut');
    expectStatus(await learner.post('/users/sign-out'), 204);
    expect((await ask(path(), bearer())).status).toBe(401);
  });
});
