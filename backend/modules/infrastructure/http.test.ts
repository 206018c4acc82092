import { connect } from 'node:net';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { Problem } from '@haversack/contract';
import { Value } from 'typebox/value';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Caller, PASSWORD, startTestServer, type TestServer } from '../../test/app.ts';
import { makeUnit, publish } from '../../test/factories.ts';

let server: TestServer;
let learner: Caller;
let publisher: Caller;
let webDir: string;

beforeAll(async () => {
  webDir = await mkdtemp(join(tmpdir(), 'haversack-web-'));
  await mkdir(join(webDir, '_expo/static/js'), { recursive: true });
  await writeFile(join(webDir, 'index.html'), '<!doctype html><title>Haversack</title>');
  await writeFile(join(webDir, 'sw.js'), '// the worker');
  await writeFile(join(webDir, 'sqlite3.wasm'), Buffer.from([0, 0x61, 0x73, 0x6d]));
  await writeFile(join(webDir, '_expo/static/js/entry-abc.js'), '1');
  server = await startTestServer({ webDir });
  [learner, publisher] = await Promise.all([server.signUp(), server.signUp('publisher')]);
});
afterAll(async () => {
  await server.close();
  await rm(webDir, { recursive: true });
});

describe('every answer', () => {
  it('[SE-4] carries the security headers, errors and files included', async () => {
    const paths = [
      '/',
      '/sw.js',
      '/nothing.js',
      '/units/123',
      '/api/v1/health',
      '/api/v1/users/me',
      '/api/nothing',
      '/docs',
      '/docs/',
      '/docs/static/index.css',
      '/%ff',
      '/api/v1/openapi.json',
    ];
    for (const url of paths) {
      const { headers } = await server.http.inject({ url });
      expect([url, headers['content-security-policy']]).toEqual([url, expect.stringContaining("default-src 'self'")]);
      expect(headers['content-security-policy']).toContain("script-src 'self' 'wasm-unsafe-eval';");
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'no-referrer',
      });
      if (url.startsWith('/api/')) expect(headers['haversack-server']).toMatch(/^[0-9a-f-]{36}$/);
    }
  });

  it('[SE-2] that refuses is a problem with a request id, and tells nothing of the inside', async () => {
    const post = (payload: string, headers: Record<string, string> = {}) =>
      server.http.inject({
        method: 'POST',
        url: '/api/v1/users/sign-in',
        payload,
        headers: { 'content-type': 'application/json', ...headers },
      });
    const answers = [
      [404, await server.http.inject({ url: '/api/v1/nothing' })],
      [404, await server.http.inject({ url: '/api' })],
      [404, await server.http.inject({ url: '/api/v1/content/units/../../../etc/passwd' })],
      [401, await server.http.inject({ url: '/api/v1/users/me' })],
      [405, await server.http.inject({ method: 'PUT', url: '/api/v1/users/me' })],
      [405, await server.http.inject({ method: 'OPTIONS', url: '/api/v1/health' })],
      [422, await post('{"a":')],
      [422, await post('{"__proto__":{"x":1},"email":"a@b.c","password":"x"}')],
      [422, await post('')],
      [422, await post('[]')],
      [422, await post('['.repeat(50_000) + ']'.repeat(50_000))],
      [422, await post('{"email":"a\\u0000@b.c","password":"x"}')],
      [415, await post('email=a', { 'content-type': 'application/x-www-form-urlencoded' })],
      [415, await post('{}', { 'content-encoding': 'gzip' })],
      [413, await post(`"${'x'.repeat(300_000)}"`)],
      [400, await server.http.inject({ url: '/api/v1/health?verbose=1' })],
      [
        400,
        await server.http.inject({
          url: '/api/v1/content/units/sync?limit=0',
          headers: { authorization: `Bearer ${learner.token}` },
        }),
      ],
      [
        400,
        await server.http.inject({
          url: '/api/v1/content/units/sync?limit=1&limit=2',
          headers: { authorization: `Bearer ${learner.token}` },
        }),
      ],
      [
        400,
        await server.http.inject({
          url: '/api/v1/content/units/sync?include_deleted=maybe',
          headers: { authorization: `Bearer ${learner.token}` },
        }),
      ],
      [
        404,
        await server.http.inject({
          url: '/api/v1/content/units/not-an-id',
          headers: { authorization: `Bearer ${learner.token}` },
        }),
      ],
    ] as const;
    for (const [status, answer] of answers) {
      expect([answer.statusCode, answer.payload]).toEqual([status, expect.any(String)]);
      expect(answer.headers['content-type']).toContain('application/problem+json');
      const problem = answer.json<Problem>();
      expect(Value.Check(Problem, problem)).toBe(true);
      expect([problem.status, problem.request_id]).toEqual([status, expect.stringMatching(/^[0-9a-f-]{36}$/)]);
      expect(answer.payload).not.toMatch(/node_modules|\.ts|select |at [A-Z]/);
    }
    expect(answers[4][1].headers['allow']).toBe('GET, HEAD');
  });

  it('[SE-2] to what is not HTTP is a problem too', async () => {
    await server.http.listen({ port: 0, host: '127.0.0.1' });
    const socket = connect((server.http.server.address() as AddressInfo).port, '127.0.0.1');
    socket.write('NOT HTTP AT ALL\r\n\r\n');
    const chunks: Buffer[] = [];
    for await (const chunk of socket) chunks.push(chunk as Buffer);
    const said = Buffer.concat(chunks).toString();
    expect(said).toMatch(/^HTTP\/1\.1 400 /);
    expect(said).toContain('application/problem+json');
    expect(said.toLowerCase()).toContain('haversack-server: ');
  });

  it('[SE-2] is read by who sent far too much, instead of a broken connection', async () => {
    if (!server.http.server.listening) await server.http.listen({ port: 0, host: '127.0.0.1' });
    const { port } = server.http.server.address() as AddressInfo;
    const answer = await fetch(`http://127.0.0.1:${port}/api/v1/content/units/${randomUUID()}`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${publisher.token}`, 'content-type': 'application/json', 'idempotency-key': 'k' },
      body: 'x'.repeat(12 * 1024 * 1024),
    });
    expect([answer.status, ((await answer.json()) as Problem).code]).toEqual([413, 'payload_too_large']);
  });

  it('[SE-4] is ours also where there is no Host, an unknown Expect, or an address in the form for proxies', async () => {
    if (!server.http.server.listening) await server.http.listen({ port: 0, host: '127.0.0.1' });
    const { port } = server.http.server.address() as AddressInfo;
    for (const head of ['GET /api/v1/health HTTP/1.1', 'GET http://x.example/api/v1/health HTTP/1.1\r\nExpect: much']) {
      const socket = connect(port, '127.0.0.1');
      socket.write(`${head}\r\nConnection: close\r\n\r\n`);
      const chunks: Buffer[] = [];
      for await (const chunk of socket) chunks.push(chunk as Buffer);
      const said = Buffer.concat(chunks).toString().toLowerCase();
      expect(said).toMatch(/^http\/1\.1 200 /);
      expect(said).toContain('haversack-server: ');
    }
  });

  it('[OB-2] to a keyed write bears the key, whatever the write', async () => {
    const key = { 'idempotency-key': randomUUID() };
    const answers = [
      await server.anyone.post('/users/sign-up', { email: `${randomUUID()}@x.org`, password: PASSWORD, name: 'N' }, key),
      await learner.post('/content/assets/sign', { asset_ids: [] }, key),
      await learner.post('/learning_session/events', { items: [] }, key),
    ];
    for (const { status, headers } of answers)
      expect([status < 300, headers['idempotency-key']]).toEqual([true, key['idempotency-key']]);
    expect((await learner.get('/users/me', key)).headers['idempotency-key']).toBeUndefined();
  });

  it('is compressed where the caller takes it', async () => {
    for (let count = 0; count < 3; count += 1) await publish(publisher, makeUnit());
    const answer = await server.http.inject({
      url: '/api/v1/content/units/sync',
      headers: { authorization: `Bearer ${learner.token}`, 'accept-encoding': 'gzip' },
    });
    expect(answer.headers['content-encoding']).toBe('gzip');
    expect(JSON.parse(gunzipSync(answer.rawPayload).toString())).toMatchObject({ has_more: false });
  });

  it('[SE-3] leaves nothing in the logs that names a person or opens a door', async () => {
    const canary = `canary${randomUUID().replaceAll('-', '')}`;
    const email = `${canary}@example.org`;
    const signed = await server.anyone.post<{ token: string }>('/users/sign-up', {
      email,
      password: `${canary} password`,
      name: canary,
    });
    await server.anyone.post('/users/sign-up', { email, password: PASSWORD, name: canary });
    await server.anyone.post('/users/sign-in', { email, password: canary });
    await server.anyone.get(`/objects/${'a'.repeat(64)}?type=image/png&expires=1&signature=${canary}`);
    await server.anyone.get(`/content/units/sync?since=${canary}`, {
      authorization: `Bearer ${signed.body.token}`,
      cookie: `x=${canary}`,
    });
    await server.anyone.post(
      '/learning_session/events',
      { items: [{ idempotency_key: canary, payload: { answer: canary } }] },
      { authorization: `Bearer ${signed.body.token}` },
    );
    await server.anyone.get(`/${canary}`);
    expect(server.logged.length).toBeGreaterThan(5);
    for (const line of server.logged) {
      expect(line).not.toContain(canary);
      expect(line).not.toContain(signed.body.token);
    }
  });
});

describe('the web app', () => {
  it('is served with its types, for every address of its own, and cached only where names change with content', async () => {
    const get = (url: string) => server.http.inject({ url });
    for (const url of ['/', '/units/123', '/deep/link?x=1', '/index.html']) {
      const page = await get(url);
      expect([url, page.statusCode, page.headers['cache-control']]).toEqual([url, 200, 'no-cache']);
      expect(page.headers['content-type']).toContain('text/html');
    }
    expect((await get('/sw.js')).headers).toMatchObject({
      'cache-control': 'no-cache',
      'content-type': expect.stringContaining('javascript') as string,
    });
    expect((await get('/sqlite3.wasm')).headers['content-type']).toBe('application/wasm');
    expect((await get('/_expo/static/js/entry-abc.js')).headers['cache-control']).toContain('immutable');
    expect((await get('/missing.js')).statusCode).toBe(404);
    for (const url of ['/..%2f..%2fetc/passwd', '/../../etc/passwd', '/%2e%2e/%2e%2e/etc/passwd']) {
      expect((await get(url)).payload).not.toContain('root:');
    }
  });
});

describe('operations', () => {
  it('health names each part', async () => {
    const answer = await server.anyone.get('/health');
    expect([answer.status, answer.body]).toEqual([
      200,
      { status: 'ok', version: expect.any(String) as string, database: 'ok', object_store: 'ok' },
    ]);
  });

  it('describes every route of the API in OpenAPI 3.1, made from the schemas that check', async () => {
    const { body } = await server.anyone.get<{ openapi: string; paths: Record<string, Record<string, unknown>> }>(
      '/openapi.json',
    );
    expect(body.openapi).toBe('3.1.0');
    const isOpen = (path: string): boolean => JSON.stringify(body.paths[path]).includes('"security":[]');
    expect(['/api/v1/health', '/api/v1/users/sign-in', '/api/v1/users/me'].map(isOpen)).toEqual([true, true, false]);
    const described = Object.entries(body.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(described.sort()).toEqual(
      [
        'DELETE /api/v1/content/my-units/{id}',
        'DELETE /api/v1/content/units/{id}',
        'GET /api/v1/content/units',
        'GET /api/v1/content/units/digest',
        'GET /api/v1/content/units/sync',
        'GET /api/v1/content/units/{id}',
        'GET /api/v1/content/units/{id}/versions',
        'GET /api/v1/health',
        'GET /api/v1/learning_session/events',
        'GET /api/v1/learning_session/progress',
        'GET /api/v1/objects/{object_id}',
        'GET /api/v1/users/me',
        'GET /api/v1/users/me/export',
        'POST /api/v1/content/assets/sign',
        'POST /api/v1/content/units/{id}/rollback',
        'POST /api/v1/learning_session/events',
        'POST /api/v1/users/me/delete',
        'POST /api/v1/users/me/password',
        'POST /api/v1/users/sign-in',
        'POST /api/v1/users/sign-out',
        'POST /api/v1/users/sign-up',
        'PUT /api/v1/content/my-units/{id}',
        'PUT /api/v1/content/units/{id}',
        'PUT /api/v1/objects/{object_id}',
      ].sort(),
    );
  });
});
