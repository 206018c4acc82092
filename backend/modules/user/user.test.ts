import { randomUUID } from 'node:crypto';
import type { Me, SignedIn } from '@haversack/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PASSWORD, startTestServer, type TestServer } from '../../test/app.ts';
import { expectStatus } from '../../test/factories.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

const newEmail = (): string => `Somebody.${randomUUID()}@Example.org`;
const signUp = (email: string, more: object = {}) =>
  server.anyone.post<SignedIn & { code: string; errors: { path: string }[] }>('/users/sign-up', {
    email,
    password: PASSWORD,
    name: 'Some Body',
    ...more,
  });
const signIn = (email: string, password = PASSWORD, headers: Record<string, string> = {}) =>
  server.anyone.post<SignedIn & { code: string }>('/users/sign-in', { email, password }, headers);

describe('accounts', () => {
  it('signs up, in and out; the e-mail is the same however it is written', async () => {
    const email = newEmail();
    const made = expectStatus(await signUp(email), 201);
    expect(made.user).toMatchObject({ email: email.toLowerCase(), name: 'Some Body', role: 'learner' });
    expect(Buffer.from(made.seal_key, 'base64')).toHaveLength(32);
    const again = await signUp(email.toUpperCase());
    expect([again.status, again.body.code]).toEqual([409, 'email_taken']);
    const entered = expectStatus(await signIn(email.toUpperCase()), 200);
    expect([entered.seal_key, entered.user.id]).toEqual([made.seal_key, made.user.id]);
    expect(entered.token).not.toBe(made.token);
  });

  it('two who take one e-mail at once: one gets it', async () => {
    const email = newEmail();
    const answers = await Promise.all([signUp(email), signUp(email), signUp(email)]);
    expect(answers.map((answer) => answer.status).sort()).toEqual([201, 409, 409]);
  });

  it('names what is wrong with a sign-up, and says nothing of which half of a sign-in was', async () => {
    for (const [more, path] of [
      [{ email: 'nobody' }, '/email'],
      [{ email: 'no body@example.org' }, '/email'],
      [{ email: 'a@b' }, '/email'],
      [{ password: 'short' }, '/password'],
      [{ name: '  ' }, '/name'],
      [{ name: 'a\u0000b' }, '/name'],
      [{ role: 'publisher' }, '/role'],
    ] as const) {
      const answer = await signUp(newEmail(), more);
      expect([answer.status, answer.body.errors?.map((error) => error.path)]).toEqual([422, [path]]);
    }
    const email = newEmail();
    await signUp(email);
    const [wrong, unknown] = [await signIn(email, 'wrong password'), await signIn(newEmail(), 'wrong password')];
    expect([wrong.status, wrong.body.code]).toEqual([401, 'invalid_credentials']);
    expect({ ...unknown.body, request_id: '' }).toEqual({ ...wrong.body, request_id: '' });
  });

  it('[US-2] keeps passwords as argon2id, and of tokens only their hash', async () => {
    const email = newEmail();
    const { token, user } = expectStatus(await signUp(email), 201);
    const { rows } = await server.pool.query<{ password: string }>('select password from accounts where user_id = $1', [user.id]);
    expect(rows[0]?.password).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    const found = await server.pool.query('select 1 from sessions where token = $1', [token]);
    expect(found.rowCount).toBe(0);
  });

  it('[US-2] slows guessing down by account and address, and lets others in', async () => {
    const email = newEmail();
    await signUp(email);
    for (let tries = 0; tries < 10; tries += 1) expect((await signIn(email, `guess ${tries}`)).status).toBe(401);
    const barred = await signIn(email.toUpperCase());
    expect([barred.status, barred.body.code]).toEqual([429, 'rate_limited']);
    expect(Number(barred.headers['retry-after'])).toBeGreaterThan(0);
    const other = newEmail();
    await signUp(other);
    expect((await signIn(other)).status).toBe(200);
  });

  it('[US-2] slows sign-ups from one address down', async () => {
    const strict = await startTestServer({ signUpsPerHourPerAddress: 2 });
    try {
      const statuses: number[] = [];
      for (let tries = 0; tries < 3; tries += 1) {
        const answer = await strict.anyone.post('/users/sign-up', { email: newEmail(), password: PASSWORD, name: 'A' });
        statuses.push(answer.status);
      }
      expect(statuses).toEqual([201, 201, 429]);
    } finally {
      await strict.close();
    }
  });

  it('[US-2] a token is dead at once where it was signed out, and on another node after a minute', async () => {
    const somebody = await server.signUp();
    const node = await server.startNode();
    try {
      const askNode = async () =>
        (await node.http.inject({ url: '/api/v1/users/me', headers: { authorization: `Bearer ${somebody.token}` } })).statusCode;
      expect(await askNode()).toBe(200);
      expect((await somebody.post('/users/sign-out')).status).toBe(204);
      expect((await somebody.get('/users/me')).status).toBe(401);
      node.clock.offsetMs += 60_001;
      expect(await askNode()).toBe(401);
    } finally {
      await node.close();
    }
  });
});

describe('who is asking', () => {
  it('[US-1] is read from the token alone', async () => {
    const [one, other] = [await server.signUp(), await server.signUp()];
    expect(expectStatus(await one.get<Me>('/users/me'), 200).user.id).toBe(one.id);
    expect((await one.get(`/users/me?user_id=${other.id}`)).status).toBe(400);
    expect((await one.get(`/learning_session/events?user_id=${other.id}`)).status).toBe(400);
    for (const authorization of ['', 'Bearer', 'Bearer ', 'Bearer x', `Basic ${one.token}`, `Bearer ${one.token}x`, one.token]) {
      const answer = await server.anyone.get('/users/me', { authorization });
      expect([answer.status, answer.body.code]).toEqual([401, 'unauthenticated']);
    }
    const mismatch = await one.get('/users/me', { 'haversack-person': other.id });
    expect([mismatch.status, mismatch.body.code]).toEqual([401, 'wrong_person']);
    expect((await one.get('/users/me', { 'haversack-person': one.id })).status).toBe(200);
  });

  it('[US-1] the browser’s cookie: locked away from scripts, and for writes only from our own pages', async () => {
    const email = newEmail();
    const made = await signUp(email);
    const cookie = String(made.headers['set-cookie']);
    for (const part of ['__Host-haversack=', 'Path=/', 'HttpOnly', 'Secure', 'SameSite=Strict']) expect(cookie).toContain(part);
    const carry = { cookie: cookie.split(';')[0] ?? '' };
    expect((await server.anyone.get('/users/me', carry)).status).toBe(200);
    const push = (headers: Record<string, string>) =>
      server.anyone.post('/learning_session/events', { items: [] }, { ...carry, host: 'learn.example', ...headers });
    expect((await push({})).status).toBe(403);
    for (const origin of ['https://evil.example', 'null', 'https://learn.example.evil', 'https://learn.example:8443']) {
      expect((await push({ origin })).status).toBe(403);
    }
    expect((await push({ origin: 'https://learn.example' })).status).toBe(200);
    const other = await server.signUp();
    const both = await server.anyone.get<Me>('/users/me', { ...carry, authorization: `Bearer ${other.token}` });
    expect(both.body.user.id).toBe(other.id);
    expect((await signIn(email, PASSWORD, { origin: 'https://evil.example', host: 'learn.example' })).status).toBe(403);
    const out = await server.anyone.post('/users/sign-out', undefined, {
      ...carry,
      host: 'learn.example',
      origin: 'http://learn.example',
    });
    expect([out.status, String(out.headers['set-cookie'])]).toEqual([204, expect.stringContaining('__Host-haversack=;')]);
    expect((await server.anyone.get('/users/me', carry)).status).toBe(401);
  });
});
