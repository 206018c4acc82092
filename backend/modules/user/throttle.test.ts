import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Caller, PASSWORD, startTestServer, type TestServer } from '../../test/app.ts';

let server: TestServer;
let proxied: TestServer;
beforeAll(async () => {
  server = await startTestServer();
  proxied = await server.startNode({ trustProxy: 1 });
});
afterAll(async () => {
  await proxied.close();
  await server.close();
});

interface Guess {
  email: string;
  password?: string;
  from?: string;
  forwarded?: string;
  node?: TestServer;
}
async function signIn({ email, password = 'a guess', from = '192.0.2.1', forwarded, node = server }: Guess): Promise<number> {
  const answer = await node.http.inject({
    method: 'POST',
    url: '/api/v1/users/sign-in',
    remoteAddress: from,
    headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
    payload: { email, password },
  });
  return answer.statusCode;
}

/** Guesses ten times, each in another disguise; then what an eleventh one, with the right password, is told. */
async function passesAfterTen(
  { email }: Caller,
  disguise: (nth: number) => Omit<Guess, 'email'> & { email?: string },
): Promise<number> {
  for (let nth = 0; nth < 10; nth += 1) await signIn({ email, ...disguise(nth) });
  return signIn({ email, ...disguise(10), password: PASSWORD });
}

describe('guessing', () => {
  it('[US-2] is counted for one account, however its e-mail is written', async () => {
    const spellings = (email: string): string[] => [
      email,
      email.toUpperCase(),
      email.replace('l', 'ｌ'),
      email.replace('@', '＠'),
      email.replace('e', 'ℯ'),
    ];
    const person = await server.signUp();
    for (let nth = 0; nth < 10; nth += 1) await signIn({ email: spellings(person.email)[nth % 5] ?? '' });
    expect(await signIn({ email: person.email, password: PASSWORD })).toBe(429);
  });

  it('[US-2] is counted for one address, whatever the client writes into X-Forwarded-For', async () => {
    const forged = (nth: number): string => `10.0.0.${nth}, 10.1.0.${nth}`;
    const direct = await server.signUp();
    expect(await passesAfterTen(direct, (nth) => ({ forwarded: forged(nth) }))).toBe(429);
    const behind = await server.signUp();
    expect(await passesAfterTen(behind, (nth) => ({ node: proxied, forwarded: `${forged(nth)}, 198.51.100.7` }))).toBe(429);
    // What the proxy itself says is believed: somebody else behind it is somebody else.
    const right = { email: behind.email, password: PASSWORD };
    expect(await signIn({ ...right, node: proxied, forwarded: '10.0.0.1, 198.51.100.8' })).toBe(200);
  });

  it('[US-2] is counted for one household, which has a whole /64 of IPv6 addresses', async () => {
    const person = await server.signUp();
    expect(await passesAfterTen(person, (nth) => ({ from: `2001:db8:0:7::${nth.toString(16)}` }))).toBe(429);
    expect(await signIn({ email: person.email, password: PASSWORD, from: '2001:db8:0:8::1' })).toBe(200);
  });

  it('[US-2] is counted over all nodes together', async () => {
    const person = await server.signUp();
    expect(await passesAfterTen(person, (nth) => ({ node: nth % 2 === 0 ? proxied : server }))).toBe(429);
  });

  it('[US-2] that comes from everywhere bars strangers, not the owner where they have been before; and nobody for ever', async () => {
    const person = await server.signUp();
    const right = { email: person.email, password: PASSWORD };
    expect(await signIn({ ...right, from: '203.0.113.1' })).toBe(200);
    await signIn({ email: person.email, from: '203.0.113.2' });
    await server.pool.query(`update throttles set points = 100 where key like 'account:%'`);
    expect(await signIn({ email: person.email, from: '203.0.113.3' })).toBe(429);
    expect(await signIn({ ...right, from: '203.0.113.4' })).toBe(429);
    expect(await signIn({ ...right, from: '203.0.113.1' })).toBe(200);
    // Who goes on guessing does not put the end off.
    const ends = () =>
      server.pool.query<{ expire: number }>(`select max(expire) as expire from throttles where key like 'account:%'`);
    const before = (await ends()).rows;
    await signIn({ email: person.email, from: '203.0.113.5' });
    expect((await ends()).rows).toEqual(before);
    await server.pool.query(`update throttles set expire = 0 where key not like 'known:%'`);
    expect(await signIn({ ...right, from: '203.0.113.4' })).toBe(200);
  });

  it('[US-2] is counted under keys that name nobody', async () => {
    const person = await server.signUp();
    await signIn({ email: person.email, from: '203.0.113.77' });
    const { rows } = await server.pool.query<{ key: string }>('select key from throttles');
    expect(rows.length).toBeGreaterThan(0);
    for (const { key } of rows) expect(key).toMatch(/^(sign-up|address|account|pair|known):[0-9a-f]{32}(:[0-9a-f]{32})?$/);
  });

  it('[US-2] tells by its time as little as by its words whether there is such an account', async () => {
    const known = (await server.signUp()).email;
    const times = { known: [] as number[], unknown: [] as number[] };
    for (let round = 0; round < 9; round += 1) {
      for (const [kind, email] of [
        ['known', known],
        ['unknown', `${randomUUID()}@example.org`],
      ] as const) {
        const start = performance.now();
        expect(await signIn({ email, from: `198.51.100.${round}` })).toBe(401);
        times[kind].push(performance.now() - start);
      }
    }
    const ratio = median(times.unknown) / median(times.known);
    expect(ratio).toBeGreaterThan(0.5);
    expect(ratio).toBeLessThan(2);
  });
});

const median = (values: number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
