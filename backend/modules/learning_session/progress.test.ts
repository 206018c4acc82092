import { randomUUID } from 'node:crypto';
import type { Exercise, LearningEvent, LessonProgress, PublishUnitBody } from '@haversack/contract';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../../test/app.ts';
import { itemsOf, makeChoice, makeEvent, makeLesson, makeUnit, publish } from '../../test/factories.ts';
import { createDatabase } from '../infrastructure/public.ts';
import { countProgress, createSessionsOn, makePerson } from './learning-session-test-kit.ts';
import { createProgressRebuild, type LearningSessionService, type ProgressRebuild } from './public.ts';

let server: TestServer;
let sessions: LearningSessionService;
let rebuild: ProgressRebuild;
/** Two lessons; the second version of each has twice the exercises. */
let unit: PublishUnitBody;
let exercises: (Exercise & { type: 'multiple_choice' })[][];

beforeAll(async () => {
  server = await startTestServer();
  sessions = createSessionsOn(server.pool);
  rebuild = createProgressRebuild(createDatabase(server.pool));
  const publisher = await server.signUp('publisher');
  exercises = [0, 1].map(() => [makeChoice(), makeChoice(), makeChoice(), makeChoice()]);
  const base = makeUnit();
  const lessons = exercises.map((_, at) => ({ ...makeLesson(base.id), position: at }));
  unit = { ...base, lessons, lesson_order: lessons.map((lesson) => lesson.id) };
  for (const count of [2, 4]) {
    await publish(publisher, {
      ...unit,
      lessons: lessons.map((lesson, at) => ({
        ...lesson,
        payload: { ...lesson.payload, exercises: exercises[at]?.slice(0, count) ?? [] },
      })),
    });
  }
});
afterAll(() => server.close());

const counted = (personId: string) => countProgress(server.pool, personId);
const projected = async (personId: string): Promise<LessonProgress[]> => (await sessions.getProgress(personId, null)).lessons;

/** What a node of the version before does: it keeps the event and knows of no progress. */
async function writeAsOlderNode(personId: string, event: LearningEvent): Promise<void> {
  const other = await makePerson(server.pool);
  await sessions.pushEvents(other, itemsOf(event));
  await server.pool.query(
    `with log as (
       insert into event_logs as l (user_id, last_position) values ($1, 1)
       on conflict (user_id) do update set last_position = l.last_position + 1 returning last_position)
     insert into events select $1, event_id, l.last_position, device_id, device_seq, session_id, unit_id, unit_version, lesson_id,
                               type, exercise_id, payload, marked_correct, exercise_count, received_at
                          from events, log l where user_id = $2`,
    [personId, other],
  );
}

interface Step {
  kind: 'push' | 'again' | 'older_node' | 'read';
  events: { session: number; lesson: number; exercise: number; version: number; type: LearningEvent['type']; right: boolean }[];
}

const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom('push', 'push', 'again', 'older_node', 'read'),
  events: fc.array(
    fc.record({
      session: fc.nat(3),
      lesson: fc.nat(1),
      exercise: fc.nat(3),
      // The last one was never published: its events are kept with an open mark.
      version: fc.constantFrom(1, 1, 2, 3),
      type: fc.constantFrom('session_started', 'exercise_answered', 'exercise_answered', 'session_completed', 'withdrawn'),
      right: fc.boolean(),
    }),
    { maxLength: 8 },
  ),
});

function toEvents(steps: readonly Step[]): LearningEvent[][] {
  const [device_id, sessionIds] = [randomUUID(), Array.from({ length: 4 }, () => randomUUID())];
  let device_seq = 0;
  return steps.map(({ events }) =>
    events.map(({ session, lesson, exercise, version, type, right }) => {
      const asked = exercises[lesson]?.[exercise];
      return makeEvent({
        device_id,
        device_seq: (device_seq += 1),
        session_id: sessionIds[session] ?? '',
        unit_id: unit.id,
        unit_version: version,
        lesson_id: unit.lessons[lesson]?.id ?? '',
        type,
        exercise_id: type === 'exercise_answered' ? (asked?.id ?? null) : null,
        answer: right ? { option_id: asked?.correct_option_id } : { option_id: asked?.options[1]?.id },
      });
    }),
  );
}

describe('progress', () => {
  it('[LS-1] of everybody is made anew, or what an older node left is taken in, learner by learner', async () => {
    const personIds = [await makePerson(server.pool), await makePerson(server.pool), await makePerson(server.pool)];
    const event = () => makeEvent({ unit_id: unit.id, lesson_id: unit.lessons[0]?.id ?? '' });
    for (const personId of personIds) await writeAsOlderNode(personId, event());
    const rows = async () =>
      (await server.pool.query<{ attempts: number }>('select attempts from lesson_progress where user_id = any($1)', [personIds]))
        .rows;
    expect(await rows()).toEqual([]);
    const done: number[] = [];
    expect(await rebuild.catchUpAll((count) => done.push(count))).toMatchObject({ learners: 3 });
    expect(done).toEqual([3]);
    expect(await rows()).toEqual([{ attempts: 1 }, { attempts: 1 }, { attempts: 1 }]);
    await server.pool.query('delete from lesson_progress where user_id = $1', [personIds[0]]);
    expect(await rebuild.rebuildAll(() => undefined)).toMatchObject({ differed: 1 });
    expect(await rows()).toHaveLength(3);
    expect(await rebuild.rebuildAll(() => undefined)).toMatchObject({ differed: 0 });
  });

  it('[LS-1] is what the kept events say, after any history, and what a rebuild makes of them', async () => {
    const runOne = async (steps: readonly Step[]): Promise<void> => {
      const personId = await makePerson(server.pool);
      const batches = toEvents(steps);
      const sent: LearningEvent[] = [];
      for (const [at, { kind }] of steps.entries()) {
        const events = batches[at] ?? [];
        const unknownUnit = makeEvent({ device_seq: 1_000 + at });
        if (kind === 'push') await sessions.pushEvents(personId, itemsOf(...events.toReversed(), unknownUnit));
        // All that came before, and some of it with another content, which is refused.
        if (kind === 'again')
          await sessions.pushEvents(
            personId,
            itemsOf(...sent.map((event, nth) => (nth % 2 ? event : { ...event, type: 'session_completed' as const }))),
          );
        if (kind === 'older_node') for (const event of events) await writeAsOlderNode(personId, event);
        if (kind === 'read') expect(await projected(personId)).toEqual(await counted(personId));
        if (kind === 'push' || kind === 'older_node') sent.push(...events);
      }
      const truth = await counted(personId);
      expect(await projected(personId)).toEqual(truth);
      expect(await rebuild.rebuildOne(personId)).toBe(false);
      expect(await projected(personId)).toEqual(truth);
    };
    await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), runOne), { numRuns: 30 });
  }, 120_000);

  it('[LS-1] does not depend on the order in which events arrive', async () => {
    const runOne = async (one: Step, seed: number): Promise<void> => {
      const events = toEvents([one])[0] ?? [];
      const shuffled = events.toSorted((a, b) => ((a.device_seq * seed) % 31) - ((b.device_seq * seed) % 31));
      const [together, apart] = [await makePerson(server.pool), await makePerson(server.pool)];
      await sessions.pushEvents(together, itemsOf(...events));
      for (const event of shuffled) await sessions.pushEvents(apart, itemsOf(event));
      const timeless = async (personId: string) => (await projected(personId)).map(({ last_activity_at: _, ...rest }) => rest);
      expect(await timeless(apart)).toEqual(await timeless(together));
    };
    await fc.assert(fc.asyncProperty(step, fc.integer({ min: 1, max: 30 }), runOne), { numRuns: 15 });
  }, 120_000);

  it('[LS-1] of a session that goes on in a larger version is counted over that one, and the best of the others stands', async () => {
    const personId = await makePerson(server.pool);
    const make = (session_id: string, more: Partial<LearningEvent>) =>
      makeEvent({ session_id, unit_id: unit.id, lesson_id: unit.lessons[0]?.id ?? '', ...more });
    const answer = (session_id: string, nth: number, unit_version = 1) => {
      const asked = exercises[0]?.[nth];
      const right = { option_id: asked?.correct_option_id };
      return make(session_id, { type: 'exercise_answered', exercise_id: asked?.id ?? null, answer: right, unit_version });
    };
    const best = async () => (await projected(personId))[0]?.best_score;
    const [first, second] = [randomUUID(), randomUUID()];
    const completed = (id: string) => make(id, { type: 'session_completed' });
    await sessions.pushEvents(personId, itemsOf(answer(first, 0), answer(first, 1), completed(first)));
    expect(await best()).toBe(1);
    const others = [0, 1, 2].map((nth) => answer(second, nth, 2));
    await sessions.pushEvents(personId, itemsOf(...others, completed(second)));
    expect(await best()).toBe(1);
    await sessions.pushEvents(personId, itemsOf(make(first, { unit_version: 2 })));
    expect(await best()).toBe(0.75);
    await sessions.pushEvents(personId, itemsOf(answer(first, 2, 2), answer(first, 3, 2)));
    expect(await best()).toBe(1);
  });

  it('[LS-1] a rebuild mends what was broken, and says so', async () => {
    const personId = await makePerson(server.pool);
    await sessions.pushEvents(personId, itemsOf(makeEvent({ unit_id: unit.id, lesson_id: unit.lessons[0]?.id ?? '' })));
    const before = await projected(personId);
    await server.pool.query('update lesson_progress set attempts = 7 where user_id = $1', [personId]);
    expect(await rebuild.rebuildOne(personId)).toBe(true);
    expect(await projected(personId)).toEqual(before);
  });
});
