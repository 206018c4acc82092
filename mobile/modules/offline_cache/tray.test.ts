import type { HttpReply } from '../infrastructure/public.ts';
import { id, makeUnit } from '../../test/factories.ts';
import { createLearner, type Learner, lessonOf, playLesson, query } from '../../test/learner.ts';
import { PORTAL_PAGE, statusReply } from '../../test/scripted-network.ts';
import { createServerModel, type ServerModel } from '../../test/server-model.ts';
import { FAILING_AFTER_TRIES } from './outbox.ts';

const EVENTS = /POST .*\/learning_session\/events/;
const MY_UNITS = /(PUT|DELETE) .*\/my-units\//;
const ANA = 'ana@example.org';
const UNIT_ID = id(1, 1);
const LESSON_ID = id(2, 10);
const AN_HOUR = 60 * 60_000;

async function begin(): Promise<{ server: ServerModel; ana: Learner }> {
  const server = createServerModel();
  server.publish(makeUnit(1));
  const ana = await createLearner(server);
  await cache(ana).syncNow();
  await lessonOf(ana.person(), UNIT_ID, LESSON_ID);
  return { server, ana };
}
const cache = (ana: Learner) => ana.person().offlineCache;
const play = async (ana: Learner): Promise<string> => playLesson(ana.person(), await lessonOf(ana.person(), UNIT_ID, LESSON_ID));
const typesOf = (server: ServerModel): string[] => server.eventsOf(ANA).map(({ type }) => type);
/** Fails so often that the person is told, and then meets a server that is well again. */
async function failLong(ana: Learner, fits: RegExp): Promise<void> {
  const lift = ana.network.always(fits, statusReply(503));
  await ana.clock.advance(AN_HOUR);
  lift();
}

describe('what keeps failing', () => {
  it('[OB-6] is listed with its reason after some tries, beside what was refused; it stays in the line, over a restart too', async () => {
    const { server, ana } = await begin();
    server.refuseEvent = (event) => (event.type === 'session_completed' ? 'not_found' : null);
    await play(ana);
    await cache(ana).syncNow();
    const lift = ana.network.always(MY_UNITS, statusReply(500));
    await ana.person().content.joinMyUnits(UNIT_ID);
    for (let times = 1; times < FAILING_AFTER_TRIES; times += 1) await cache(ana).syncNow();
    expect(cache(ana).syncStatus()).toMatchObject({ outstanding: 1, refused: 1, failing: 0 });
    expect(await cache(ana).listRefused()).toHaveLength(1);

    await cache(ana).syncNow();
    expect(cache(ana).syncStatus()).toMatchObject({ outstanding: 1, refused: 1, failing: 1, lastError: 'server_trouble' });
    const again = await ana.restart();
    expect(cache(again).syncStatus()).toMatchObject({ outstanding: 1, refused: 1, failing: 1 });
    expect(await cache(again).listRefused()).toMatchObject([
      { state: 'refused', code: 'not_found', unitTitle: 'Unit 1', payload: { type: 'session_completed' }, attempts: 1 },
      { state: 'failing', code: 'try_later', unitTitle: 'Unit 1', method: 'PUT', attempts: FAILING_AFTER_TRIES },
    ]);

    lift();
    await again.clock.advance(10 * 60_000);
    expect(cache(again).syncStatus()).toMatchObject({ outstanding: 0, refused: 1, failing: 0 });
    expect(await again.person().content.listUnits('my')).toMatchObject({ units: [{ id: UNIT_ID }] });
    await again.app.close();
  });

  it('[OB-6] says who failed it: a page in between, or a server that does not answer about it', async () => {
    const { ana } = await begin();
    const lift = ana.network.always(EVENTS, PORTAL_PAGE);
    await play(ana);
    await ana.clock.advance(AN_HOUR);
    expect((await cache(ana).listRefused()).map(({ code }) => code)).toEqual(Array(4).fill('not_ours'));
    lift();
    const body = new TextEncoder().encode(JSON.stringify({ results: [], received: [] }));
    const headers = { 'haversack-server': 'feed-1', 'content-type': 'application/json' };
    ana.network.next(EVENTS, { kind: 'reply', reply: { status: 200, headers, body } });
    await cache(ana).syncNow();
    expect((await cache(ana).listRefused()).map(({ code }) => code)).toEqual(Array(4).fill('not_answered'));
    await ana.app.close();
  });

  it('[OB-6] goes at once when tried again, and what stands before it in its lane goes before it', async () => {
    const { server, ana } = await begin();
    const lift = ana.network.always(EVENTS, statusReply(503));
    await play(ana);
    await ana.clock.advance(AN_HOUR);
    lift();
    const tray = await cache(ana).listRefused();
    expect(tray).toHaveLength(4);
    await cache(ana).retryRefused(tray[3]?.id ?? '');
    await ana.clock.advance(0);
    expect(typesOf(server)).toEqual(PLAYED);
    expect(await cache(ana).listRefused()).toEqual([]);
    await ana.app.close();
  });
});

describe('throwing away what keeps failing', () => {
  it('[OB-6] leaves a withdrawal under its number, and nothing of it counts', async () => {
    const { server, ana } = await begin();
    ana.network.isDown = true;
    await play(ana);
    ana.network.isDown = false;
    const send = server.send.bind(server);
    server.send = async (request) => (request.body?.includes('session_completed') ? TROUBLE : send(request));
    await ana.clock.advance(AN_HOUR);
    const [failing, ...others] = await cache(ana).listRefused();
    expect(failing).toMatchObject({ state: 'failing', payload: { type: 'session_completed' } });
    expect(others).toEqual([]);
    expect(await cache(ana).discardRefused(failing?.id ?? '')).toBe(true);
    server.send = send;
    await cache(ana).syncNow();
    expect(typesOf(server)).toEqual(['session_started', 'exercise_answered', 'exercise_answered', 'withdrawn']);
    expect(await ana.person().learningSession.listProgress(UNIT_ID)).toMatchObject([{ status: 'in_progress' }]);
    expect(cache(ana).syncStatus()).toMatchObject({ outstanding: 0, failing: 0, lastError: null });
    await ana.app.close();
  });

  it('[OB-6] while it is on its way: what the server takes all the same counts, on this device and on others', async () => {
    const { server, ana } = await begin();
    await play(ana);
    await failLong(ana, EVENTS);
    let release: () => void = () => undefined;
    ana.network.next(EVENTS, { kind: 'held', until: new Promise((resolve) => (release = resolve)) });
    const flight = cache(ana).syncNow();
    await ana.clock.advance(0);
    const completed = (await cache(ana).listRefused()).find(({ payload }) => typeOf(payload) === 'session_completed');
    expect(await cache(ana).discardRefused(completed?.id ?? '')).toBe(true);
    expect(await ana.person().learningSession.listProgress(UNIT_ID)).toMatchObject([{ status: 'in_progress' }]);
    release();
    await flight;
    await cache(ana).syncNow();
    expect(typesOf(server)).toEqual([...PLAYED, 'withdrawn']);
    expect(cache(ana).syncStatus()).toMatchObject({ outstanding: 0, refused: 0, failing: 0, lastError: null });
    expect(await ana.person().learningSession.listProgress(UNIT_ID)).toMatchObject([{ status: 'completed' }]);

    // A server that lost both gets both back: what counts is kept.
    server.restore(0);
    await cache(ana).syncNow();
    expect(typesOf(server).sort()).toEqual([...PLAYED, 'withdrawn'].sort());
    const second = await createLearner(server, { isKnown: true, seed: 2 });
    await cache(second).syncNow();
    expect(await second.person().learningSession.listProgress(UNIT_ID)).toMatchObject([{ status: 'completed' }]);
    await ana.app.close();
    await second.app.close();
  });

  it('[OB-6] while it is on its way: what the server refuses then does not come back', async () => {
    const { server, ana } = await begin();
    await play(ana);
    await failLong(ana, EVENTS);
    server.refuseEvent = (event) => (event.type === 'session_completed' ? 'not_found' : null);
    let release: () => void = () => undefined;
    ana.network.next(EVENTS, { kind: 'held', until: new Promise((resolve) => (release = resolve)) });
    const flight = cache(ana).syncNow();
    await ana.clock.advance(0);
    const completed = (await cache(ana).listRefused()).find(({ payload }) => typeOf(payload) === 'session_completed');
    await cache(ana).discardRefused(completed?.id ?? '');
    release();
    await flight;
    await cache(ana).syncNow();
    expect(cache(ana).syncStatus()).toMatchObject({ outstanding: 0, refused: 0, failing: 0 });
    expect(typesOf(server)).toEqual([...PLAYED.slice(0, 3), 'withdrawn']);
    await ana.app.close();
  });

  it('[OB-2] of a list that is old throws away nothing: what was sent meanwhile stays sent, what may yet go stays in the line', async () => {
    const { server, ana } = await begin();
    await play(ana);
    await failLong(ana, EVENTS);
    const [old] = await cache(ana).listRefused();
    await cache(ana).syncNow();
    expect(await cache(ana).discardRefused(old?.id ?? '')).toBe(false);
    ana.network.isDown = true;
    await ana.person().content.joinMyUnits(UNIT_ID);
    const [waiting] = await query(ana, 'SELECT id FROM outbox');
    expect(await cache(ana).discardRefused(String(waiting?.['id']))).toBe(false);
    ana.network.isDown = false;
    await cache(ana).syncNow();
    expect(typesOf(server)).toEqual(PLAYED);
    expect(server.effects.size).toBe(PLAYED.length + 1);
    await ana.app.close();
  });

  it('[OB-6] of a join shows the unit where the server has it, but not over a later choice that still waits', async () => {
    const { ana } = await begin();
    const { content } = ana.person();
    const inMyUnits = async () => query(ana, 'SELECT in_my_units FROM units');
    await content.joinMyUnits(UNIT_ID);
    await cache(ana).syncNow();
    ana.network.always(MY_UNITS, statusReply(500));
    await content.leaveMyUnits(UNIT_ID);
    await ana.clock.advance(AN_HOUR);
    await content.leaveMyUnits(UNIT_ID);
    const [first] = await cache(ana).listRefused();
    await cache(ana).discardRefused(first?.id ?? '');
    expect(await inMyUnits()).toEqual([{ in_my_units: 0 }]);
    await ana.clock.advance(AN_HOUR);
    const [second] = await cache(ana).listRefused();
    await cache(ana).discardRefused(second?.id ?? '');
    expect(await inMyUnits()).toEqual([{ in_my_units: 1 }]);
    await ana.app.close();
  });
});

interface ExportedFile {
  format: string;
  version: number;
  person_id: string;
  exported_at: string;
  writes: {
    state: string;
    method: 'POST' | 'PUT' | 'DELETE';
    endpoint: string;
    headers: Record<string, string>;
    idempotency_key: string;
    body: unknown;
    refusal: { code: string } | null;
    last_error: string;
  }[];
}

describe('the exported file', () => {
  it('[OB-6] holds all that sending by hand needs; afterwards the device’s own try is a duplicate', async () => {
    const { server, ana } = await begin();
    server.refuseEvent = (event) => (event.type === 'session_completed' ? 'not_found' : null);
    await play(ana);
    await cache(ana).syncNow();
    const lift = ana.network.always(MY_UNITS, statusReply(500));
    await ana.person().content.joinMyUnits(UNIT_ID);
    await ana.clock.advance(AN_HOUR);
    const before = await query(ana, 'SELECT * FROM outbox');
    expect(await cache(ana).exportRefused(null)).toBe(true);
    expect(await query(ana, 'SELECT * FROM outbox')).toEqual(before);

    const file = onlyExport(ana);
    expect(file).toMatchObject({
      ...{ format: 'haversack-unsent-writes', version: 1, person_id: ana.person().user.id },
      writes: [
        { state: 'refused', refusal: { code: 'not_found' }, method: 'POST' },
        { state: 'failing', refusal: null, last_error: 'try_later', method: 'PUT', idempotency_key: before[1]?.['id'] },
      ],
    });
    expect(Date.parse(file.exported_at)).toBe(ana.clock.now());

    server.refuseEvent = () => null;
    for (const write of file.writes) {
      expect((await sendByHand(server, ana, write)).status).toBeLessThan(300);
    }
    expect(typesOf(server)).toEqual(PLAYED);
    const effects = new Map(server.effects);
    lift();
    for (const { id: writeId } of await cache(ana).listRefused()) await cache(ana).retryRefused(writeId);
    await cache(ana).syncNow();
    expect(cache(ana).syncStatus()).toMatchObject({ outstanding: 0, refused: 0, failing: 0, lastError: null });
    expect(server.effects).toEqual(effects);
    expect(typesOf(server)).toEqual(PLAYED);
    await ana.app.close();
  });

  it('[OB-6] is of one write when one was asked for, holds no token, and is not made of what is gone', async () => {
    const { server, ana } = await begin();
    server.refuseEvent = (event) => (event.type === 'exercise_answered' ? 'invalid_body' : null);
    await play(ana);
    await cache(ana).syncNow();
    const [first] = await cache(ana).listRefused();
    await cache(ana).exportRefused(first?.id ?? '');
    expect(onlyExport(ana).writes.map(({ idempotency_key }) => idempotency_key)).toEqual([first?.idempotencyKey]);
    const token = await ana.platform.secureStore.get('haversack.token');
    expect(token).toBeTruthy();
    for (const text of ana.exported.values()) expect(text).not.toContain(token);
    ana.exported.clear();
    await cache(ana).discardRefused(first?.id ?? '');
    expect(await cache(ana).exportRefused(first?.id ?? '')).toBe(false);
    expect(ana.exported.size).toBe(0);
    await ana.app.close();
  });
});

const PLAYED = ['session_started', 'exercise_answered', 'exercise_answered', 'session_completed'];
const TROUBLE: HttpReply = { status: 500, headers: {}, body: new Uint8Array() };

function typeOf(payload: unknown): unknown {
  return typeof payload === 'object' && payload !== null && 'type' in payload ? payload.type : null;
}

function onlyExport({ exported }: Learner): ExportedFile {
  expect([...exported.keys()]).toEqual([expect.stringMatching(/^haversack-unsent-2026-11-24-\d{6}\.json$/)]);
  return JSON.parse([...exported.values()].join()) as ExportedFile;
}

/** As somebody does who has the file and the person's token, and no app. */
async function sendByHand(server: ServerModel, ana: Learner, write: ExportedFile['writes'][number]): Promise<HttpReply> {
  const token = await ana.platform.secureStore.get('haversack.token');
  return server.send({
    method: write.method,
    url: write.endpoint,
    headers: { ...write.headers, authorization: `Bearer ${token}` },
    timeoutMs: 1_000,
    ...(write.body === null ? {} : { body: JSON.stringify(write.body) }),
  });
}
