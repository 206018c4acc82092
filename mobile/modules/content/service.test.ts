import { id, makeUnit } from '../../test/factories.ts';
import { createLearner, lessonOf } from '../../test/learner.ts';
import { createServerModel, type ServerModel } from '../../test/server-model.ts';
import { settle } from '../../test/hand-clock.ts';
import { statusReply } from '../../test/scripted-network.ts';

const never = new Promise<void>(() => undefined);
const unitId = id(1, 1);
const lessonId = id(2, 10);

function publish(...numbers: number[]): ServerModel {
  const server = createServerModel();
  for (const number of numbers) server.publish(makeUnit(number));
  return server;
}
describe('reading', () => {
  it('[OC-1] answers from SQLite while the network hangs', async () => {
    const ana = await createLearner(publish(1, 2));
    await ana.person().offlineCache.syncNow();
    await lessonOf(ana.person(), unitId, lessonId);
    await ana.person().content.joinMyUnits(unitId);
    ana.network.always(/./, { kind: 'held', until: never });
    void ana.person().offlineCache.syncNow();
    const { content } = ana.person();
    expect(await content.listUnits('all')).toMatchObject({ kind: 'units', units: [{ title: 'Unit 1' }, { title: 'Unit 2' }] });
    expect(await content.listUnits('my')).toMatchObject({ kind: 'units', units: [{ id: unitId, isInMyUnits: true }] });
    expect(await content.getUnitDetail(unitId)).toMatchObject({
      kind: 'unit',
      unit: { title: 'Unit 1', version: 1, lessons: [{ exerciseCount: 2 }, { exerciseCount: 2 }] },
    });
    expect(await content.getUnitDetail(id(1, 2))).toMatchObject({
      kind: 'unit',
      unit: { lessons: [{ exerciseCount: null }, {}] },
    });
    expect(await content.getLesson(unitId, lessonId)).toMatchObject({ kind: 'lesson', lesson: { unitVersion: 1 } });
    await ana.app.close();
  });

  it('[OC-1] has read the first units of both lists when it is opened, and asks nobody where there are none', async () => {
    const ana = await createLearner(publish(1, 2));
    expect(ana.person().content.firstUnits('all')).toBeUndefined();
    await ana.person().offlineCache.syncNow();
    await ana.person().content.joinMyUnits(unitId);
    ana.network.always(/./, { kind: 'held', until: never });
    const again = await ana.restart();
    const { content } = again.person();
    expect(content.firstUnits('all')).toMatchObject({ kind: 'units', units: [{ title: 'Unit 1' }, { title: 'Unit 2' }] });
    expect(content.firstUnits('my')).toMatchObject({ kind: 'units', units: [{ title: 'Unit 1' }] });
    await again.app.close();
  });

  it('[OC-2] empty: one fetch for many callers, stored, then shown', async () => {
    const ana = await createLearner(publish(1));
    const lists = await Promise.all([1, 2, 3].map(() => ana.person().content.listUnits('all')));
    expect(lists).toMatchObject(lists.map(() => ({ kind: 'units', units: [{ id: unitId }] })));
    expect(ana.network.countOf('/content/units/sync')).toBe(1);
    const before = ana.network.countOf(/GET .*\/content\/units\/[0-9a-f-]{36}$/);
    await Promise.all([lessonOf(ana.person(), unitId, lessonId), lessonOf(ana.person(), unitId, lessonId)]);
    expect(ana.network.countOf(/GET .*\/content\/units\/[0-9a-f-]{36}$/) - before).toBe(1);
    await ana.app.close();
  });

  it('[OC-2] empty and offline says so, and a retry fills it', async () => {
    let lift: () => void = () => undefined;
    const ana = await createLearner(publish(1), {
      script: (network) => (lift = network.always(/content|learning_session/, { kind: 'lost_before' })),
    });
    const { content } = ana.person();
    expect(await content.listUnits('all')).toEqual({ kind: 'offline' });
    expect(await content.getUnitDetail(unitId)).toEqual({ kind: 'offline' });
    expect(await content.getLesson(unitId, lessonId)).toEqual({ kind: 'offline' });
    lift();
    expect(await content.listUnits('all')).toMatchObject({ kind: 'units' });
    await ana.app.close();
  });

  it('[OC-2] tells trouble from nothing: an error, an empty catalogue, a unit that is not there', async () => {
    const server = publish();
    const ana = await createLearner(server);
    await ana.person().offlineCache.syncNow();
    expect(await ana.person().content.listUnits('all')).toEqual({ kind: 'empty' });
    expect(await ana.person().content.getUnitDetail(unitId)).toEqual({ kind: 'missing' });
    ana.network.always(/./, statusReply(503));
    expect(await ana.person().content.getUnitDetail(unitId)).toEqual({ kind: 'error' });
    await ana.app.close();
  });

  it('shows a join at once, keeps it against an older word of the server, and takes it back when it is discarded', async () => {
    const server = publish(1, 2);
    const ana = await createLearner(server);
    await ana.person().offlineCache.syncNow();
    ana.network.always(/PUT/, { kind: 'timeout' });
    await ana.person().content.joinMyUnits(unitId);
    server.publish(makeUnit(1, { title: 'Renamed' }));
    await ana.person().offlineCache.syncNow();
    expect(await ana.person().content.listUnits('my')).toMatchObject({ units: [{ title: 'Renamed' }] });
    await ana.app.close();
  });

  it('refreshes in the background what was opened once and has changed', async () => {
    const server = publish(1);
    const ana = await createLearner(server);
    await ana.person().offlineCache.syncNow();
    await lessonOf(ana.person(), unitId, lessonId);
    server.publish(makeUnit(1, { lessonCount: 3 }));
    await ana.person().offlineCache.syncNow();
    expect(await ana.person().content.getUnitDetail(unitId)).toMatchObject({ unit: { version: 1, lessons: [{}, {}] } });
    await settle();
    expect(await ana.person().content.getUnitDetail(unitId)).toMatchObject({ unit: { version: 2, lessons: [{}, {}, {}] } });
    await ana.app.close();
  });
});
