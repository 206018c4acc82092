import { randomUUID } from 'node:crypto';
import {
  type EventsPage,
  type LearningEvent,
  type Progress,
  type PublishUnitBody,
  PushEventsResponse,
  type PushEventsResponse as Pushed,
} from '@haversack/contract';
import { Value } from 'typebox/value';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Caller, startTestServer, type TestServer } from '../../test/app.ts';
import {
  expectStatus,
  itemsOf,
  makeChoice,
  makeEvent,
  makeLesson,
  makeShortAnswer,
  makeUnit,
  publish,
} from '../../test/factories.ts';
import { statementsOf } from '../../test/statements.ts';

let server: TestServer;
let publisher: Caller;
let learner: Caller;
let unit: PublishUnitBody;

beforeAll(async () => {
  server = await startTestServer();
  publisher = await server.signUp('publisher');
  unit = makeUnit();
  await publish(publisher, unit);
});
afterAll(() => server.close());

/** Somebody new with a device that numbers its events. */
async function newDevice(who?: Caller) {
  learner = who ?? (await server.signUp());
  const device_id = randomUUID();
  let seq = 0;
  const lesson_id = unit.lessons[0]?.id ?? '';
  return (more: Partial<LearningEvent> = {}) =>
    makeEvent({ device_id, device_seq: (seq += 1), unit_id: unit.id, lesson_id, ...more });
}
const push = async (body: unknown, who = learner): Promise<Pushed> => {
  const answer = expectStatus(await who.post<Pushed>('/learning_session/events', body), 200);
  expect(Value.Check(PushEventsResponse, answer)).toBe(true);
  return answer;
};
const statusesOf = (pushed: Pushed): string[] => pushed.results.map((result) => result.status);
const eventsOf = async (who = learner, limit = 500): Promise<EventsPage['events']> => {
  const events: EventsPage['events'] = [];
  for (let since = ''; ; ) {
    const page = expectStatus(await who.get<EventsPage>(`/learning_session/events?limit=${limit}${since}`), 200);
    events.push(...page.events);
    if (!page.has_more) return events;
    since = `&since=${page.cursor}`;
  }
};

describe('taking events in', () => {
  it('[LS-1] counts an event once: repeated, within a batch, from two devices, and at once', async () => {
    const event = await newDevice();
    const events = Array.from({ length: 20 }, () => event());
    expect(statusesOf(await push(itemsOf(...events, events[0]!)))).toEqual([...events.map(() => 'accepted'), 'duplicate']);
    expect(statusesOf(await push(itemsOf(...events.toReversed())))).toEqual(events.map(() => 'duplicate'));
    const fresh = Array.from({ length: 50 }, () => event());
    const pushed = await Promise.all(Array.from({ length: 6 }, () => push(itemsOf(...fresh))));
    const accepted = pushed.flatMap((one) =>
      one.results.filter((result) => result.status === 'accepted').map((result) => result.idempotency_key),
    );
    expect(accepted.sort()).toEqual(fresh.map((one) => one.event_id).sort());
    const kept = await eventsOf();
    expect(kept.map((one) => one.event_id).sort()).toEqual([...events, ...fresh].map((one) => one.event_id).sort());
  });

  it('[LS-1] the same id with another content is refused and changes nothing', async () => {
    const event = (await newDevice())({ time_spent_ms: 5 });
    await push(itemsOf(event));
    const again = await push(itemsOf({ ...event, time_spent_ms: 6 }));
    expect(again.results[0]).toMatchObject({ status: 'refused', problem: { code: 'idempotency_key_reused', status: 422 } });
    expect((await eventsOf())[0]?.time_spent_ms).toBe(5);
    // The order of fields is no content.
    expect(statusesOf(await push(itemsOf(Object.fromEntries(Object.entries(event).toReversed()) as LearningEvent)))).toEqual([
      'duplicate',
    ]);
  });

  it('[LS-2] judges each item alone and names it; a refused one neither blocks nor undoes another', async () => {
    const event = await newDevice();
    const good = [event(), event()];
    const bad: [unknown, string][] = [
      [null, ''],
      [7, ''],
      [{ ...event(), type: 'cheated' }, '/type'],
      [{ ...event(), score: 1 }, '/score'],
      [{ ...event(), device_seq: 0 }, '/device_seq'],
      [{ ...event(), occurred_at: 'noon' }, '/occurred_at'],
      [event({ type: 'exercise_answered' }), '/exercise_id'],
      [event({ answer: { text: 'a\u0000b' } }), '/answer/text'],
      [event({ answer: { text: '\ud800' } }), '/answer/text'],
      [event({ answer: { text: 'x'.repeat(100_000) } }), '/answer'],
      [event({ answer: JSON.parse('['.repeat(40) + ']'.repeat(40)) as unknown }), ''],
    ];
    const items = [good[0], ...bad.map(([payload]) => payload), good[1]].map((payload, at) => ({
      idempotency_key: `item ${at}`,
      payload,
    }));
    const { results } = await push({ items });
    expect(results.map((result) => result.idempotency_key)).toEqual(items.map((item) => item.idempotency_key));
    expect(results.map((result) => result.status)).toEqual(['accepted', ...bad.map(() => 'refused'), 'accepted']);
    for (const [at, [, path]] of bad.entries()) {
      expect(results[at + 1]?.problem).toMatchObject({ code: 'invalid_body', errors: [{ path }] });
    }
    expect((await eventsOf()).map((one) => one.event_id)).toEqual(good.map((one) => one?.event_id));
  });

  it('[LS-2] takes no batch that is none: 413 beyond 500 items, 422 for another shape, 200 for nothing', async () => {
    const event = await newDevice();
    const many = Array.from({ length: 501 }, () => event());
    const answer = await learner.post('/learning_session/events', itemsOf(...many));
    expect([answer.status, answer.body.code]).toEqual([413, 'payload_too_large']);
    expect(statusesOf(await push(itemsOf(...many.slice(0, 500)))).every((status) => status === 'accepted')).toBe(true);
    for (const body of [
      undefined,
      [],
      {},
      { items: {} },
      { items: [{}] },
      { items: [], more: 1 },
      { items: [{ idempotency_key: 'a\u0000', payload: 1, x: 1 }] },
    ]) {
      const refused = await learner.post('/learning_session/events', body);
      expect([refused.status, refused.body.code]).toEqual([422, 'invalid_body']);
    }
    const empty = await push({ items: [] });
    expect(empty).toMatchObject({ results: [], received: [{ device_id: many[0]?.device_id, through_seq: 500, missing: [] }] });
  });

  it('[LS-2] a batch of any size is a fixed number of statements', async () => {
    const event = await newDevice();
    const statementsFor = (size: number) =>
      statementsOf(() => push(itemsOf(...Array.from({ length: size }, () => event())), learner.atOneNode));
    await statementsFor(1);
    const [one, many] = [await statementsFor(1), await statementsFor(400)];
    expect(many).toEqual(one);
    // begin, lock, keep all, commit.
    expect(many).toHaveLength(4);
  });

  it('[LS-3] a batch whose transaction fails leaves nothing, and its repeat is taken in whole', async () => {
    const event = await newDevice();
    const events = [event(), event(), event()];
    // The connection dies in the middle of the transaction, as when the server is killed before its commit.
    const blocker = await server.pool.connect();
    await blocker.query('insert into event_logs (user_id) values ($1)', [learner.id]);
    await blocker.query('begin');
    await blocker.query('select 1 from event_logs where user_id = $1 for update', [learner.id]);
    const hanging = learner.post('/learning_session/events', itemsOf(...events));
    const waiting = `from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`;
    await expect.poll(async () => (await server.pool.query(`select 1 ${waiting}`)).rowCount).toBe(1);
    await server.pool.query(`select pg_terminate_backend(pid) ${waiting}`);
    await blocker.query('commit');
    blocker.release();
    const failed = await hanging;
    expect([failed.status, failed.body.code]).toEqual([503, 'unavailable']);
    expect(await eventsOf()).toEqual([]);
    expect(statusesOf(await push(itemsOf(...events)))).toEqual(['accepted', 'accepted', 'accepted']);
    expect(statusesOf(await push(itemsOf(...events)))).toEqual(['duplicate', 'duplicate', 'duplicate']);
  });

  it('[LS-4] says which numbers of a device it lacks; refused ones count as received', async () => {
    const event = await newDevice();
    const events = Array.from({ length: 12 }, () => event());
    const of = (...seqs: number[]) => itemsOf(...seqs.map((seq) => events[seq - 1]!));
    const receivedAfter = async (body: unknown) => (await push(body)).received[0];
    expect(await receivedAfter(of(3))).toMatchObject({ through_seq: 0, missing: [[1, 2]] });
    expect(await receivedAfter(of(1, 2, 7))).toMatchObject({ through_seq: 3, missing: [[4, 6]] });
    const refused = { items: [{ idempotency_key: 'x', payload: { ...events[4], unit_id: randomUUID() } }] };
    expect(await receivedAfter(refused)).toMatchObject({
      through_seq: 3,
      missing: [
        [4, 4],
        [6, 6],
      ],
    });
    const broken = { items: [{ idempotency_key: 'y', payload: { ...events[5], type: 'no' } }] };
    expect(await receivedAfter(broken)).toMatchObject({ through_seq: 3, missing: [[4, 4]] });
    expect(await receivedAfter(of(4, 12))).toMatchObject({ through_seq: 7, missing: [[8, 11]] });
    expect(await receivedAfter(of(11, 10, 9, 8))).toMatchObject({ through_seq: 12, missing: [] });
    const far = makeEvent({ unit_id: unit.id, device_seq: Number.MAX_SAFE_INTEGER });
    expect((await push(itemsOf(far))).received[0]).toMatchObject({ through_seq: 0, missing: [[1, Number.MAX_SAFE_INTEGER - 1]] });
    expect((await push({ items: [] })).received).toHaveLength(2);
  });
});

describe('marking', () => {
  it('[LS-5] marks against the version that was answered, whatever the device says, and keeps what it said', async () => {
    const [choice, short] = [makeChoice(), makeShortAnswer()];
    const lesson = makeLesson('');
    const base = makeUnit();
    const withExercises = (exercises: (typeof choice | typeof short)[]): PublishUnitBody => ({
      ...base,
      lessons: [{ ...lesson, unit_id: base.id, payload: { ...lesson.payload, exercises } }],
      lesson_order: [lesson.id],
    });
    await publish(publisher, withExercises([choice, short]));
    const [, otherOption] = choice.options;
    await publish(publisher, withExercises([{ ...choice, correct_option_id: otherOption!.id }]));
    const event = await newDevice();
    const answered = (more: Partial<LearningEvent>) =>
      event({
        unit_id: base.id,
        lesson_id: lesson.id,
        type: 'exercise_answered',
        exercise_id: choice.id,
        is_correct: false,
        ...more,
      });
    const right = { option_id: choice.correct_option_id };
    const events = [
      answered({ answer: right }),
      answered({ answer: right, unit_version: 2, is_correct: true }),
      answered({ exercise_id: short.id, answer: { text: ' A Hundred. ' } }),
      answered({ exercise_id: short.id, answer: { text: '99' } }),
      answered({ exercise_id: short.id, answer: ['of', 'the', 'wrong', 'shape'] }),
      answered({}),
      answered({ answer: right, unit_version: 99 }),
    ];
    expect(statusesOf(await push(itemsOf(...events)))).toEqual(events.map(() => 'accepted'));
    const kept = await eventsOf();
    expect(kept.map((one) => one.marked_correct)).toEqual([true, false, true, false, false, false, null]);
    expect(kept[0]).toMatchObject({ ...events[0], is_correct: false });
  });

  it('[LS-5] keeps late answers to a deleted unit, and tells nothing of units that one never saw', async () => {
    const [gone, hidden] = [makeUnit(), makeUnit({ is_global: false })];
    await publish(publisher, gone);
    await publish(publisher, hidden);
    const event = await newDevice();
    expectStatus(await publisher.delete(`/content/units/${gone.id}`), 204);
    const { results } = await push(
      itemsOf(event({ unit_id: gone.id }), event({ unit_id: hidden.id }), event({ unit_id: randomUUID() })),
    );
    expect(results.map((result) => result.status)).toEqual(['accepted', 'refused', 'refused']);
    expect(results[1]?.problem).toEqual(results[2]?.problem);
    expect(results[1]?.problem?.code).toBe('not_found');
    const late = await newDevice(await server.signUp());
    expect(statusesOf(await push(itemsOf(late({ unit_id: gone.id }))))).toEqual(['refused']);
  });
});

describe('getting events back', () => {
  it('[LS-6] gives a new phone everything, in order, for every page size', async () => {
    const phone = await newDevice();
    const somebody = learner;
    const tablet = await newDevice(somebody);
    const sent = [phone(), phone({ answer: { text: 'ünïcode 🎒' } }), tablet(), phone(), tablet(), phone()];
    for (const event of sent) await push(itemsOf(event), somebody);
    for (let limit = 1; limit <= 7; limit += 1) {
      const got = await eventsOf(somebody, limit);
      expect(got.map(({ marked_correct: _m, received_at: _r, ...said }) => said)).toEqual(sent);
    }
  });

  it('[LS-6] refuses cursors that are none, and those of another server', async () => {
    await newDevice();
    const { cursor } = expectStatus(await learner.get<EventsPage>('/learning_session/events'), 200);
    const answers: [string, number, string][] = [
      ['x', 400, 'invalid_cursor'],
      ['', 400, 'invalid_cursor'],
      [cursor.replace(/\d+$/, '99999'), 400, 'invalid_cursor'],
      [`${randomUUID()}.0`, 410, 'cursor_expired'],
    ];
    for (const [since, status, code] of answers) {
      const answer = await learner.get(`/learning_session/events?since=${since}`);
      expect([answer.status, answer.body.code]).toEqual([status, code]);
    }
  });

  it('[US-3] nobody sees, counts or spends another’s events', async () => {
    const event = await newDevice();
    const mine = event();
    await push(itemsOf(mine));
    const other = await server.signUp();
    expect(await eventsOf(other)).toEqual([]);
    expect((await push({ items: [] }, other)).received).toEqual([]);
    // The same id from somebody else is an event of their own.
    expect(statusesOf(await push(itemsOf(mine), other))).toEqual(['accepted']);
    expect(statusesOf(await push(itemsOf(mine)))).toEqual(['duplicate']);
    expect(expectStatus(await other.get<Progress>('/learning_session/progress'), 200).lessons[0]?.attempts).toBe(1);
  });
});

describe('progress', () => {
  it('[LS-1] follows from the set of events, not from their number or order', async () => {
    const event = await newDevice();
    const lesson = unit.lessons[0]!;
    const [choice, short] = lesson.payload.exercises;
    const answer = (session_id: string, exercise_id: string, value: unknown) =>
      event({ session_id, type: 'exercise_answered', exercise_id, answer: value });
    const right = { option_id: choice?.type === 'multiple_choice' ? choice.correct_option_id : '' };
    const session = (id: string, texts: unknown[]) => [
      event({ session_id: id }),
      answer(id, choice?.id ?? '', texts[0]),
      answer(id, short?.id ?? '', texts[1]),
      event({ session_id: id, type: 'session_completed' }),
    ];
    const progress = async () =>
      expectStatus(await learner.get<Progress>(`/learning_session/progress?unit_id=${unit.id}`), 200).lessons;
    expect(await progress()).toEqual([
      expect.objectContaining({ lesson_id: lesson.id, status: 'not_started', attempts: 0, best_score: null }),
    ]);
    const first = session(randomUUID(), [right, { text: 'no idea' }]);
    await push(itemsOf(...first.slice(0, 3)));
    expect(await progress()).toEqual([expect.objectContaining({ status: 'in_progress', attempts: 1, best_score: null })]);
    await push(itemsOf(first[3]!));
    expect(await progress()).toEqual([expect.objectContaining({ status: 'completed', attempts: 1, best_score: 0.5 })]);
    const second = session(randomUUID(), [right, { text: '100' }]);
    await push(itemsOf(...second.toReversed(), ...first, ...second));
    expect(await progress()).toEqual([expect.objectContaining({ status: 'completed', attempts: 2, best_score: 1 })]);
    const third = session(randomUUID(), [null, null]);
    await push(itemsOf(...third, event({ type: 'withdrawn' })));
    expect(await progress()).toEqual([expect.objectContaining({ status: 'completed', attempts: 3, best_score: 1 })]);
  });

  it('[US-3] of a unit that one cannot see is 404', async () => {
    await newDevice();
    const hidden = makeUnit({ is_global: false });
    await publish(publisher, hidden);
    for (const id of [hidden.id, randomUUID()])
      expect((await learner.get(`/learning_session/progress?unit_id=${id}`)).status).toBe(404);
    expect((await learner.get('/learning_session/progress?unit_id=nonsense')).status).toBe(400);
  });
});

describe('a hostile batch', () => {
  const send = (payload: string) =>
    server.http.inject({
      method: 'POST',
      url: '/api/v1/learning_session/events',
      payload,
      headers: { authorization: `Bearer ${learner.token}`, 'content-type': 'application/json' },
    });

  it('[SE-2] of a million items is refused for its length, without a look at each', async () => {
    const answer = await send(`{"items":[${'1,'.repeat(1_000_000)}1]}`);
    expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([413, 'payload_too_large']);
    expect(answer.payload.length).toBeLessThan(1_000);
  });

  it('[LS-2] with a field __proto__ in one item loses that item alone', async () => {
    const [good, bad] = [makeEvent({ unit_id: unit.id }), makeEvent({ unit_id: unit.id, answer: '@' })];
    const answer = await send(JSON.stringify(itemsOf(bad, good)).replace('"@"', '{"__proto__":{"a":1}}'));
    expect(answer.json<Pushed>().results.map(({ status }) => status)).toEqual(['refused', 'accepted']);
  });
});
