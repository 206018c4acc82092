import { id, makeUnit } from '../../test/factories.ts';
import { createLearner } from '../../test/learner.ts';
import { createServerModel } from '../../test/server-model.ts';

const UNIT_ID = id(1, 1);

/** The unit under a newer schema, with other recordings. */
function newerUnit() {
  const made = makeUnit(1, { schemaVersion: 2, seed: 7 });
  for (const lesson of made.unit.lessons) lesson.schema_version = 2;
  return made;
}

describe('a version that plays beside a newer line of the catalogue', () => {
  it('[SV-1] goes when its own schema is too old, shows as "download again", and can be', async () => {
    const server = createServerModel();
    server.publish(makeUnit(1));
    const ana = await createLearner(server, { compose: { schemas: { oldest: 1, newest: 2 } } });
    const { offlineCache, content } = ana.person();
    await offlineCache.syncNow();
    await offlineCache.requestUnitDownload(UNIT_ID);
    await ana.clock.advance(1_000);
    expect(await offlineCache.downloadState(UNIT_ID)).toMatchObject({ status: 'downloaded' });

    const lessonId = newerUnit().unit.lesson_order[0] ?? '';
    server.publish(newerUnit());
    const cutOff = ana.network.always(/\/objects\/|\/units\/0/, { kind: 'lost_before' });
    await offlineCache.syncNow();
    await offlineCache.cancelDownload(UNIT_ID);
    expect(await content.getLesson(UNIT_ID, lessonId)).toMatchObject({ kind: 'lesson', lesson: { unitVersion: 1 } });

    ana.network.isDown = true;
    const updated = await ana.restart({ schemas: { oldest: 2, newest: 2 } });
    const after = updated.person();
    expect(await after.offlineCache.downloadState(UNIT_ID)).toMatchObject({ status: 'download_again', doneBytes: 0 });
    expect(await after.content.getLesson(UNIT_ID, lessonId)).toEqual({ kind: 'offline' });
    expect((await after.offlineCache.storageUse()).lessonsBytes).toBe(0);

    cutOff();
    updated.network.isDown = false;
    await after.content.requestUnitDownload(UNIT_ID);
    await updated.clock.advance(5_000);
    expect(await after.offlineCache.downloadState(UNIT_ID)).toMatchObject({ status: 'downloaded' });
    expect(await after.content.getLesson(UNIT_ID, lessonId)).toMatchObject({ kind: 'lesson', lesson: { unitVersion: 2 } });
  });
});

describe('a unit whose form this app does not play', () => {
  it('[SV-1] says that the server has nothing newer when it is asked for or opened, and comes when it is renewed', async () => {
    const server = createServerModel();
    const { unit } = makeUnit(1);
    server.publish(makeUnit(1));
    const before = await createLearner(server, { compose: { schemas: { oldest: 1, newest: 1 } } });
    await before.person().offlineCache.syncNow();
    before.network.isDown = true;
    const ana = await before.restart({ schemas: { oldest: 2, newest: 2 } });
    const { offlineCache, content } = ana.person();
    const line = { unitId: UNIT_ID, title: 'Unit 1', isOutdated: true };
    expect(await offlineCache.listCachedUnits()).toMatchObject([
      { ...line, download: { status: 'download_again', reason: null } },
    ]);
    expect(await offlineCache.requestUnitDownload(UNIT_ID)).toBe('offline');

    ana.network.isDown = false;
    expect(await offlineCache.requestUnitDownload(UNIT_ID)).toBe('outdated');
    const said = { status: 'download_again', reason: 'outdated' };
    expect(await offlineCache.listCachedUnits()).toMatchObject([{ ...line, download: said }]);
    expect(await offlineCache.downloadState(UNIT_ID)).toMatchObject(said);
    expect(await content.getUnitDetail(UNIT_ID)).toEqual({ kind: 'outdated' });
    expect(await content.getLesson(UNIT_ID, unit.lesson_order[0] ?? '')).toEqual({ kind: 'outdated' });
    await offlineCache.syncNow();
    expect(offlineCache.syncStatus().lastError).toBeNull();

    server.publish(newerUnit());
    expect(await offlineCache.requestUnitDownload(UNIT_ID)).toBeNull();
    await ana.clock.advance(1_000);
    expect(await offlineCache.listCachedUnits()).toMatchObject([{ unitId: UNIT_ID, download: { status: 'downloaded' } }]);
    await ana.app.close();
  });

  it('[SV-2] says that the app is too old when it is opened or downloaded', async () => {
    const server = createServerModel();
    const { unit } = makeUnit(1);
    server.publish(makeUnit(1));
    const ana = await createLearner(server, { compose: { schemas: { oldest: 1, newest: 1 } } });
    const { offlineCache, content } = ana.person();
    await offlineCache.syncNow();
    server.publish(newerUnit());
    expect(await content.getLesson(UNIT_ID, unit.lesson_order[0] ?? '')).toEqual({ kind: 'app_too_old' });
    await offlineCache.requestUnitDownload(UNIT_ID);
    await ana.clock.advance(1_000);
    expect(await offlineCache.downloadState(UNIT_ID)).toMatchObject({ status: 'failed', reason: 'app_too_old' });
    await ana.app.close();
  });
});
