import { PROBLEM_CONTENT_TYPE, SERVER_HEADER } from '@haversack/contract';
import Type from 'typebox';
import { type ApiResult, classifyReply, createApiClient, withQuery } from './api-client.ts';
import { backoffDelayMs, BACKOFF_CAP_MS, isWaitOver } from './backoff.ts';
import { type HttpReply, type HttpRequest, TransportError } from './models.ts';

const Answer = Type.Object({ word: Type.String() });
const ours = { [SERVER_HEADER]: 'feed', 'content-type': 'application/json; charset=utf-8' };

function reply(status: number, body: unknown, headers: Record<string, string> = ours): HttpReply {
  return { status, headers, body: new TextEncoder().encode(typeof body === 'string' ? body : JSON.stringify(body)) };
}
const problem = (status: number, code = 'x'): HttpReply =>
  reply(status, { type: 'about:blank', title: 'No', status, code }, { ...ours, 'content-type': PROBLEM_CONTENT_TYPE });
const kindOf = (result: HttpReply): ApiResult<unknown>['kind'] => classifyReply(result, Answer).kind;

describe('[OB-5] a reply is told apart by its kind', () => {
  it.each([
    ['a promised answer', reply(200, { word: 'hi' }), 'ok'],
    ['a captive portal’s 200', reply(200, '<html>', { 'content-type': 'text/html' }), 'not_ours'],
    ['a portal that says JSON', reply(200, { word: 'hi' }, { 'content-type': 'application/json' }), 'not_ours'],
    ['our header with a page', reply(200, '<html>', { ...ours, 'content-type': 'text/html' }), 'not_ours'],
    ['an answer cut half-way', reply(200, '{"word":"h'), 'not_ours'],
    ['an answer of another shape', reply(200, { other: 1 }), 'not_ours'],
    ['a redirect', reply(302, ''), 'not_ours'],
    ['a CDN’s 404', reply(404, 'Not Found', { 'content-type': 'text/html' }), 'not_ours'],
    ['a proxy’s 401', reply(401, '', {}), 'not_ours'],
    ['our 401', problem(401, 'unauthenticated'), 'sign_in'],
    ['our 404', problem(404, 'not_found'), 'refused'],
    ['our 422', problem(422, 'invalid_body'), 'refused'],
    ['a 4xx of ours without a problem', reply(422, { word: 'hi' }), 'not_ours'],
    ['408', problem(408), 'try_later'],
    ['425', problem(425), 'try_later'],
    ['429', problem(429), 'try_later'],
    ['500', problem(500), 'try_later'],
    ['a proxy’s 502', reply(502, '<html>', {}), 'try_later'],
  ])('%s', (_, given, kind) => expect(kindOf(given)).toBe(kind));

  it.each([
    ['30', 30_000],
    ['0', 0],
    ['999999', 3_600_000],
    ['-1', null],
    ['Wed, 21 Oct 2026 07:28:00 GMT', null],
    [undefined, null],
  ])('[OB-4] honours Retry-After: %s', (header, retryAfterMs) => {
    const headers = header === undefined ? {} : { 'retry-after': header };
    expect(classifyReply(reply(503, '', headers), Answer)).toEqual({ kind: 'try_later', retryAfterMs, status: 503 });
  });

  it.each([
    ['offline', 'offline'],
    ['timeout', 'try_later'],
    ['cut', 'try_later'],
  ] as const)('a transport that fails with %s', async (reason, kind) => {
    const client = createApiClient({
      http: { send: () => Promise.reject(new TransportError(reason)) },
      identity: () => ({ token: null, personId: null }),
    });
    expect((await client.call({ method: 'GET', path: '/x', answer: Answer })).kind).toBe(kind);
  });

  it('is an error to the caller alone when the caller gave up', async () => {
    const client = createApiClient({
      http: { send: () => Promise.reject(new TransportError('aborted')) },
      identity: () => ({ token: null, personId: null }),
    });
    await expect(client.call({ method: 'GET', path: '/x', answer: Answer })).rejects.toThrow('aborted');
  });
});

it('[OC-5] says whose database the call comes from, and carries the token where there is one', async () => {
  const sent: HttpRequest[] = [];
  const http = { send: async (request: HttpRequest) => (sent.push(request), reply(200, { word: 'hi' })) };
  const phone = createApiClient({ http, identity: () => ({ token: 'secret', personId: 'ana' }) });
  const browser = createApiClient({ http, identity: () => ({ token: null, personId: 'ana' }) });
  await phone.call({ method: 'POST', path: '/x', body: { a: 1 }, answer: Answer, idempotencyKey: 'k' });
  await browser.call({ method: 'GET', path: '/x', answer: Answer });
  expect(sent[0]).toMatchObject({
    url: '/api/v1/x',
    body: '{"a":1}',
    headers: { authorization: 'Bearer secret', 'haversack-person': 'ana', 'idempotency-key': 'k' },
  });
  expect(sent[1]?.headers).toMatchObject({ 'haversack-person': 'ana' });
  expect(sent[1]?.headers).not.toHaveProperty('authorization');
});

it('[OB-4] backs off exponentially with jitter, up to five minutes', () => {
  expect([1, 2, 3, 20].map((failures) => backoffDelayMs(failures, 1))).toEqual([1_000, 2_000, 4_000, BACKOFF_CAP_MS]);
  expect(backoffDelayMs(20, 0.5)).toBe(BACKOFF_CAP_MS / 2);
  expect(backoffDelayMs(1, 0)).toBeGreaterThan(0);
});

it('[SY-6] no wait outlasts a clock that was set back', () => {
  expect(isWaitOver(50, 100, 200)).toBe(true);
  expect(isWaitOver(150, 100, 200)).toBe(false);
  expect(isWaitOver(200, 100, 200)).toBe(true);
});

it('leaves out of a query what is not there', () => {
  expect(withQuery('/x', { a: 1, b: null, c: 'é&' })).toBe('/x?a=1&c=%C3%A9%26');
  expect(withQuery('/x', { b: null })).toBe('/x');
});
