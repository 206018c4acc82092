import { randomBytes, randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { LIMITS, type Problem } from '@haversack/contract';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { PASSWORD, startTestServer, type TestServer } from '../app.ts';
import { exchange, type RawAnswer, RawConnection } from './raw-http.ts';

let server: TestServer;
let port: number;
let token: string;
const open: RawConnection[] = [];

beforeAll(async () => {
  server = await startTestServer();
  ({ token } = await server.signUp('publisher'));
  await server.http.listen({ port: 0, host: '127.0.0.1' });
  ({ port } = server.http.server.address() as AddressInfo);
});
afterEach(async () => {
  for (const connection of open.splice(0)) connection.destroy();
  // Whatever was done, the server serves.
  expect((await exchange(port, head('GET /api/v1/health')))?.status).toBe(200);
});
afterAll(() => server.close());

const head = (line: string, ...headers: string[]): string => [`${line} HTTP/1.1`, 'Host: x', ...headers, '', ''].join('\r\n');
const json = (line: string, body: string, ...headers: string[]): string =>
  head(
    line,
    `Authorization: Bearer ${token}`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...headers,
  ) + body;
const codeOf = (answer: RawAnswer | null): string => (JSON.parse(answer?.body.toString() ?? '{}') as Partial<Problem>).code ?? '';
const told = (answer: RawAnswer | null) => [answer?.status, codeOf(answer)];
async function connection(): Promise<RawConnection> {
  const made = await RawConnection.open(port);
  open.push(made);
  return made;
}

describe('a body', () => {
  it.each([
    ['lists in one another, as deep as fits', `${'['.repeat(120_000)}${']'.repeat(120_000)}`],
    ['objects in one another', `${'{"a":'.repeat(40_000)}1${'}'.repeat(40_000)}`],
    ['one that is never closed', '['.repeat(250_000)],
    ['a name and no end', `{"asset_ids":[${'"x",'.repeat(60_000)}"x"]}`],
    ['many fields', `{${Array.from({ length: 20_000 }, (_, index) => `"f${index}":1`).join(',')}}`],
  ])('[SE-2] of %s is refused quickly', async (_name, body) => {
    const begun = performance.now();
    expect(told(await exchange(port, json('POST /api/v1/content/assets/sign', body), 'POST'))).toEqual([422, 'invalid_body']);
    expect(performance.now() - begun).toBeLessThan(5_000);
  });

  it('[SE-2] of a million levels or 100,000 fields is refused where bodies may be large', async () => {
    const unit = `PUT /api/v1/content/units/${randomUUID()}`;
    const deep = `${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}`;
    const wide = `{${Array.from({ length: 100_000 }, (_, index) => `"f${index}":1`).join(',')}}`;
    for (const body of [deep, wide])
      expect(told(await exchange(port, json(unit, body, 'Idempotency-Key: k'), 'PUT'))).toEqual([422, 'invalid_body']);
  });

  it('[SE-2] that is too large is refused, whether it says so or comes in chunks', async () => {
    const large = 'x'.repeat(LIMITS.bodyMaxBytes + 1);
    const line = 'POST /api/v1/users/sign-in';
    expect(told(await exchange(port, json(line, large), 'POST'))).toEqual([413, 'payload_too_large']);
    const chunk = `${large.length.toString(16)}\r\n${large}\r\n0\r\n\r\n`;
    const chunked = head(line, 'Content-Type: application/json', 'Transfer-Encoding: chunked') + chunk;
    expect(told(await exchange(port, chunked, 'POST'))).toEqual([413, 'payload_too_large']);
    // Only said to be large: nothing of it is waited for.
    const said = head(line, 'Content-Type: application/json', 'Content-Length: 99999999999');
    expect(told(await exchange(port, said, 'POST', 5_000))).toEqual([413, 'payload_too_large']);
    const object = head(
      `PUT /api/v1/objects/${'a'.repeat(64)}`,
      `Authorization: Bearer ${token}`,
      'Content-Type: x/y',
      'Content-Length: 9999999999999',
    );
    expect(told(await exchange(port, object, 'PUT', 5_000))).toEqual([413, 'payload_too_large']);
  });

  it('[SE-2] without an end, in chunks, ends where the limit is, not in memory', async () => {
    const pipe = await connection();
    pipe.write(head('POST /api/v1/users/sign-in', 'Content-Type: application/json', 'Transfer-Encoding: chunked'));
    const answer = pipe.read('POST');
    const piece = Buffer.concat([Buffer.from('10000\r\n'), randomBytes(0x10000), Buffer.from('\r\n')]);
    const rssBefore = process.memoryUsage().rss;
    for (let sent = 0; sent < 400 && pipe.isOpen; sent += 1) {
      pipe.write(piece);
      await sleep(0);
    }
    expect(told(await answer)).toEqual([413, 'payload_too_large']);
    expect(process.memoryUsage().rss - rssBefore).toBeLessThan(200 * 2 ** 20);
  });

  it('[SE-2] that is compressed is refused before it is blown up', async () => {
    const bomb = gzipSync(Buffer.alloc(50 * 2 ** 20));
    const line = head(
      'POST /api/v1/users/sign-in',
      'Content-Type: application/json',
      'Content-Encoding: gzip',
      `Content-Length: ${bomb.length}`,
    );
    expect(told(await exchange(port, Buffer.concat([Buffer.from(line), bomb]), 'POST'))).toEqual([415, 'unsupported_media_type']);
  });
});

describe('slow callers', () => {
  it('[SE-2] who keep back their headers or bodies hold up nobody else', async () => {
    for (let count = 0; count < 300; count += 1) {
      const pipe = await connection();
      pipe.write(
        count % 2 === 0
          ? 'GET /api/v1/health HTTP/1.1\r\nX-A: '
          : json('POST /api/v1/users/sign-in', '{"email":"').replace(/Content-Length: \d+/, 'Content-Length: 5000'),
      );
    }
    const taken: number[] = [];
    for (let count = 0; count < 20; count += 1) {
      const begun = performance.now();
      expect((await exchange(port, head('GET /api/v1/health')))?.status).toBe(200);
      taken.push(performance.now() - begun);
    }
    expect(taken.sort((a, b) => a - b)[10]).toBeLessThan(1_000);
  });

  it('[SE-2] are told that their time is up, and let go', async () => {
    // What decides is Node's own clock: the limits are the server's, made short.
    const { server: node } = server.http;
    const limits = [node.headersTimeout, node.requestTimeout] as const;
    expect(limits[0]).toBeLessThanOrEqual(60_000);
    expect(limits[1]).toBeLessThanOrEqual(15 * 60_000);
    const impatient = await startTestServer();
    Object.assign(impatient.http.server, { headersTimeout: 300, requestTimeout: 600, connectionsCheckingInterval: 100 });
    await impatient.http.listen({ port: 0, host: '127.0.0.1' });
    const slow = await RawConnection.open((impatient.http.server.address() as AddressInfo).port);
    slow.write('GET /api/v1/health HTTP/1.1\r\nX-A: ');
    const answer = await slow.read('GET', 45_000);
    expect(told(answer)).toEqual([408, 'request_timeout']);
    slow.destroy();
    await impatient.close();
  }, 60_000);
});

describe('what is said twice, or not clearly', () => {
  const smuggled = 'GET /api/v1/users/me HTTP/1.1\r\nHost: x\r\n\r\n';
  const signIn = 'POST /api/v1/users/sign-in HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n';
  it.each([
    ['two lengths', `${signIn}Content-Length: 0\r\nContent-Length: ${smuggled.length}\r\n\r\n${smuggled}`],
    ['a length and chunks', `${signIn}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${smuggled}`],
    ['chunks and a length', `${signIn}Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n${smuggled}`],
    ['two codings', `${signIn}Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n${smuggled}`],
    ['a coding that is none', `${signIn}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n${smuggled}`],
    ['a coding after a tab', `${signIn}Transfer-Encoding:\tchunked, identity\r\n\r\n0\r\n\r\n${smuggled}`],
    // Its address alone is refused, before anybody looks at how its body ends.
    [
      'a coding that is none, where there is no such address',
      `${signIn.replace('sign-in', '%ed%a0%80')}Transfer-Encoding: identity\r\n\r\n${smuggled}`,
    ],
    ['a blank before the colon', `${signIn}Content-Length : 0\r\n\r\n${smuggled}`],
    ['a folded line', `${signIn}X-A: a\r\n Content-Length: 0\r\n\r\n${smuggled}`],
    ['a line feed alone', `${signIn.replaceAll('\r\n', '\n')}Content-Length: 0\n\n${smuggled}`],
    ['a return alone', `${signIn}X-A: a\rContent-Length: 0\r\n\r\n${smuggled}`],
    ['a NUL', `${signIn}X-A: a\0b\r\n\r\n${smuggled}`],
    ['a length with a sign', `${signIn}Content-Length: +0\r\n\r\n${smuggled}`],
    ['a length in hexadecimal', `${signIn}Content-Length: 0x0\r\n\r\n${smuggled}`],
    ['a chunk with a sign', `${signIn}Transfer-Encoding: chunked\r\n\r\n+0\r\n\r\n${smuggled}`],
    ['a chunk of no length', `${signIn}Transfer-Encoding: chunked\r\n\r\nx\r\n\r\n${smuggled}`],
    ['a chunk larger than any', `${signIn}Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n\r\n${smuggled}`],
  ])('[SE-2] %s: one refusal, and the connection ends; what came behind is no request', async (_name, bytes) => {
    const pipe = await connection();
    pipe.write(bytes);
    const statuses: number[] = [];
    for (let answer = await pipe.read('POST', 5_000); answer !== null; answer = await pipe.read('POST', 5_000))
      statuses.push(answer.status);
    expect(statuses.length).toBeLessThanOrEqual(1);
    for (const status of statuses) expect([400, 422]).toContain(status);
    expect(pipe.isOpen).toBe(false);
  });

  it('[SE-2] requests sent in one go are answered each, in their order', async () => {
    const pipe = await connection();
    const body = JSON.stringify({ email: 'a@b.c', password: PASSWORD });
    pipe.write(
      head('GET /api/v1/health') +
        json('POST /api/v1/users/sign-in', body) +
        head('GET /api/v1/nothing') +
        head('GET /api/v1/health'),
    );
    const statuses: (number | undefined)[] = [];
    for (const method of ['GET', 'POST', 'GET', 'GET']) statuses.push((await pipe.read(method))?.status);
    expect(statuses).toEqual([200, 401, 404, 200]);
    expect(pipe.rest).toBe(0);
  });

  it('[SE-2] who asks for a tunnel is told no, and a HEAD that cannot be read gets no body', async () => {
    expect(told(await exchange(port, head('CONNECT evil.example:443')))).toEqual([400, 'invalid_request']);
    const refused = await exchange(port, `HEAD /\u00e9 HTTP/1.1\r\n\r\n`, 'GET', 2_000).catch((error: unknown) => String(error));
    expect(refused).toMatch(/cut short/);
  });

  it('[SE-2] a hang-up in the middle of anything harms nobody', async () => {
    for (const cut of [1, 20, 60, 150, 199]) {
      const pipe = await connection();
      pipe.write(json('POST /api/v1/content/assets/sign', JSON.stringify({ asset_ids: [randomUUID()] })).slice(0, cut));
      pipe.destroy();
    }
    const errors = server.logged.filter((line) => line.includes('"level":50'));
    expect(errors).toEqual([]);
  });
});
