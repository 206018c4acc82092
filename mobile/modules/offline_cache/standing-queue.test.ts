import { id, makeUnit } from '../../test/factories.ts';
import { createLearner } from '../../test/learner.ts';
import { statusReply } from '../../test/scripted-network.ts';
import { createServerModel } from '../../test/server-model.ts';

describe('a write that keeps failing by itself', () => {
  it('[OB-9] is said for as long as it fails, while the rest is synced, and goes when the server is well', async () => {
    const server = createServerModel();
    server.publish(makeUnit(1));
    const ana = await createLearner(server);
    const { offlineCache, content } = ana.person();
    await offlineCache.syncNow();
    const lift = ana.network.always('/content/my-units/', statusReply(500));
    await content.joinMyUnits(id(1, 1));
    server.publish(makeUnit(2));
    await ana.clock.advance(2 * 60 * 60_000);
    expect(offlineCache.syncStatus()).toMatchObject({ outstanding: 1, lastError: 'server_trouble' });
    expect(await content.listUnits('all')).toMatchObject({ units: [{ title: 'Unit 1' }, { title: 'Unit 2' }] });
    lift();
    await ana.clock.advance(10 * 60_000);
    expect(offlineCache.syncStatus()).toMatchObject({ outstanding: 0, lastError: null });
  });
});
