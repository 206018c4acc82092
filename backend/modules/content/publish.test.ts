import { randomUUID } from 'node:crypto';
import { type PublishUnitBody, type SignedAssets, Unit } from '@haversack/contract';
import { Value } from 'typebox/value';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Caller, startTestServer, type TestServer } from '../../test/app.ts';
import { expectStatus, makeLesson, makeUnit, PICTURE, publish, Replica, sha256Hex, uploadAssets } from '../../test/factories.ts';

let server: TestServer;
let publisher: Caller;
let rival: Caller;
let learner: Caller;

beforeAll(async () => {
  server = await startTestServer();
  [publisher, rival, learner] = await Promise.all([server.signUp('publisher'), server.signUp('publisher'), server.signUp()]);
  await uploadAssets(publisher);
});
afterAll(() => server.close());

const put = (who: Caller, unit: PublishUnitBody, headers?: Record<string, string>) =>
  who.put<Unit & { code: string; errors: { path: string }[] }>(`/content/units/${unit.id}`, unit, headers);
const pathsOf = async (unit: unknown, id: string): Promise<string[]> => {
  const answer = await publisher.put<{ code: string; errors: { path: string }[] }>(`/content/units/${id}`, unit);
  expect([answer.status, answer.body.code]).toEqual([422, 'invalid_body']);
  return answer.body.errors.map((error) => error.path).sort();
};

describe('publishing', () => {
  it('[CT-8] answers 201, then 200 with the next version, and takes a pulled unit back as it is', async () => {
    const unit = makeUnit({ withAssets: true });
    const first = await put(publisher, unit);
    expect([first.status, first.body.version, first.headers['etag']]).toEqual([201, 1, '"1"']);
    expect(Value.Check(Unit, first.body)).toBe(true);
    const second = await put(publisher, { ...unit, title: 'Changed' });
    expect([second.status, second.body.version]).toEqual([200, 2]);
    expect(second.body.updated_at > first.body.updated_at).toBe(true);
    expect(second.body.lessons[0]?.updated_at).toBe(first.body.lessons[0]?.updated_at);
    const pulled = expectStatus(await publisher.get<Unit>(`/content/units/${unit.id}`), 200);
    const back = await put(publisher, pulled);
    expect([back.status, back.body.version, back.body.updated_at]).toEqual([200, 2, second.body.updated_at]);
  });

  it('[CT-8] names every fault by its path and changes nothing', async () => {
    const replica = new Replica(publisher);
    await replica.pull();
    const unit = makeUnit({ withAssets: true });
    const [lesson] = unit.lessons;
    const [choice] = lesson?.payload.exercises ?? [];
    if (lesson === undefined || choice?.type !== 'multiple_choice') throw new Error('the factory changed');
    const [option] = choice.options;
    lesson.payload.body_markdown += ` ![lost](asset:${randomUUID()}) ![sound](asset:${unit.assets[1]?.id})`;
    lesson.payload.audio_asset_id = unit.assets[0]?.id ?? null;
    lesson.payload.exercises.push({ ...choice, correct_option_id: randomUUID(), options: [...choice.options, option!] });
    lesson.payload.exercises.push({ ...choice, id: randomUUID(), learning_objective_id: randomUUID() });
    const broken = {
      ...unit,
      art_asset_id: randomUUID(),
      lesson_order: [randomUUID(), lesson.id, lesson.id],
      lessons: [lesson, makeLesson(randomUUID())],
      assets: [
        { ...unit.assets[0]!, size_bytes: 1, content_type: 'text/html', lesson_id: randomUUID() },
        { ...unit.assets[1]!, object_id: 'f'.repeat(64), unit_id: randomUUID() },
      ],
    };
    expect(await pathsOf(broken, unit.id)).toEqual(
      [
        '/art_asset_id',
        '/assets/0/content_type',
        '/assets/0/lesson_id',
        '/assets/0/size_bytes',
        '/assets/1/checksum',
        '/assets/1/object_id',
        '/assets/1/unit_id',
        '/lesson_order/0',
        '/lesson_order/2',
        '/lessons/0/payload/audio_asset_id',
        '/lessons/0/payload/body_markdown',
        '/lessons/0/payload/body_markdown',
        '/lessons/0/payload/exercises/2/correct_option_id',
        '/lessons/0/payload/exercises/2/id',
        '/lessons/0/payload/exercises/2/options/2/id',
        '/lessons/0/payload/exercises/3/learning_objective_id',
        '/lessons/1/id',
        '/lessons/1/unit_id',
      ].sort(),
    );
    expect((await replica.pullPage()).units).toEqual([]);
  });

  it('[CT-8] names faults of form by their path too, unknown fields and missing ones among them', async () => {
    const unit = makeUnit();
    const { title: _, ...untitled } = unit;
    const lesson = {
      ...unit.lessons[0]!,
      surprise: true,
      payload: { ...unit.lessons[0]!.payload, exercises: [{ id: 7, type: 'short_answer' }] },
    };
    expect(await pathsOf({ ...untitled, lessons: [lesson], learner_level: 'expert' }, unit.id)).toEqual([
      '/learner_level',
      '/lessons/0/payload/exercises/0/accepted_answers',
      '/lessons/0/payload/exercises/0/canonical_answer',
      '/lessons/0/payload/exercises/0/id',
      '/lessons/0/payload/exercises/0/prompt',
      '/lessons/0/surprise',
      '/title',
    ]);
    expect(await pathsOf({ ...unit, title: 'a\u0000b' }, unit.id)).toEqual(['/title']);
    const other = randomUUID();
    const answer = await publisher.put<{ errors: { path: string }[] }>(`/content/units/${other}`, unit);
    expect(answer.body.errors.map((error) => error.path)).toEqual(['/id']);
  });

  it('[CT-8] refuses ids of lessons and assets that another unit has, also after they are gone', async () => {
    const first = makeUnit({ withAssets: true });
    await publish(publisher, first);
    const second = makeUnit({ lessons: [{ ...makeLesson('') }] });
    second.lessons = [{ ...second.lessons[0]!, unit_id: second.id, id: first.lessons[0]!.id }];
    second.lesson_order = [first.lessons[0]!.id];
    second.assets = [{ ...first.assets[0]!, unit_id: second.id }];
    expect(await pathsOf(second, second.id)).toEqual(['/assets/0/id', '/lessons/0/id']);
    expectStatus(await publisher.delete(`/content/units/${first.id}`), 204);
    expect(await pathsOf(second, second.id)).toEqual(['/assets/0/id', '/lessons/0/id']);
    expect((await learner.get(`/content/units/${second.id}`)).status).toBe(404);
  });

  it('[CT-8] no reader ever sees half a publication', async () => {
    const unit = makeUnit();
    await publish(publisher, unit);
    let publishing = true;
    const reading = (async () => {
      while (publishing) {
        const seen = expectStatus(await learner.get<Unit>(`/content/units/${unit.id}`), 200);
        expect(new Set([seen.title, ...seen.lessons.map((lesson) => lesson.title)]).size).toBeLessThanOrEqual(
          seen.title === 'Water' ? 2 : 1,
        );
      }
    })();
    for (let round = 0; round < 15; round += 1) {
      const lessons = unit.lessons.map((lesson) => ({ ...lesson, title: `Round ${round}` }));
      await publish(publisher, { ...unit, title: `Round ${round}`, lessons });
    }
    publishing = false;
    await reading;
  });

  it('keeps If-Match: the version it names, or 412 and nothing changed', async () => {
    const unit = makeUnit();
    await publish(publisher, unit);
    const seen = await publisher.get<Unit>(`/content/units/${unit.id}`);
    const next = { ...unit, title: 'Two' };
    for (const tag of ['"2"', 'W/"1"', '1', '"x"', '""']) {
      const answer = await put(publisher, next, { 'if-match': tag });
      expect([tag, answer.status, answer.body.code]).toEqual([tag, 412, 'version_conflict']);
    }
    expect((await put(publisher, makeUnit(), { 'if-match': '*' })).status).toBe(412);
    expect((await put(publisher, next, { 'if-match': String(seen.headers['etag']) })).body.version).toBe(2);
    expect((await put(publisher, { ...unit, title: 'Three' }, { 'if-match': '"7", "2"' })).body.version).toBe(3);
  });

  it('[CT-10] tells a rival 403 of what they see, 404 of what they do not, and a learner 403 of everything', async () => {
    const [open, hidden] = [makeUnit(), makeUnit({ is_global: false })];
    await publish(publisher, open);
    await publish(publisher, hidden);
    for (const [who, unit, status] of [
      [rival, open, 403],
      [rival, hidden, 404],
      [learner, open, 403],
      [learner, hidden, 403],
    ] as const) {
      expect((await put(who, unit)).status).toBe(status);
      expect((await who.delete(`/content/units/${unit.id}`)).status).toBe(status);
    }
    const unknown = await rival.get(`/content/units/${randomUUID()}`);
    const unseen = await rival.get(`/content/units/${hidden.id}`);
    expect([unknown.status, unseen.status]).toEqual([404, 404]);
    expect({ ...unseen.body, request_id: '' }).toEqual({ ...unknown.body, request_id: '' });
  });

  it('deletes once, then 404; the id is spent for good', async () => {
    const unit = makeUnit();
    await publish(publisher, unit);
    expectStatus(await publisher.delete(`/content/units/${unit.id}`), 204);
    expect((await publisher.delete(`/content/units/${unit.id}`)).status).toBe(404);
    for (const who of [publisher, rival]) {
      const again = await put(who, unit);
      expect([again.status, again.body.code]).toEqual([409, 'unit_deleted']);
    }
    expect((await learner.get(`/content/units/${unit.id}`)).status).toBe(404);
    expect((await learner.put(`/content/my-units/${unit.id}`)).status).toBe(404);
  });
});

describe('keyed writes', () => {
  it('need a key, echo it, and answer a repeat as they answered first', async () => {
    const unit = makeUnit();
    for (const headers of [{ 'idempotency-key': '' }, { 'idempotency-key': 'x'.repeat(129) }]) {
      const answer = await put(publisher, unit, headers);
      expect(answer.status).toBe(400);
    }
    const bare = await server.http.inject({
      method: 'PUT',
      url: `/api/v1/content/units/${unit.id}`,
      headers: { authorization: `Bearer ${publisher.token}` },
      payload: unit,
    });
    expect([bare.statusCode, bare.json<{ code: string }>().code]).toEqual([400, 'idempotency_key_missing']);
    const key = { 'idempotency-key': randomUUID() };
    const first = await put(publisher, unit, key);
    await publish(publisher, { ...unit, title: 'In between' });
    const repeat = await put(publisher, unit, key);
    expect([repeat.status, repeat.body.version, repeat.body.title]).toEqual([201, 1, 'Water']);
    expect(repeat.headers['idempotency-key']).toBe(first.headers['idempotency-key']);
    expect(expectStatus(await publisher.get<Unit>(`/content/units/${unit.id}`), 200).title).toBe('In between');
  });

  it('refuse the same key for something else, and keep no refusal', async () => {
    const unit = makeUnit();
    const key = { 'idempotency-key': randomUUID() };
    expect((await put(publisher, unit, { ...key, 'if-match': '"9"' })).status).toBe(412);
    expect((await put(publisher, unit, key)).status).toBe(201);
    const other = await put(publisher, { ...unit, title: 'Other' }, key);
    expect([other.status, other.body.code]).toEqual([422, 'idempotency_key_reused']);
    const elsewhere = await publisher.put(`/content/my-units/${unit.id}`, undefined, key);
    expect(elsewhere.body.code).toBe('idempotency_key_reused');
    // A key belongs to its person.
    expectStatus(await learner.put(`/content/my-units/${unit.id}`, undefined, key), 204);
  });

  it('twins sent at once have one effect and one answer', async () => {
    const unit = makeUnit();
    const key = { 'idempotency-key': randomUUID() };
    const answers = await Promise.all(Array.from({ length: 8 }, () => put(publisher, unit, key)));
    expect(answers.map((answer) => [answer.status, answer.body.version])).toEqual(answers.map(() => [201, 1]));
    const joinKey = { 'idempotency-key': randomUUID() };
    const joins = await Promise.all(
      Array.from({ length: 8 }, () => learner.put(`/content/my-units/${unit.id}`, undefined, joinKey)),
    );
    expect(joins.map((answer) => answer.status)).toEqual(joins.map(() => 204));
    expectStatus(await learner.delete(`/content/my-units/${unit.id}`), 204);
    // The late repeat of a joining does not undo the leaving.
    expectStatus(await learner.put(`/content/my-units/${unit.id}`, undefined, joinKey), 204);
    expect(expectStatus(await learner.get<Unit>(`/content/units/${unit.id}`), 200).in_my_units).toBe(false);
  });
});

describe('reading units', () => {
  it('[CT-10] lists, opens, joins and signs only what one may see', async () => {
    const hidden = makeUnit({ withAssets: true, is_global: false });
    const open = makeUnit({ withAssets: true });
    await publish(publisher, hidden);
    await publish(publisher, open);
    const listed = async (who: Caller, scope: string): Promise<string[]> => {
      const ids: string[] = [];
      for (let after = ''; ; ) {
        const page = expectStatus(
          await who.get<{ units: Unit[]; next: string | null; has_more: boolean }>(
            `/content/units?scope=${scope}&limit=3${after}`,
          ),
          200,
        );
        ids.push(...page.units.map((unit) => unit.id));
        if (!page.has_more) return ids;
        after = `&after=${page.next}`;
      }
    };
    expect(await listed(learner, 'all')).toContain(open.id);
    expect(await listed(learner, 'all')).not.toContain(hidden.id);
    expect(await listed(publisher, 'personal')).toEqual(expect.arrayContaining([open.id, hidden.id]));
    expect(await listed(learner, 'personal')).not.toContain(open.id);
    expectStatus(await learner.put(`/content/my-units/${open.id}`), 204);
    expect(await listed(learner, 'personal')).toContain(open.id);
    expect((await learner.put(`/content/my-units/${hidden.id}`)).status).toBe(404);
    const asset_ids = [...open.assets, ...hidden.assets].map((asset) => asset.id);
    const signed = expectStatus(await learner.post<SignedAssets>('/content/assets/sign', { asset_ids }), 200);
    const named = (assets: { id: string; object_id?: string }[]) =>
      assets.map((asset) => `${asset.id} ${asset.object_id}`).sort();
    expect(named(signed.assets)).toEqual(named(open.assets));
  });

  it('[CT-7] assets say size, type and SHA-256, and their address opens exactly that', async () => {
    const unit = await publish(publisher, makeUnit({ withAssets: true }));
    const pulled = expectStatus(await learner.get<Unit>(`/content/units/${unit.id}`), 200);
    const picture = pulled.assets.find((asset) => asset.type === 'image');
    const answer = await server.anyone.get(picture?.url ?? '');
    expect([answer.status, answer.headers['content-type']]).toEqual([200, 'image/png']);
    expect(answer.raw.equals(PICTURE)).toBe(true);
    expect(picture).toMatchObject({ size_bytes: PICTURE.length, checksum: `sha256:${sha256Hex(PICTURE)}` });
    expect(pulled.download_size_bytes).toBe(pulled.assets.reduce((sum, asset) => sum + asset.size_bytes, 0));
    const lifetimeMs = Date.parse(picture?.url_expires_at ?? '') - Date.now();
    expect(lifetimeMs).toBeGreaterThan(14 * 60_000);
    server.clock.offsetMs = lifetimeMs + 1_000;
    expect((await server.anyone.get(picture?.url ?? '')).status).toBe(403);
    server.clock.offsetMs = 0;
  });

  it('answers 304 to a unit that is as it was, and not when joining changed it', async () => {
    const unit = await publish(publisher, makeUnit());
    const path = `/content/units/${unit.id}`;
    const etag = String((await learner.get(path)).headers['etag']);
    expect((await learner.get(path, { 'if-none-match': etag })).status).toBe(304);
    expectStatus(await learner.put(`/content/my-units/${unit.id}`), 204);
    expect((await learner.get(path, { 'if-none-match': etag })).status).toBe(200);
  });
});
