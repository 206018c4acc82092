import { setTimeout as pause } from 'node:timers/promises';
import type { SignedIn } from '@haversack/contract';
import { hash } from '@node-rs/argon2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Caller, PASSWORD, startTestServer, type TestServer } from '../../test/app.ts';
import { expectStatus } from '../../test/factories.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

const NEW_PASSWORD = 'another horse entirely';
const signIn = ({ email }: Caller, password = PASSWORD) => server.anyone.post<SignedIn>('/users/sign-in', { email, password });
const ask = async (token: string, node = server): Promise<number> =>
  (await node.anyone.get('/users/me', { authorization: `Bearer ${token}` })).status;
const keptHash = async ({ id }: Caller): Promise<string> =>
  (await server.pool.query<{ password: string }>('select password from accounts where user_id = $1', [id])).rows[0]?.password ??
  '';

describe('a password', () => {
  it('[US-2] that changes ends all other sessions: at once here, on another node after a minute', async () => {
    const person = await server.signUp();
    const other = expectStatus(await signIn(person), 200).token;
    const node = await server.startNode();
    try {
      expect([await ask(other), await ask(other, node)]).toEqual([200, 200]);
      const body = { current_password: PASSWORD, new_password: NEW_PASSWORD };
      expectStatus(await person.atOneNode.post('/users/me/password', body), 204);
      expect([await ask(other), await ask(person.token)]).toEqual([401, 200]);
      node.clock.offsetMs += 60_001;
      expect([await ask(other, node), await ask(person.token, node)]).toEqual([401, 200]);
      expect((await signIn(person)).status).toBe(401);
      expect((await signIn(person, NEW_PASSWORD)).status).toBe(200);
    } finally {
      await node.close();
    }
  });

  it('[US-2] changes only for who knows it, and is guessed at here no faster than at the door', async () => {
    const person = await server.signUp();
    const change = (current_password: string, new_password = NEW_PASSWORD) =>
      person.post('/users/me/password', { current_password, new_password });
    const wrong = await change('a guess');
    expect([wrong.status, wrong.body.code]).toEqual([403, 'wrong_password']);
    const short = await change(PASSWORD, 'short');
    expect([short.status, short.body.errors?.map(({ path }) => path)]).toEqual([422, ['/new_password']]);
    for (let tries = 0; tries < 9; tries += 1) await change('a guess');
    expect([(await change(PASSWORD)).status, (await signIn(person)).status]).toEqual([429, 429]);
  });

  it('[US-2] that changes while somebody signs in with the old one lets nobody in', async () => {
    const person = await server.signUp();
    const client = await server.pool.connect();
    try {
      await client.query('begin');
      await client.query('select 1 from users where id = $1 for update', [person.id]);
      const entering = signIn(person);
      await untilSomebodyWaits();
      await client.query('update accounts set password = $2 where user_id = $1', [person.id, await hash(NEW_PASSWORD)]);
      await client.query('delete from sessions where user_id = $1', [person.id]);
      await client.query('commit');
      expect((await entering).status).toBe(401);
      const { rows } = await server.pool.query('select 1 from sessions where user_id = $1', [person.id]);
      expect(rows).toEqual([]);
    } finally {
      client.release();
    }
  });

  it('[US-2] whose account goes while somebody signs in lets nobody in', async () => {
    const person = await server.signUp();
    const client = await server.pool.connect();
    try {
      await client.query('begin');
      await client.query('select 1 from users where id = $1 for update', [person.id]);
      const entering = signIn(person);
      await untilSomebodyWaits();
      await client.query('delete from learner_feeds where user_id = $1', [person.id]);
      await client.query('delete from users where id = $1', [person.id]);
      await client.query('commit');
      expect((await entering).status).toBe(401);
    } finally {
      client.release();
    }
  });

  it('[US-2] is hashed anew at the next sign-in when the parameters have risen', async () => {
    const person = await server.signUp();
    const old = await hash(PASSWORD, { memoryCost: 8_192, timeCost: 1, parallelism: 1 });
    await server.pool.query('update accounts set password = $2 where user_id = $1', [person.id, old]);
    expect((await signIn(person, 'a guess')).status).toBe(401);
    expect(await keptHash(person)).toBe(old);
    expect((await signIn(person)).status).toBe(200);
    const fresh = await keptHash(person);
    expect(fresh).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect((await signIn(person)).status).toBe(200);
    expect(await keptHash(person)).toBe(fresh);
  });

  it('[US-2] of the publisher that is set anew ends the sessions of the old one', async () => {
    const publisher = await server.signUp('publisher');
    await server.users.ensurePublisher({ email: publisher.email, password: PASSWORD });
    expect(await ask(publisher.token)).toBe(200);
    await server.users.ensurePublisher({ email: publisher.email, password: NEW_PASSWORD });
    expect([await ask(publisher.token), (await signIn(publisher, NEW_PASSWORD)).status]).toEqual([401, 200]);
  });
});

describe('a session', () => {
  it('[US-2] ends by itself when it is not used, and is put off when it is', async () => {
    const [idle, used] = [await server.signUp(), await server.signUp()];
    const end = (person: Caller, when: string) =>
      server.pool.query(`update sessions set expires_at = now() + $2::interval where user_id = $1`, [person.id, when]);
    await end(idle, '-1 second');
    await end(used, '1 day');
    expect([await ask(idle.token), await ask(used.token)]).toEqual([401, 200]);
    const { rows } = await server.pool.query(
      `select 1 from sessions where user_id = $1 and expires_at > now() + interval '399 days'`,
      [used.id],
    );
    expect(rows).toHaveLength(1);
  });

  it('[US-2] that has ended is cleared away, with what was counted of sign-ins long ago', async () => {
    const [idle, other] = [await server.signUp(), await server.signUp()];
    await server.pool.query(`update sessions set expires_at = now() - interval '1 second' where user_id = $1`, [idle.id]);
    await server.pool.query(`insert into throttles values ('pair:old', 3, 1)`);
    server.clock.offsetMs += 61 * 60_000;
    expect((await signIn(other)).status).toBe(200);
    const left = async (): Promise<number> =>
      (
        await server.pool.query(
          `select 1 from sessions where user_id = $1 union all select 1 from throttles where key = 'pair:old'`,
          [idle.id],
        )
      ).rows.length;
    for (let tries = 0; tries < 100 && (await left()) > 0; tries += 1) await pause(20);
    expect(await left()).toBe(0);
  });
});

async function untilSomebodyWaits(): Promise<void> {
  for (let tries = 0; tries < 500; tries += 1) {
    const { rows } = await server.pool.query(
      `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    );
    if (rows.length > 0) return;
    await pause(10);
  }
  throw new Error('nobody waits for the lock');
}
