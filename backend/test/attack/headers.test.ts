import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SERVER_HEADER } from '@haversack/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RawAnswer, RawConnection } from './raw-http.ts';
import { createWorld, type World } from './world.ts';

let world: World;
let port: number;
let webDir: string;

beforeAll(async () => {
  webDir = await mkdtemp(join(tmpdir(), 'haversack-web-'));
  await writeFile(join(webDir, 'index.html'), '<!doctype html><title>Haversack</title>');
  world = await createWorld({ webDir });
  await world.server.http.listen({ port: 0, host: '127.0.0.1' });
  ({ port } = world.server.http.server.address() as AddressInfo);
});
afterAll(async () => {
  await world.close();
  await rm(webDir, { recursive: true });
});

const REQUIRED: readonly [string, RegExp][] = [
  ['content-security-policy', /^default-src 'self';script-src 'self' 'wasm-unsafe-eval';/],
  ['content-security-policy', /object-src 'none';base-uri 'none';frame-ancestors 'none'/],
  ['x-content-type-options', /^nosniff$/],
  ['x-frame-options', /^DENY$/],
  ['referrer-policy', /^no-referrer$/],
];

/** Kinds of trouble that any route can be brought into, as bytes. */
function troubles(method: string, path: string): Record<string, string> {
  const line = (headers: string[], body = '', end = ''): string =>
    [`${method} ${path}${end} HTTP/1.1`, 'Host: x', ...headers, '', body].join('\r\n');
  const bearer = `Authorization: Bearer ${world.publisher.caller.token}`;
  return {
    'nothing wrong': line([bearer, `Idempotency-Key: ${randomUUID()}`]),
    'no token': line([]),
    'a token of nobody': line(['Authorization: Bearer x']),
    'a cookie from another site': line([
      `Cookie: __Host-haversack=${world.publisher.caller.token}`,
      'Origin: https://evil.example',
    ]),
    'an unknown query': line([bearer], '', '?no_such_parameter=1'),
    'an address that is none': line([bearer], '', '%ff'),
    'a body that is none': line([bearer, 'Content-Type: application/json', 'Content-Length: 1'], '{'),
    'a body of another type': line([bearer, 'Content-Type: text/plain', 'Content-Length: 1'], 'x'),
    'a body that is compressed': line(
      [bearer, 'Content-Encoding: gzip', 'Content-Type: application/json', 'Content-Length: 1'],
      'x',
    ),
    'a body that is too large': line([bearer, 'Content-Type: application/json', 'Content-Length: 99999999999']),
    'another method': line([bearer]).replace(/^\w+/, 'PATCH'),
    'a tunnel': line([bearer]).replace(/^\w+/, 'CONNECT'),
    'headers without end': line([`X-A: ${'x'.repeat(20_000)}`]),
    'no HTTP': `${method}\r\n\r\n`,
  };
}

async function ask(bytes: string): Promise<RawAnswer | null> {
  const connection = await RawConnection.open(port);
  try {
    connection.write(bytes);
    return await connection.read('GET', 10_000);
  } finally {
    connection.destroy();
  }
}

describe('every answer of every route', () => {
  it('[SE-4] carries the security headers, whatever went wrong', async () => {
    const faults: string[] = [];
    let answers = 0;
    const pages = [
      'GET /',
      'GET /units/1',
      'GET /nothing.js',
      'GET /docs/',
      'GET /api/v1/openapi.json',
      'GET /api/nothing',
      'POST /',
    ];
    for (const name of [...world.operations.map((operation) => operation.name), ...pages]) {
      const [method = '', template = ''] = name.split(' ');
      const path = template.replace(/\{object_id\}/, 'a'.repeat(64)).replace(/\{[^}]+\}/, randomUUID());
      for (const [trouble, bytes] of Object.entries(troubles(method, path))) {
        const answer = await ask(bytes);
        const at = `${name}, ${trouble}, ${answer?.status}`;
        if (answer === null || answer.status >= 500) faults.push(`${at}: no answer of ours`);
        answers += 1;
        for (const [header, wanted] of REQUIRED) if (!wanted.test(answer?.headers[header] ?? '')) faults.push(`${at}: ${header}`);
        if (path.startsWith('/api/') && answer?.headers[SERVER_HEADER] === undefined) faults.push(`${at}: ${SERVER_HEADER}`);
        if (path.startsWith('/api/') && !/no-store|no-cache|private/.test(answer?.headers['cache-control'] ?? ''))
          faults.push(`${at}: cache-control`);
        for (const header of ['server', 'x-powered-by', 'access-control-allow-origin', 'access-control-allow-credentials'])
          if (answer?.headers[header] !== undefined) faults.push(`${at}: says ${header}`);
      }
    }
    expect(faults).toEqual([]);
    expect(answers).toBeGreaterThan(300);
  });

  it('[SE-4] opens nothing to pages of other origins: no CORS, also when asked beforehand', async () => {
    for (const { path } of world.operations) {
      const { headers } = await world.server.http.inject({
        method: 'OPTIONS',
        url: path.replace(/\{[^}]+\}/g, randomUUID()),
        headers: {
          origin: 'https://evil.example',
          'access-control-request-method': 'PUT',
          'access-control-request-headers': 'authorization',
        },
      });
      expect([path, Object.keys(headers).filter((name) => name.startsWith('access-control-'))]).toEqual([path, []]);
    }
  });

  it('[US-1] sets a session cookie that no script reads, no other host gets and no other site sends', async () => {
    const { headers } = await world.server.anyone.post('/users/sign-in', {
      email: world.learner.caller.email,
      password: 'correct horse battery',
    });
    const cookie = String(headers['set-cookie']);
    expect(cookie).toMatch(/^__Host-haversack=/);
    for (const part of ['HttpOnly', 'Secure', 'SameSite=Strict', 'Path=/']) expect(cookie).toContain(part);
    expect(cookie).not.toContain('Domain');
  });
});
