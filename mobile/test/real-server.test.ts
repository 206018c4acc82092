import { CHUNK_BYTES } from '../modules/offline_cache/chunk.ts';
import { deliveredEvents } from './delivered.ts';
import { id, makeUnit } from './factories.ts';
import { createLearner, type Learner, lessonOf, playLesson } from './learner.ts';
import { type RealServer, startRealServer } from './real-server.ts';

const unitId = id(1, 1);
const UNIT = { lessonCount: 2, audioBytes: Math.round(CHUNK_BYTES * 1.5) };
const EVENTS = /POST .*\/learning_session\/events/;

describe('the client against the real server', () => {
  let server: RealServer;
  beforeAll(async () => {
    server = await startRealServer();
    await server.publish(makeUnit(1, UNIT));
  }, 120_000);
  afterAll(() => server.stop());

  it('[OB-2] [DL-1] [LS-6] downloads, learns offline, and delivers once, through a lost reply and a server that is killed', async () => {
    const ana = await createLearner(server.http, { email: 'ana@example.org' });
    const person = ana.person();
    await person.offlineCache.syncNow();
    expect(person.offlineCache.syncStatus()).toMatchObject({ lastError: null, isOnline: true });
    expect(await person.content.listUnits('all')).toMatchObject({ kind: 'units', units: [{ id: unitId }] });
    await person.content.joinMyUnits(unitId);
    await person.offlineCache.requestUnitDownload(unitId);
    await until(async () => (await person.offlineCache.downloadState(unitId)).status === 'downloaded');

    ana.network.isDown = true;
    ana.setOnline(false);
    const first = await lessonOf(person, unitId, id(2, 10));
    expect(await person.offlineCache.resolveAsset(first.audioAssetId ?? '')).toMatchObject({ kind: 'local' });
    await playLesson(person, first, false);
    expect(person.offlineCache.syncStatus().outstanding).toBeGreaterThanOrEqual(4);

    ana.network.isDown = false;
    ana.network.next(EVENTS, { kind: 'lost_after' });
    ana.setOnline(true);
    await person.offlineCache.syncNow();
    await person.offlineCache.syncNow();
    await expectAllDelivered(ana, 4);

    await playLesson(person, await lessonOf(person, unitId, id(2, 11)));
    ana.network.next(EVENTS, { kind: 'lost_after' });
    await person.offlineCache.syncNow();
    await server.killAndRestart();
    await person.offlineCache.syncNow();
    await person.offlineCache.syncNow();
    await expectAllDelivered(ana, 8);

    const second = await createLearner(server.http, { email: 'ana@example.org', isKnown: true, seed: 2 });
    await second.person().offlineCache.syncNow();
    const progress = await second.person().learningSession.listProgress(unitId);
    expect(progress.map(({ bestScore }) => bestScore).sort()).toEqual([0.5, 1]);
    expect(await second.person().content.listUnits('my')).toMatchObject({ units: [{ id: unitId }] });
    await second.app.close();
    await ana.app.close();
  }, 120_000);

  it('[AU-2] gives the key that opens what was kept, and takes what comes back under its old device', async () => {
    const cy = await createLearner(server.http, { email: 'cy@example.org', seed: 4 });
    await cy.person().offlineCache.syncNow();
    const lesson = await lessonOf(cy.person(), unitId, id(2, 10));
    cy.network.isDown = true;
    await playLesson(cy.person(), lesson);
    expect(await cy.app.user.signOut('keep')).toEqual({ kind: 'signed_out' });
    cy.network.isDown = false;
    const again = await cy.restart();
    expect(again.app.user.sealedWork()).toBe('waiting');
    expect(await again.app.user.signIn('cy@example.org', 'correct horse')).toMatchObject({ ok: true });
    await again.person().offlineCache.syncNow();
    await playLesson(again.person(), lesson);
    await again.person().offlineCache.syncNow();
    expect(again.person().offlineCache.syncStatus()).toMatchObject({ outstanding: 0, refused: 0, lastError: null });
    expect(await again.person().learningSession.listProgress(unitId)).toMatchObject([{ attempts: 2, bestScore: 1 }]);
    const third = await createLearner(server.http, { email: 'cy@example.org', isKnown: true, seed: 5 });
    await third.person().offlineCache.syncNow();
    expect(await third.person().learningSession.listProgress(unitId)).toMatchObject([{ attempts: 2, bestScore: 1 }]);
    await third.app.close();
    await again.app.close();
  }, 120_000);

  it('[SY-4] [DL-6] [SY-7] follows what the publisher changes', async () => {
    const bo = await createLearner(server.http, { email: 'bo@example.org', seed: 3 });
    const { offlineCache, content } = bo.person();
    await offlineCache.syncNow();
    await offlineCache.requestUnitDownload(unitId);
    await until(async () => (await offlineCache.downloadState(unitId)).status === 'downloaded');
    await server.publish(makeUnit(1, { ...UNIT, lessonCount: 1, seed: 9, title: 'Shorter' }));
    await offlineCache.syncNow();
    await until(async () => (await offlineCache.downloadState(unitId)).status === 'downloaded');
    expect(await content.getUnitDetail(unitId)).toMatchObject({
      unit: { title: 'Shorter', version: 2, lessons: [{ id: id(2, 10) }] },
    });
    expect(offlineCache.syncStatus().lastError).toBeNull();
    await bo.app.close();
  }, 120_000);
});

/** Every event of the learner, counted by the server itself. */
async function expectAllDelivered(ana: Learner, count: number): Promise<void> {
  expect(ana.person().offlineCache.syncStatus()).toMatchObject({ outstanding: 0, refused: 0, lastError: null });
  const events = await deliveredEvents(ana);
  expect(events.map(({ device_seq }) => device_seq)).toEqual(Array.from({ length: count }, (_, index) => index + 1));
}

async function until(isDone: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 300; tries += 1) {
    if (await isDone()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('waited 15 s in vain');
}
