import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import type { UnitSyncResponse } from '@haversack/contract';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Caller, startTestServer, type TestServer } from '../../test/app.ts';
import { expectStatus, makeUnit, publish, Replica, uploadAssets } from '../../test/factories.ts';
import { statementsOf } from '../../test/statements.ts';

let server: TestServer;
let publisher: Caller;
let learner: Caller;

beforeAll(async () => {
  // Counted at one node, whose memory is part of what is looked at.
  server = await startTestServer({}, { nodes: 1 });
  publisher = await server.signUp('publisher');
  learner = await server.signUp();
  await uploadAssets(publisher);
});
afterAll(() => server.close());

/** As many more units, by copying one that was published: documents, parts and all. */
async function copyUnits(templateId: string, count: number): Promise<void> {
  await server.pool.query(
    `with moved as (update feed set head = greatest(clock_timestamp(), head) + $2 * interval '2 milliseconds' returning head),
     made as (
       insert into units (id, owner_id, is_global, version, content_hash, full_bytes, summary_bytes, updated_at)
       select gen_random_uuid(), u.owner_id, true, 1, u.content_hash, 100, 100, moved.head - n * interval '1 millisecond'
         from units u, moved, generate_series(0, $2::int - 1) n where u.id = $1 returning id)
     insert into unit_versions (unit_id, version, full_document, summary_document, exercises, published_at)
       select made.id, 1, replace(v.full_document, $1::text, made.id::text), replace(v.summary_document, $1::text, made.id::text),
              v.exercises, v.published_at
         from unit_versions v, made where v.unit_id = $1 and v.version = 1`,
    [templateId, count],
  );
}

/** As a node joins, in a transaction that is still open. */
async function joinSlowly(client: pg.PoolClient, personId: string, unitId: string): Promise<void> {
  await client.query('select pg_advisory_xact_lock(4827161, hashtext($1::uuid::text))', [personId]);
  await client.query(
    `with stamped as (update learner_feeds set head = greatest(head, (select head from feed)) + interval '1 microsecond'
                       where user_id = $1 returning head)
     insert into my_units (user_id, unit_id, joined, changed_at) select $1, $2, true, head from stamped`,
    [personId, unitId],
  );
}

describe('what a pull costs', () => {
  it('[CT-9] [CT-7] the same number of statements for 1, 10 and 500 units, for learners and publishers; one when others asked before', async () => {
    const template = await publish(publisher, makeUnit({ withAssets: true }));
    for (const payload of ['full', 'summary']) {
      const counts = new Map<string, number[]>();
      for (const units of [1, 10, 500]) {
        const end = new Replica(learner);
        await end.pull(500);
        await copyUnits(template.id, units);
        const since = `/content/units/sync?since=${end.cursor ?? ''}`;
        // Written behind the node's back, so it hears of them by looking.
        await expect
          .poll(async () => (await learner.get<UnitSyncResponse>(`${since}&limit=1`)).body.units.length, { timeout: 5_000 })
          .toBe(1);
        const path = `${since}&limit=500&include_deleted=true&payload=${payload}`;
        for (const [who, caller] of [
          ['first learner', learner],
          ['publisher', publisher],
          ['next learner', await server.signUp()],
        ] as const) {
          // Who they are is looked up once a minute, not on each pull.
          await caller.get('/users/me');
          const answers: UnitSyncResponse[] = [];
          const statements = await statementsOf(async () => {
            answers.push(expectStatus(await caller.get<UnitSyncResponse>(path), 200));
          });
          expect([who, answers[0]?.units.length, answers[0]?.has_more]).toEqual([who, units, false]);
          expect(answers[0]?.units.every((unit) => unit.assets.every((asset) => asset.url.includes('signature=')))).toBe(true);
          // Whether the head is in memory is a matter of when the node last looked.
          const most = statements.filter((text) => !/^select f.feed_id as "feedId", to_char\(greatest/.test(text));
          counts.set(who, [...(counts.get(who) ?? []), most.length]);
        }
      }
      // The shared part, the learner's own and the documents; an author's page is read by itself, in a transaction with a lock.
      for (const count of counts.get('first learner') ?? []) expect(count).toBeLessThanOrEqual(3);
      for (const count of counts.get('publisher') ?? []) expect(count).toBeLessThanOrEqual(6);
      // One, and a look at the head where the last one is more than a second old.
      for (const count of counts.get('next learner') ?? []) expect(count).toBeLessThanOrEqual(2);
    }
  });

  it(
    '[CT-9] [CT-2] learners who ask at once are asked about together, each is told their own, and one who is just joining is waited for',
    { timeout: 120_000 },
    async () => {
      const end = new Replica(learner);
      await end.pull(500);
      const unit = await publish(publisher, makeUnit());
      const learners = await Promise.all(Array.from({ length: 20 }, () => server.signUp()));
      const [first, second, joiner] = learners;
      if (first === undefined || second === undefined || joiner === undefined) throw new Error('nobody is here');
      expectStatus(await joiner.put(`/content/my-units/${unit.id}`), 204);
      const path = `/content/units/sync?payload=summary&since=${end.cursor ?? ''}`;
      for (const one of learners) await one.get('/users/me');
      await learner.get(path);
      const joining = await server.pool.connect();
      await joining.query('begin');
      for (const one of [first, second]) await joinSlowly(joining, one.id, unit.id);
      const statements = await statementsOf(async () => {
        // The first two hold up the queries for them, until everybody has asked.
        const asking = Promise.all(learners.map((one) => one.get<UnitSyncResponse>(path)));
        await new Promise((resolve) => setTimeout(resolve, 1_500));
        await joining.query('commit');
        const mine = (await asking).map(({ body }) => body.units.filter((one) => one.in_my_units).map(({ id }) => id));
        expect(mine).toEqual(learners.map((one) => ([first, second, joiner].includes(one) ? [unit.id] : [])));
      });
      joining.release();
      expect(statements.filter((text) => text.includes('learner_since(')).length).toBeLessThanOrEqual(6);
    },
  );

  it('[CT-9] a page is the same bytes plain and compressed, and is put together once for all', async () => {
    for (let count = 0; count < 5; count += 1)
      await publish(publisher, makeUnit({ withAssets: true, title: `Größe ${count} 水` }));
    const path = '/content/units/sync?limit=20';
    const withoutTime = (text: string): string => text.replace(/"server_time":"[^"]*"/, '');
    const plain = await learner.get<UnitSyncResponse>(path);
    const text = withoutTime(plain.raw.toString());
    expect(plain.raw.length).toBe(Number(plain.headers['content-length']));
    const ask = (headers: Record<string, string>, method: 'GET' | 'HEAD' = 'GET') =>
      server.http.inject({ method, url: `/api/v1${path}`, headers: { authorization: `Bearer ${learner.token}`, ...headers } });
    const unzip = { gzip: gunzipSync, br: brotliDecompressSync } as const;
    for (const [accepted, used] of [
      ['gzip', 'gzip'],
      ['br, gzip, deflate', 'gzip'],
      ['br', 'br'],
      ['gzip;q=0, br', 'br'],
    ] as const) {
      const answer = await ask({ 'accept-encoding': accepted });
      expect([accepted, answer.headers['content-encoding'], answer.headers['vary']]).toEqual([accepted, used, 'accept-encoding']);
      expect(withoutTime(unzip[used](answer.rawPayload).toString())).toBe(text);
      expect(answer.headers['content-security-policy']).toBe(plain.headers['content-security-policy']);
    }
    const head = await ask({}, 'HEAD');
    expect([head.statusCode, head.rawPayload.length]).toEqual([200, 0]);
  });

  it('[CT-7] addresses in a page that others were given are made anew as time goes on', async () => {
    await publish(publisher, makeUnit({ withAssets: true }));
    const first = expectStatus(await learner.get<UnitSyncResponse>('/content/units/sync?limit=500'), 200).units.at(-1)?.assets[0];
    server.clock.offsetMs += 61_000;
    const later = expectStatus(await learner.get<UnitSyncResponse>('/content/units/sync?limit=500'), 200).units.at(-1)?.assets[0];
    expect(Date.parse(later?.url_expires_at ?? '')).toBe(Date.parse(first?.url_expires_at ?? '') + 60_000);
    expect((await server.http.inject({ url: later?.url ?? '' })).statusCode).toBe(200);
  });
});
