import { id, makeUnit } from '../../test/factories.ts';
import { createLearner, type Learner, lessonOf, playLesson, query } from '../../test/learner.ts';
import { CDN_NOT_FOUND, type NetworkFault, PORTAL_PAGE, statusReply } from '../../test/scripted-network.ts';
import { createServerModel, type ServerModel } from '../../test/server-model.ts';

const EVENTS = /POST .*\/learning_session\/events/;
const MY_UNITS = /PUT .*\/my-units\//;
const ANA = 'ana@example.org';
const unitId = id(1, 1);
const lessonIds = [id(2, 10), id(2, 11)] as const;

async function begin(): Promise<{ server: ServerModel; ana: Learner }> {
  const server = createServerModel();
  server.publish(makeUnit(1));
  const ana = await createLearner(server);
  await ana.person().offlineCache.syncNow();
  await lessonOf(ana.person(), unitId, lessonIds[0]);
  return { server, ana };
}
const play = async (ana: Learner, lesson = 0): Promise<string> =>
  playLesson(ana.person(), await lessonOf(ana.person(), unitId, lessonIds[lesson] ?? ''));
const statusOf = (ana: Learner) => ana.person().offlineCache.syncStatus();
const sync = (ana: Learner): Promise<void> => ana.person().offlineCache.syncNow();

describe('the outbox on its way to the server', () => {
  const hostile: [string, NetworkFault, string][] = [
    ['a portal’s 200', PORTAL_PAGE, 'not_ours'],
    ['a CDN’s 404', CDN_NOT_FOUND, 'not_ours'],
    ['a reply cut so that nobody notices', { kind: 'truncated', keepBytes: 20 }, 'not_ours'],
    ['a reply that breaks off', { kind: 'cut' }, 'server_trouble'],
    ['a lost reply', { kind: 'lost_after' }, 'server_trouble'],
    ['a time-out', { kind: 'timeout' }, 'server_trouble'],
    ['a 502', statusReply(502), 'server_trouble'],
    ['a proxy’s 413', statusReply(413), 'not_ours'],
    ['no network', { kind: 'lost_before' }, 'offline'],
  ];
  it.each(hostile)('[OB-2] [OB-5] keeps everything through %s, and delivers once', async (_, fault, error) => {
    const { server, ana } = await begin();
    const lift = ana.network.always(EVENTS, fault);
    await play(ana);
    await sync(ana);
    expect(statusOf(ana)).toMatchObject({ outstanding: 4, refused: 0, lastError: error });
    lift();
    await sync(ana);
    expect(statusOf(ana)).toMatchObject({ outstanding: 0, refused: 0, lastError: null });
    expect(server.eventsOf(ANA)).toHaveLength(4);
    expect([...server.effects.values()].every((count) => count === 1)).toBe(true);
    await ana.app.close();
  });

  it('[OB-2] an answer that does not name a key does not deliver it', async () => {
    const { ana } = await begin();
    await play(ana);
    const body = new TextEncoder().encode(JSON.stringify({ results: [], received: [] }));
    const headers = { 'haversack-server': 'feed-1', 'content-type': 'application/json' };
    ana.network.next(EVENTS, { kind: 'reply', reply: { status: 200, headers, body } });
    await sync(ana);
    expect(statusOf(ana).outstanding).toBe(4);
    await sync(ana);
    expect(statusOf(ana).outstanding).toBe(0);
    await ana.app.close();
  });

  it('[OB-2] a keyed success without the echoed key is not ours', async () => {
    const { server, ana } = await begin();
    await ana.person().content.joinMyUnits(unitId);
    ana.network.next(MY_UNITS, {
      kind: 'reply',
      reply: { status: 204, headers: { 'haversack-server': 'feed-1' }, body: new Uint8Array() },
    });
    await sync(ana);
    expect(statusOf(ana)).toMatchObject({ outstanding: 1, lastError: 'not_ours' });
    await sync(ana);
    expect(statusOf(ana)).toMatchObject({ outstanding: 0, lastError: null });
    expect(server.effects.size).toBe(1);
    await ana.app.close();
  });

  it('[OB-8] sends the same key again after a lost reply and after a restart', async () => {
    const { server, ana } = await begin();
    await ana.person().content.joinMyUnits(unitId);
    ana.network.next(MY_UNITS, { kind: 'lost_after' });
    await sync(ana);
    const again = await ana.restart();
    await again.person().offlineCache.syncNow();
    const keys = again.network.log.filter(({ url, method }) => method === 'PUT' && url.includes('my-units'));
    expect(new Set(keys.map(({ headers }) => headers?.['idempotency-key'])).size).toBe(1);
    expect(keys.length).toBeGreaterThan(1);
    expect([...server.effects.values()]).toEqual([1]);
    await again.app.close();
  });

  it('[OB-3] [OB-6] a refused write steps out of the line and waits in the tray; the others go', async () => {
    const { server, ana } = await begin();
    server.refuseEvent = (event) =>
      event.type === 'exercise_answered' && event.exercise_id === id(3, 20) ? 'invalid_body' : null;
    await play(ana);
    await sync(ana);
    expect(statusOf(ana)).toMatchObject({ outstanding: 0, refused: 1 });
    const [refused] = await ana.person().offlineCache.listRefused();
    expect(refused).toMatchObject({ code: 'invalid_body', payload: { exercise_id: id(3, 20) } });
    expect(server.eventsOf(ANA).map(({ type }) => type)).toEqual(['session_started', 'exercise_answered', 'session_completed']);

    server.refuseEvent = () => null;
    await ana.person().offlineCache.retryRefused(refused?.id ?? '');
    await sync(ana);
    expect(statusOf(ana)).toMatchObject({ outstanding: 0, refused: 0 });
    expect(server.eventsOf(ANA)).toHaveLength(4);
    await ana.app.close();
  });

  it('[OB-6] what the person discards leaves a withdrawal under its number', async () => {
    const { server, ana } = await begin();
    server.refuseEvent = (event) => (event.type === 'session_completed' ? 'invalid_body' : null);
    await play(ana);
    await sync(ana);
    const [refused] = await ana.person().offlineCache.listRefused();
    await ana.person().offlineCache.discardRefused(refused?.id ?? '');
    await sync(ana);
    expect(statusOf(ana)).toMatchObject({ outstanding: 0, refused: 0 });
    expect(server.eventsOf(ANA).map(({ type, device_seq }) => [device_seq, type])).toEqual([
      [1, 'session_started'],
      [2, 'exercise_answered'],
      [3, 'exercise_answered'],
      [4, 'withdrawn'],
    ]);
    expect(await ana.person().learningSession.listProgress(unitId)).toMatchObject([{ status: 'in_progress' }]);
    await ana.app.close();
  });

  it('[OB-3] a session that the server cannot digest does not hold up the others', async () => {
    const { server, ana } = await begin();
    const poisoned = await play(ana, 0);
    await play(ana, 1);
    const send = server.send.bind(server);
    server.send = async (request) =>
      EVENTS.test(`${request.method} ${request.url}`) && request.body?.includes(poisoned)
        ? { status: 500, headers: {}, body: new Uint8Array() }
        : send(request);
    await sync(ana);
    expect(server.eventsOf(ANA).map(({ lesson_id }) => lesson_id)).toEqual([
      lessonIds[1],
      lessonIds[1],
      lessonIds[1],
      lessonIds[1],
    ]);
    expect(statusOf(ana)).toMatchObject({ outstanding: 4, refused: 0 });
    server.send = send;
    await ana.clock.advance(5 * 60_000);
    expect(server.eventsOf(ANA)).toHaveLength(8);
    await ana.app.close();
  });

  it('[OB-3] within a session nothing overtakes a write that still waits', async () => {
    const { server, ana } = await begin();
    const lift = ana.network.always(EVENTS, statusReply(503));
    await play(ana, 0);
    await sync(ana);
    lift();
    // Only the next trigger of a person overrules the wait; the timer of another write does not.
    await play(ana, 1);
    await ana.clock.advance(10 * 60_000);
    const bySession = server.eventsOf(ANA).map(({ lesson_id, device_seq }) => [lesson_id, device_seq] as const);
    for (const lessonId of lessonIds) {
      const seqs = bySession.filter(([lesson]) => lesson === lessonId).map(([, seq]) => seq);
      expect(seqs).toEqual([...seqs].sort((a, b) => a - b));
      expect(seqs).toHaveLength(4);
    }
    await ana.app.close();
  });

  it('[OB-4] honours Retry-After, for every trigger and over a restart', async () => {
    const { server, ana } = await begin();
    await play(ana);
    ana.network.next(EVENTS, statusReply(429, { 'retry-after': '120' }));
    await sync(ana);
    const before = ana.network.countOf(EVENTS);
    await sync(ana);
    ana.foreground();
    const again = await ana.restart();
    await again.person().offlineCache.syncNow();
    await again.clock.advance(60_000);
    expect(again.network.countOf(EVENTS)).toBe(before);
    await again.clock.advance(61_000);
    await again.person().offlineCache.syncNow();
    expect(server.eventsOf(ANA)).toHaveLength(4);
    await again.app.close();
  });

  it('[OB-4] never hammers: the tries of an hour of trouble can be counted', async () => {
    const { ana } = await begin();
    const lift = ana.network.always(EVENTS, statusReply(503));
    await play(ana);
    const before = ana.network.countOf(EVENTS);
    await ana.clock.advance(60 * 60_000);
    const tries = ana.network.countOf(EVENTS) - before;
    expect(tries).toBeGreaterThan(8);
    expect(tries).toBeLessThan(60);
    lift();
    await ana.clock.advance(6 * 60_000);
    expect(statusOf(ana).outstanding).toBe(0);
    await ana.app.close();
  });

  it('[OB-4] being offline costs no attempt', async () => {
    const { ana } = await begin();
    ana.network.isDown = true;
    await play(ana);
    for (let times = 0; times < 5; times += 1) await sync(ana);
    expect(await query(ana, 'SELECT MAX(attempts) AS attempts FROM outbox')).toEqual([{ attempts: 0 }]);
    await ana.app.close();
  });

  it('[OB-7] concurrent triggers make one flight', async () => {
    const { server, ana } = await begin();
    let release: () => void = () => undefined;
    ana.network.next(EVENTS, { kind: 'held', until: new Promise((resolve) => (release = resolve)) });
    await play(ana);
    const flights = [sync(ana), sync(ana), sync(ana)];
    ana.foreground();
    await ana.clock.advance(2_000);
    expect(ana.network.countOf(EVENTS)).toBe(1);
    release();
    await Promise.all(flights);
    expect(ana.network.countOf(EVENTS)).toBe(1);
    expect(server.eventsOf(ANA)).toHaveLength(4);
    await ana.app.close();
  });

  it('[AU-3] [OB-5] a dead token in mid-queue loses nothing: a banner, and everything goes after signing in again', async () => {
    const { server, ana } = await begin();
    await play(ana);
    server.revokeTokens();
    await sync(ana);
    expect(statusOf(ana)).toMatchObject({ outstanding: 4, needsSignIn: true, lastError: 'sign_in' });
    expect(ana.app.user.state().kind).toBe('signed_in');
    const again = await ana.restart();
    expect(again.person().offlineCache.syncStatus()).toMatchObject({ outstanding: 4, needsSignIn: true });
    await play(again, 1);
    expect((await again.app.user.signIn(ANA, 'correct horse')).ok).toBe(true);
    await again.person().offlineCache.syncNow();
    expect(again.person().offlineCache.syncStatus()).toMatchObject({ outstanding: 0, needsSignIn: false });
    expect(server.eventsOf(ANA)).toHaveLength(8);
    await again.app.close();
  });

  it('sends 1,200 events in batches of at most 500, in order', async () => {
    const { server, ana } = await begin();
    ana.network.isDown = true;
    for (let times = 0; times < 300; times += 1) await play(ana);
    ana.network.isDown = false;
    const before = ana.network.countOf(EVENTS);
    await sync(ana);
    expect(ana.network.countOf(EVENTS) - before).toBe(3);
    expect(server.eventsOf(ANA).map(({ device_seq }) => device_seq)).toEqual(
      Array.from({ length: 1_200 }, (_, index) => index + 1),
    );
    await ana.app.close();
  });
});
