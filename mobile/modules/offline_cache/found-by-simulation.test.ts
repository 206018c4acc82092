import { id, makeUnit } from '../../test/factories.ts';
import { createLearner, type Learner, lessonOf, query } from '../../test/learner.ts';
import { createServerModel, type ServerModel } from '../../test/server-model.ts';
import { TransportError } from '../infrastructure/models.ts';

const unitId = id(1, 1);
const UNIT = /GET .*\/content\/units\/0000/;

async function begin(): Promise<{ server: ServerModel; ana: Learner }> {
  const server = createServerModel();
  server.publish(makeUnit(1));
  const ana = await createLearner(server);
  await ana.person().offlineCache.syncNow();
  return { server, ana };
}
const cache = (ana: Learner) => ana.person().offlineCache;
const stateOf = (ana: Learner) => cache(ana).downloadState(unitId);
async function download(ana: Learner): Promise<void> {
  await cache(ana).requestUnitDownload(unitId);
  await ana.clock.advance(500);
}

/** Each of these was first told as a story by `npm run simulate`; the schedules are kept in `simulation/kept/`. */
describe('what the simulation has found', () => {
  it('[DL-1] a unit that was published anew since the last pull is downloaded with all of its files', async () => {
    const { server, ana } = await begin();
    server.publish(makeUnit(1, { seed: 7 }));
    await download(ana);
    expect(await stateOf(ana)).toMatchObject({ status: 'downloaded' });
    const files = await query(ana, 'SELECT unit_version, COUNT(*) AS count FROM assets GROUP BY unit_version');
    expect(files).toEqual([{ unit_version: 2, count: 3 }]);
    ana.network.isDown = true;
    ana.setOnline(false);
    const lesson = await lessonOf(ana.person(), unitId, id(2, 10));
    expect(await cache(ana).resolveAsset(lesson.audioAssetId ?? '')).toMatchObject({ kind: 'local' });
    await ana.app.close();
  });

  it('[CT-11] a unit that a restored server has in an older version is stored and downloaded as that', async () => {
    const { server, ana } = await begin();
    const restore = server.backUp();
    server.publish(makeUnit(1, { seed: 7 }));
    await ana.person().content.getLesson(unitId, id(2, 10));
    restore();
    await cache(ana).syncNow();
    await download(ana);
    expect(await stateOf(ana)).toMatchObject({ status: 'downloaded' });
    expect(await query(ana, 'SELECT version, stored_version, downloaded_version FROM units')).toEqual([
      { version: 1, stored_version: 1, downloaded_version: 1 },
    ]);
    await ana.app.close();
  });

  it('[CT-11] other content that a restored server has under an old number takes the place of what was downloaded', async () => {
    const { server, ana } = await begin();
    const restore = server.backUp();
    server.publish(makeUnit(1, { seed: 7, title: 'Before' }));
    await cache(ana).syncNow();
    await download(ana);
    expect(await query(ana, 'SELECT version, downloaded_version FROM units')).toEqual([{ version: 2, downloaded_version: 2 }]);
    restore();
    server.publish(makeUnit(1, { seed: 8, title: 'After' }));
    await cache(ana).syncNow();
    await ana.clock.advance(500);
    expect(await stateOf(ana)).toMatchObject({ status: 'downloaded' });
    expect(await ana.person().content.getUnitDetail(unitId)).toMatchObject({ unit: { title: 'After', version: 2 } });
    const expected = makeUnit(1, { seed: 8 }).objects.map(({ asset }) => asset.object_id);
    const files = await query(ana, 'SELECT object_id FROM assets ORDER BY id');
    expect(files.map((row) => row['object_id'])).toEqual(expected);
    await ana.app.close();
  });

  it('[AU-3] a download whose token has died waits for the person, costs no try, and the banner asks', async () => {
    const { server, ana } = await begin();
    server.revokeTokens();
    await download(ana);
    await ana.clock.advance(10 * 60_000);
    expect(await stateOf(ana)).toMatchObject({ status: 'queued', reason: 'sign_in' });
    expect(cache(ana).syncStatus().needsSignIn).toBe(true);
    await ana.app.user.signIn('ana@example.org', 'correct horse');
    await ana.clock.advance(1_000);
    expect(await stateOf(ana)).toMatchObject({ status: 'downloaded' });
    await ana.app.close();
  });

  it('[DL-8] a unit that a pull brought while it was asked for in vain is fetched all the same', async () => {
    const { ana } = await begin();
    await query(ana, 'DELETE FROM units');
    let giveUp: () => void = () => undefined;
    const until = new Promise<void>((_, reject) => (giveUp = () => reject(new TransportError('timeout'))));
    ana.network.next(UNIT, { kind: 'held', until });
    const asked = cache(ana).requestUnitDownload(unitId);
    await cache(ana).syncNow();
    giveUp();
    expect(await asked).toBeNull();
    await ana.clock.advance(500);
    expect(await stateOf(ana)).toMatchObject({ status: 'downloaded' });
    await ana.app.close();
  });

  it('[SV-3] an older version that played beside one for a newer app goes with the update, and the digest stays right', async () => {
    const { server, ana } = await begin();
    const made = makeUnit(1, { seed: 7, schemaVersion: 2 });
    made.unit.lessons = made.unit.lessons.map((lesson) => ({ ...lesson, schema_version: 2 }));
    server.publish(made);
    await cache(ana).syncNow();
    const later = await ana.restart({ schemas: { oldest: 2, newest: 2 } });
    await cache(later).syncNow();
    expect(await query(later, 'SELECT version, schema_version FROM units')).toEqual([{ version: 2, schema_version: 2 }]);
    expect(await query(later, "SELECT value FROM metadata WHERE key = 'digest_repairs'")).toEqual([]);
    await later.app.close();
  });

  it('[DL-11] an address that is signed again is not fetched from when the Wi-Fi has gone meanwhile', async () => {
    const { server, ana } = await begin();
    await cache(ana).setWifiOnly(true);
    await ana.person().content.getLesson(unitId, id(2, 10));
    server.expireUrls();
    let release: () => void = () => undefined;
    ana.network.next(/assets\/sign/, { kind: 'held', until: new Promise((resolve) => (release = resolve)) });
    await download(ana);
    ana.setOnline(true, 'cellular');
    const asked = ana.network.countOf(/objects/);
    release();
    await ana.clock.advance(1_000);
    expect(ana.network.countOf(/objects/)).toBe(asked);
    expect(await stateOf(ana)).toMatchObject({ status: 'queued', reason: 'waiting_for_wifi' });
    await ana.app.close();
  });

  it('[OB-9] a database that fails just when the next try is reckoned does not end the trying', async () => {
    const { server, ana } = await begin();
    const lesson = await lessonOf(ana.person(), unitId, id(2, 10));
    ana.network.isDown = true;
    await ana.person().learningSession.openSession(lesson);
    await cache(ana).syncNow();
    await query(ana, 'ALTER TABLE metadata RENAME TO elsewhere');
    await ana.clock.advance(60_000);
    await query(ana, 'ALTER TABLE elsewhere RENAME TO metadata');
    ana.network.isDown = false;
    await ana.clock.advance(10 * 60_000);
    expect(server.eventsOf('ana@example.org')).toHaveLength(1);
    await ana.app.close();
  });

  it('[CT-3] an answer that was under way when the unit was deleted does not bring it back to life', async () => {
    const { server, ana } = await begin();
    let release: () => void = () => undefined;
    const late = server.publish(makeUnit(1, { seed: 7 }));
    const body = new TextEncoder().encode(JSON.stringify(late));
    const headers = { 'haversack-server': 'feed-1', 'content-type': 'application/json' };
    const held = new Promise<void>((resolve) => (release = resolve));
    const send = server.send;
    server.send = async (request) => {
      if (!UNIT.test(`GET ${request.url}`)) return send(request);
      await held;
      return { status: 200, headers, body };
    };
    const opening = ana.person().content.getLesson(unitId, id(2, 10));
    server.remove(unitId);
    await cache(ana).syncNow();
    release();
    expect(await opening).toMatchObject({ kind: 'error' });
    expect(await query(ana, 'SELECT id FROM units')).toEqual([]);
    await ana.app.close();
  });

  it('[SY-7] a unit that was fetched ahead of the cursor is no difference that wants everything anew', async () => {
    const { server, ana } = await begin();
    const send = server.send;
    // Between the end of the feed and the digest a new version is published, and fetched by itself.
    server.send = async (request) => {
      const reply = await send(request);
      if (!request.url.includes('/units/digest') || server.visibleUnits()[0]?.version !== 1) return reply;
      server.publish(makeUnit(1, { seed: 7 }));
      await ana.person().content.getLesson(unitId, id(2, 10));
      return reply;
    };
    await cache(ana).syncNow();
    expect(await query(ana, 'SELECT version FROM units')).toEqual([{ version: 2 }]);
    expect(cache(ana).syncStatus().lastError).toBeNull();
    expect(await query(ana, "SELECT value FROM metadata WHERE key = 'digest_repairs'")).toEqual([]);
    await ana.app.close();
  });

  it('[OC-4] a unit that was fetched by itself during a full pull, and deleted before its place came, is swept by that pull', async () => {
    const { server, ana } = await begin();
    server.publish(makeUnit(2));
    server.forgetCursors();
    const send = server.send;
    // The refused cursor begins a full pull; before its first page is made the unit is opened, and then deleted.
    server.send = async (request) => {
      if (/units\/sync/.test(request.url) && !request.url.includes('since=') && server.visibleUnits().length === 2) {
        await ana.person().content.getLesson(unitId, id(2, 10));
        server.remove(unitId);
      }
      return send(request);
    };
    await cache(ana).syncNow();
    expect(await query(ana, 'SELECT id FROM units')).toEqual([{ id: id(1, 2) }]);
    expect(await query(ana, "SELECT value FROM metadata WHERE key = 'digest_repairs'")).toEqual([]);
    await ana.app.close();
  });

  it('[OC-4] a unit that was fetched by itself before the first pull, and deleted since, is swept by that pull', async () => {
    const server = createServerModel();
    server.publish(makeUnit(1));
    server.publish(makeUnit(2));
    let lift = () => {};
    const ana = await createLearner(server, {
      script: (network) => (lift = network.always(/units\/sync/, { kind: 'lost_before' })),
    });
    await ana.person().content.getLesson(unitId, id(2, 10));
    expect(await query(ana, 'SELECT id FROM units')).toEqual([{ id: unitId }]);
    server.remove(unitId);
    lift();
    await cache(ana).syncNow();
    expect(await query(ana, 'SELECT id FROM units')).toEqual([{ id: id(1, 2) }]);
    expect(await query(ana, "SELECT value FROM metadata WHERE key = 'digest_repairs'")).toEqual([]);
    await ana.app.close();
  });

  it('[CT-11] what another device gave is given back too to a server that was restored', async () => {
    const { server, ana } = await begin();
    const restore = server.backUp();
    const second = await createLearner(server, { isKnown: true, seed: 9 });
    await second.person().offlineCache.syncNow();
    const lesson = await lessonOf(second.person(), unitId, id(2, 10));
    await second.person().learningSession.openSession(lesson);
    await second.person().offlineCache.syncNow();
    await cache(ana).syncNow();
    await second.app.close();
    restore();
    expect(server.eventsOf('ana@example.org')).toEqual([]);
    await ana.app.user.signIn('ana@example.org', 'correct horse');
    await cache(ana).syncNow();
    expect(server.eventsOf('ana@example.org')).toHaveLength(1);
    await ana.app.close();
  });

  it('[SY-7] a repair that came to nothing is tried again after half an hour', async () => {
    const { server, ana } = await begin();
    server.isDigestWrong = true;
    server.publish(makeUnit(2));
    await cache(ana).syncNow();
    await query(ana, 'DELETE FROM units WHERE id = ?', [id(1, 2)]);
    server.isDigestWrong = false;
    await cache(ana).syncNow();
    expect(cache(ana).syncStatus().lastError).toBe('server_trouble');
    await ana.clock.advance(40 * 60_000);
    expect(cache(ana).syncStatus().lastError).toBe('repaired');
    expect(await query(ana, 'SELECT id FROM units ORDER BY id')).toEqual([{ id: unitId }, { id: id(1, 2) }]);
    await ana.app.close();
  });
});
