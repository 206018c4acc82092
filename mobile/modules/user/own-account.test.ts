import { id, makeUnit } from '../../test/factories.ts';
import { createLearner, type Learner, lessonOf, playLesson } from '../../test/learner.ts';
import { statusReply } from '../../test/scripted-network.ts';
import { createServerModel, type ServerModel } from '../../test/server-model.ts';

const PASSWORD = 'correct horse';

async function begin(): Promise<{ server: ServerModel; ana: Learner }> {
  const server = createServerModel();
  server.publish(makeUnit(1));
  const ana = await createLearner(server);
  await ana.person().offlineCache.syncNow();
  return { server, ana };
}
const play = async (ana: Learner): Promise<string> => playLesson(ana.person(), await lessonOf(ana.person(), id(1, 1), id(2, 10)));

describe('one’s own data', () => {
  it('[US-4] is handed over as a file, whole, and nothing changes by it', async () => {
    const { server, ana } = await begin();
    await play(ana);
    await ana.person().offlineCache.syncNow();
    expect(await ana.app.user.exportData()).toEqual({ ok: true });
    const file: unknown = JSON.parse(ana.exported.get('haversack-my-data.json') ?? '');
    const events = server.eventsOf('ana@example.org');
    expect(events.length).toBeGreaterThan(0);
    expect(file).toMatchObject({ account: { email: 'ana@example.org' }, events, complete: true });
    expect(ana.app.user.state().kind).toBe('signed_in');
    await ana.app.close();
  });

  it('[US-4] is not half handed over: what was cut off, or is no such document, makes no file', async () => {
    const { ana } = await begin();
    ana.network.next(/me\/export/, { kind: 'lost_after' }, statusReply(429, { 'retry-after': '90' }), statusReply(200));
    expect(await ana.app.user.exportData()).toMatchObject({ ok: false, fault: 'server_trouble' });
    expect(await ana.app.user.exportData()).toMatchObject({ ok: false, fault: 'rate_limited', retryAfterSeconds: 90 });
    expect(await ana.app.user.exportData()).toMatchObject({ ok: false, fault: 'server_trouble' });
    expect(ana.exported.size).toBe(0);
    ana.platform.fileExport.offer = () => Promise.reject(new Error('no room'));
    expect(await ana.app.user.exportData()).toMatchObject({ ok: false, fault: 'not_offered' });
    await ana.app.close();
  });

  it('[US-4] [AU-1] goes from server and device, unsent work with it', async () => {
    const { ana } = await begin();
    await ana.person().offlineCache.requestUnitDownload(id(1, 1));
    await ana.clock.advance(1_000);
    await play(ana);
    const area = `person-${ana.person().user.id}`;
    expect(await ana.app.user.deleteAccount(PASSWORD)).toEqual({ ok: true });
    expect(ana.app.user.state()).toEqual({ kind: 'signed_out' });
    expect([await ana.platform.databases.list(), await ana.platform.files.list(area)]).toEqual([[], []]);
    expect(await ana.platform.secureStore.get('haversack.token')).toBeNull();
    expect(await ana.app.user.signIn('ana@example.org', PASSWORD)).toMatchObject({ fault: 'invalid_credentials' });
    expect(await ana.app.user.exportData()).toMatchObject({ ok: false, fault: 'sign_in' });
    await ana.app.close();
  });

  it('[US-4] stays, here and there, when the password is wrong, the network is away or the answer is lost', async () => {
    const { ana } = await begin();
    await play(ana);
    const { outstanding } = ana.person().offlineCache.syncStatus();
    expect(await ana.app.user.deleteAccount('wrong')).toMatchObject({ ok: false, fault: 'wrong_password' });
    ana.network.next(/me\/delete/, { kind: 'lost_before' }, statusReply(503));
    expect(await ana.app.user.deleteAccount(PASSWORD)).toMatchObject({ ok: false, fault: 'offline' });
    expect(await ana.app.user.deleteAccount(PASSWORD)).toMatchObject({ ok: false, fault: 'server_trouble' });
    expect(ana.app.user.state().kind).toBe('signed_in');
    expect(ana.person().offlineCache.syncStatus().outstanding).toBe(outstanding);
    ana.network.next(/me\/delete/, { kind: 'lost_after' });
    expect(await ana.app.user.deleteAccount(PASSWORD)).toMatchObject({ ok: false, fault: 'server_trouble' });
    expect(await ana.app.user.deleteAccount(PASSWORD)).toMatchObject({ ok: false, fault: 'sign_in' });
    await ana.app.close();
  });

  it('[US-4] is asked for in this person’s name, so that a cookie of somebody else deletes nobody', async () => {
    const { ana } = await begin();
    await ana.app.user.deleteAccount('wrong');
    const asked = ana.network.log.find(({ url }) => url.includes('/me/delete'));
    expect(asked?.headers?.['haversack-person']).toBe(ana.person().user.id);
    await ana.app.close();
  });
});
