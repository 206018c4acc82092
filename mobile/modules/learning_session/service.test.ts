import type { ShortAnswerExercise } from '@haversack/contract';
import { id, makeUnit } from '../../test/factories.ts';
import { createLearner, type Learner, lessonOf, playLesson, query } from '../../test/learner.ts';
import { PORTAL_PAGE } from '../../test/scripted-network.ts';
import { createServerModel, type ServerModel } from '../../test/server-model.ts';
import type { LessonContent } from '../content/public.ts';

const unitId = id(1, 1);
const lessonId = id(2, 10);

async function begin(): Promise<{ server: ServerModel; ana: Learner; lesson: LessonContent }> {
  const server = createServerModel();
  server.publish(makeUnit(1));
  const ana = await createLearner(server);
  await ana.person().offlineCache.syncNow();
  return { server, ana, lesson: await lessonOf(ana.person(), unitId, lessonId) };
}

const shortAnswerOf = (lesson: LessonContent): ShortAnswerExercise =>
  lesson.exercises.find((exercise) => exercise.type === 'short_answer') as ShortAnswerExercise;

describe('a lesson that is played', () => {
  it('[OB-1] writes event and outbox row together, or neither', async () => {
    const { ana, lesson } = await begin();
    const service = ana.person().learningSession;
    const { sessionId } = await service.openSession(lesson);
    const pages = await query(ana, 'PRAGMA page_count');
    ana.disk.maxPageCount = pages[0]?.['page_count'] as number;
    const text = 'a'.repeat(200_000);
    await expect(service.recordAnswer(sessionId, lesson, shortAnswerOf(lesson).id, { text }, 1)).rejects.toThrow();
    ana.disk.maxPageCount = null;
    expect(await query(ana, 'SELECT type FROM session_events')).toEqual([{ type: 'session_started' }]);
    expect(await query(ana, 'SELECT COUNT(*) AS count FROM outbox')).toEqual([{ count: 1 }]);
    expect(await query(ana, "SELECT value FROM metadata WHERE key = 'last_device_seq'")).toEqual([{ value: '1' }]);

    const given = await service.recordAnswer(sessionId, lesson, shortAnswerOf(lesson).id, { text: '1 Minute.' }, 1_500);
    expect(given).toEqual({
      exerciseId: shortAnswerOf(lesson).id,
      answer: { text: '1 Minute.' },
      isCorrect: true,
      delivery: 'saved_on_device',
      isMarkedOtherwise: false,
    });
    expect(
      await query(ana, 'SELECT o.idempotency_key = e.event_id AS same FROM session_events e JOIN outbox o ON o.id = e.event_id'),
    ).toEqual([{ same: 1 }, { same: 1 }]);
    await ana.app.close();
  });

  it('[OB-5] says sent only of what our server may have, not of what a portal took', async () => {
    const { ana, lesson } = await begin();
    const service = ana.person().learningSession;
    const { sessionId } = await service.openSession(lesson);
    const deliveryAfterSync = async (): Promise<string | undefined> => {
      await ana.person().offlineCache.syncNow();
      return (await service.getSession(sessionId))?.delivery;
    };
    ana.network.next('/learning_session/events', PORTAL_PAGE);
    expect(await deliveryAfterSync()).toBe('saved_on_device');
    ana.network.next('/learning_session/events', { kind: 'timeout' });
    expect(await deliveryAfterSync()).toBe('sent');
    expect(await deliveryAfterSync()).toBe('confirmed');
    await ana.app.close();
  });

  it('[UI-3] resumes where one stopped, after the app has died', async () => {
    const { ana, lesson } = await begin();
    const { sessionId } = await ana.person().learningSession.openSession(lesson);
    await ana.person().learningSession.recordAnswer(sessionId, lesson, shortAnswerOf(lesson).id, { text: 'two' }, 1);
    const again = await ana.restart();
    const resumed = await again.person().learningSession.openSession(lesson);
    expect(resumed).toMatchObject({ sessionId, isCompleted: false, answers: [{ isCorrect: false, answer: { text: 'two' } }] });
    expect(await again.person().learningSession.getSession(sessionId)).toEqual(resumed);
    expect(await again.person().learningSession.getSession(id(7, 7))).toBeNull();
    await again.app.close();
  });

  it('takes one answer for an exercise, none after the end, and none for what is not asked', async () => {
    const { ana, lesson } = await begin();
    const service = ana.person().learningSession;
    const sessionId = await playLesson(ana.person(), lesson);
    const answer = { text: 'x' };
    await expect(service.recordAnswer(sessionId, lesson, shortAnswerOf(lesson).id, answer, 1)).rejects.toMatchObject({
      reason: 'completed',
    });
    const next = await service.openSession(lesson);
    expect(next.sessionId).not.toBe(sessionId);
    await service.recordAnswer(next.sessionId, lesson, shortAnswerOf(lesson).id, answer, 1);
    await expect(service.recordAnswer(next.sessionId, lesson, shortAnswerOf(lesson).id, answer, 1)).rejects.toMatchObject({
      reason: 'already_answered',
    });
    await expect(service.recordAnswer(next.sessionId, lesson, id(3, 999), answer, 1)).rejects.toMatchObject({
      reason: 'unknown_exercise',
    });
    await expect(service.recordAnswer(id(7, 1), lesson, id(3, 999), answer, 1)).rejects.toMatchObject({
      reason: 'unknown_session',
    });
    await ana.app.close();
  });

  it('opens one session for many callers, and completes it once', async () => {
    const { ana, lesson } = await begin();
    const service = ana.person().learningSession;
    const sessions = await Promise.all([service.openSession(lesson), service.openSession(lesson), service.openSession(lesson)]);
    expect(new Set(sessions.map(({ sessionId }) => sessionId)).size).toBe(1);
    const sessionId = sessions[0].sessionId;
    await Promise.all([service.completeSession(sessionId, lesson), service.completeSession(sessionId, lesson)]);
    expect(await query(ana, "SELECT COUNT(*) AS count FROM session_events WHERE type = 'session_completed'")).toEqual([
      { count: 1 },
    ]);
    await ana.app.close();
  });

  it('gives results, progress and how far the answers have come', async () => {
    const { ana, lesson } = await begin();
    const service = ana.person().learningSession;
    expect(await service.getResults(lesson)).toBeNull();
    expect(await service.listProgress(unitId)).toEqual([]);
    ana.network.isDown = true;
    await playLesson(ana.person(), lesson, false);
    expect(await service.getResults(lesson)).toMatchObject({
      correctCount: 1,
      exerciseCount: 2,
      wrongExerciseIds: [lesson.exercises[0]?.id],
      session: { isCompleted: true, delivery: 'saved_on_device' },
    });
    await playLesson(ana.person(), lesson, true);
    const progress = { unitId, lessonId, status: 'completed', bestScore: 1, attempts: 2, lastActivityAt: ana.clock.now() };
    expect(await service.listProgress(unitId)).toEqual([progress]);
    expect(await service.listProgress(null)).toEqual([progress]);
    expect(await service.listProgress(id(1, 2))).toEqual([]);
    ana.network.isDown = false;
    await ana.person().offlineCache.syncNow();
    expect(await service.getResults(lesson)).toMatchObject({ session: { delivery: 'confirmed' } });
    await ana.app.close();
  });

  it('[OC-3] numbers its events without a hole, and never rewrites or forgets one', async () => {
    const { ana, lesson } = await begin();
    await playLesson(ana.person(), lesson);
    expect(await query(ana, 'SELECT device_seq FROM session_events ORDER BY rowid')).toEqual(
      [1, 2, 3, 4].map((device_seq) => ({ device_seq })),
    );
    const database = await ana.platform.databases.open(`person-${ana.person().user.id}`);
    await expect(database.run("UPDATE session_events SET answer = 'x'")).rejects.toThrow('append-only');
    await expect(database.run('UPDATE session_events SET device_seq = 9')).rejects.toThrow('append-only');
    await expect(database.run('DELETE FROM session_events')).rejects.toThrow('append-only');
    await database.close();
    await ana.app.close();
  });

  it.each([Date.UTC(1999, 0, 1), Date.UTC(2038, 0, 20), 8_640_000_000_000_000, -1])(
    '[SY-6] is sent and counted with a clock at %d',
    async (at) => {
      const { server, ana, lesson } = await begin();
      ana.clock.jumpTo(at);
      await playLesson(ana.person(), lesson);
      await ana.person().offlineCache.syncNow();
      expect(server.eventsOf('ana@example.org')).toHaveLength(4);
      expect(ana.person().offlineCache.syncStatus()).toMatchObject({ outstanding: 0, refused: 0 });
      await ana.app.close();
    },
  );
});

describe('[LS-6] the same learner on another device', () => {
  it('gets all work back, and a lesson begun on one phone goes on on the other', async () => {
    const { server, ana, lesson } = await begin();
    await playLesson(ana.person(), lesson);
    const { sessionId } = await ana.person().learningSession.openSession(lesson);
    await ana.person().learningSession.recordAnswer(sessionId, lesson, shortAnswerOf(lesson).id, { text: 'one minute' }, 1);
    await ana.person().offlineCache.syncNow();

    server.pageLimit = 3;
    const second = await createLearner(server, { seed: 2, isKnown: true });
    await second.person().offlineCache.syncNow();
    expect(await second.person().learningSession.listProgress(unitId)).toMatchObject([
      { status: 'completed', bestScore: 1, attempts: 2 },
    ]);
    const theirs = await lessonOf(second.person(), unitId, lessonId);
    expect(await second.person().learningSession.openSession(theirs)).toMatchObject({
      sessionId,
      answers: [{ isCorrect: true, delivery: 'confirmed' }],
    });
    expect(second.person().offlineCache.syncStatus().outstanding).toBe(0);
    await second.app.close();
    await ana.app.close();
  });

  it('[CT-11] gives a restored server what it lacks, once', async () => {
    const { server, ana, lesson } = await begin();
    await playLesson(ana.person(), lesson);
    await ana.person().offlineCache.syncNow();
    server.restore(1);
    await ana.person().offlineCache.syncNow();
    expect(server.eventsOf('ana@example.org').map(({ device_seq }) => device_seq)).toEqual([1, 2, 3, 4]);
    expect(ana.person().offlineCache.syncStatus()).toMatchObject({ outstanding: 0, lastError: null });
    expect(await ana.person().content.listUnits('all')).toMatchObject({ kind: 'units', units: [{ id: unitId }] });
    await ana.app.close();
  });
});
