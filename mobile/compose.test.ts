import { createServerModel } from './test/server-model.ts';
import { makeUnit } from './test/factories.ts';
import { createLearner, lessonOf, playLesson } from './test/learner.ts';

describe('the client as a whole', () => {
  it('[OB-1] [SY-2] learns offline and delivers once', async () => {
    const server = createServerModel();
    const { unit } = server.publish(makeUnit(1)) && { unit: makeUnit(1).unit };
    const ana = await createLearner(server);
    const person = ana.person();
    await person.offlineCache.syncNow();
    expect(await person.content.listUnits('all')).toMatchObject({ kind: 'units', units: [{ title: 'Unit 1' }] });
    await person.offlineCache.requestUnitDownload(unit.id);
    await ana.clock.advance(1_000);
    expect(await person.offlineCache.downloadState(unit.id)).toMatchObject({ status: 'downloaded' });
    ana.network.isDown = true;
    ana.setOnline(false);
    const lesson = await lessonOf(person, unit.id, unit.lesson_order[0] ?? '');
    await playLesson(person, lesson, false);
    expect(person.offlineCache.syncStatus()).toMatchObject({ outstanding: 4, isOnline: false });
    ana.network.isDown = false;
    ana.setOnline(true);
    await person.offlineCache.syncNow();
    expect(person.offlineCache.syncStatus()).toMatchObject({ outstanding: 0, isOnline: true, lastError: null });
    expect(server.eventsOf('ana@example.org').map(({ type, is_correct }) => [type, is_correct])).toEqual([
      ['session_started', undefined],
      ['exercise_answered', false],
      ['exercise_answered', true],
      ['session_completed', undefined],
    ]);
    expect(ana.warnings).toEqual([]);
    await ana.app.close();
  });
});
