import { deliveredEvents } from './delivered.ts';
import { id, makeUnit } from './factories.ts';
import { createLearner, type Learner, lessonOf, playLesson } from './learner.ts';
import { makeTemporaryFolder } from './node-builtins.ts';
import { type RealServer, startRealServer } from './real-server.ts';

const [water, soil, seeds] = [id(1, 1), id(1, 2), id(1, 3)];
const LESSONS = [id(2, 10), id(2, 11)] as const;
const UNIT = { lessonCount: 2 };

describe('a server whose disk is lost', () => {
  let server: RealServer;
  beforeAll(async () => {
    server = await startRealServer();
    for (const number of [1, 2]) await server.publish(makeUnit(number, UNIT));
  }, 120_000);
  afterAll(() => server.stop());

  it('[SE-8] [CT-11] goes on from its copy: phones send again what it lacks, nothing is lost or doubled, the catalogue is right', async () => {
    const ana = await createLearner(server.http, { email: 'ana@example.org' });
    const bo = await createLearner(server.http, { email: 'bo@example.org', seed: 3 });
    for (const who of [ana, bo]) {
      await sync(who);
      await who.person().content.joinMyUnits(water);
      await playLesson(who.person(), await lessonOf(who.person(), water, LESSONS[0]), false);
      await sync(who);
    }
    const copies = makeTemporaryFolder();
    await server.backUp(copies);

    // What the copy does not know: more of ana's work, delivered; bo's, not yet; a new version, a new unit, a withdrawn one.
    await playLesson(ana.person(), await lessonOf(ana.person(), water, LESSONS[1]));
    await server.publish(makeUnit(1, { ...UNIT, seed: 7, title: 'Water, second edition' }));
    await server.publish(makeUnit(3, UNIT));
    await sync(ana);
    expect(await titlesOf(ana)).toEqual(['Water, second edition', expect.any(String), expect.any(String)]);
    bo.network.isDown = true;
    await playLesson(bo.person(), await lessonOf(bo.person(), water, LESSONS[1]));
    const before = await deliveredEvents(ana);
    expect(before).toHaveLength(8);

    await server.loseAndRestore(copies);
    bo.network.isDown = false;
    expect(await deliveredEvents(ana)).toHaveLength(4);
    for (const who of [ana, bo]) {
      // To learn that it is another feed, to pull it whole and to hear what it lacks, and to give that back.
      for (let times = 0; times < 3; times += 1) await sync(who);
      expect(who.person().offlineCache.syncStatus()).toMatchObject({ outstanding: 0, refused: 0, lastError: null });
    }
    const after = await deliveredEvents(ana);
    expect(after.map(({ event_id }) => event_id).sort()).toEqual(before.map(({ event_id }) => event_id).sort());
    for (const who of [ana, bo])
      expect((await deliveredEvents(who)).map(({ device_seq }) => device_seq).sort()).toEqual(oneTo(8));
    // The catalogue is the restored server's: what was published since is published again.
    expect(await unitsOf(ana)).toEqual([water, soil]);
    await server.publish(makeUnit(1, { ...UNIT, seed: 7, title: 'Water, second edition' }));
    await server.publish(makeUnit(3, UNIT));
    for (const who of [ana, bo]) {
      await sync(who);
      expect(await unitsOf(who)).toEqual([water, soil, seeds]);
      expect(await titlesOf(who)).toContain('Water, second edition');
      expect(await who.person().learningSession.listProgress(water)).toMatchObject([{ attempts: 1 }, { attempts: 1 }]);
    }
    const second = await createLearner(server.http, { email: 'ana@example.org', isKnown: true, seed: 5 });
    await sync(second);
    expect((await second.person().learningSession.listProgress(water)).map(({ bestScore }) => bestScore).sort()).toEqual([
      0.5, 1,
    ]);
    for (const who of [ana, bo, second]) await who.app.close();
  }, 240_000);
});

const sync = (who: Learner): Promise<unknown> => who.person().offlineCache.syncNow();
const oneTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

async function listUnits(who: Learner): Promise<{ id: string; title: string }[]> {
  const listed = await who.person().content.listUnits('all');
  if (listed.kind !== 'units') throw new Error(`units: ${listed.kind}`);
  return listed.units.toSorted((one, other) => (one.id < other.id ? -1 : 1));
}
const unitsOf = async (who: Learner): Promise<string[]> => (await listUnits(who)).map((unit) => unit.id);
const titlesOf = async (who: Learner): Promise<string[]> => (await listUnits(who)).map((unit) => unit.title);
