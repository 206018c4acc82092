import { id, makeUnit } from '../../test/factories.ts';
import { createLearner } from '../../test/learner.ts';
import { createServerModel } from '../../test/server-model.ts';

const UNIT_ID = id(1, 1);

describe('content, asked for downloads and assets', () => {
  it('[DL-1] requestUnitDownload brings lessons and files here, and the unit says so', async () => {
    const server = createServerModel();
    server.publish(makeUnit(1));
    const ana = await createLearner(server);
    const { content, offlineCache } = ana.person();
    await offlineCache.syncNow();
    expect(await content.getUnitDetail(UNIT_ID)).toMatchObject({ unit: { download: { status: 'not_downloaded' } } });
    await content.requestUnitDownload(UNIT_ID);
    await ana.clock.advance(1_000);
    expect(await content.getUnitDetail(UNIT_ID)).toMatchObject({ unit: { download: { status: 'downloaded' } } });
    expect(await content.listUnits('all')).toMatchObject({ units: [{ download: { status: 'downloaded' } }] });
  });

  it('[DL-10] resolveAsset gives a placeholder offline, then a local address that outlives the network', async () => {
    const server = createServerModel();
    const { unit } = server.publish(makeUnit(1)) && makeUnit(1);
    const ana = await createLearner(server);
    const { content, offlineCache } = ana.person();
    await offlineCache.syncNow();
    const cover = unit.art_asset_id ?? '';
    ana.network.isDown = true;
    ana.setOnline(false);
    expect(await content.resolveAsset(cover)).toEqual({ kind: 'placeholder', reason: 'offline' });
    ana.network.isDown = false;
    ana.setOnline(true);
    expect(await content.resolveAsset(cover)).toMatchObject({
      kind: 'local',
      uri: expect.stringMatching(/^file:\/\//) as string,
    });
    ana.network.isDown = true;
    ana.setOnline(false);
    expect(await content.resolveAsset(cover)).toMatchObject({ kind: 'local' });
  });
});
