import { id, makeUnit } from '../../test/factories.ts';
import { createLearner, type Learner, lessonOf, playLesson } from '../../test/learner.ts';
import { statusReply } from '../../test/scripted-network.ts';
import { createServerModel, type ServerModel } from '../../test/server-model.ts';

async function begin(): Promise<{ server: ServerModel; ana: Learner }> {
  const server = createServerModel();
  server.publish(makeUnit(1));
  const ana = await createLearner(server);
  await ana.person().offlineCache.syncNow();
  return { server, ana };
}
const play = async (ana: Learner): Promise<string> => playLesson(ana.person(), await lessonOf(ana.person(), id(1, 1), id(2, 10)));

describe('signing in', () => {
  it('[AU-3] stays so over a restart without network, and opens what is here', async () => {
    const { ana } = await begin();
    ana.network.isDown = true;
    const again = await ana.restart();
    expect(again.app.user.state()).toMatchObject({ kind: 'signed_in', user: { email: 'ana@example.org' } });
    expect(await again.person().content.listUnits('all')).toMatchObject({ units: [{ title: 'Unit 1' }] });
    await again.app.close();
  });

  it('says what went wrong, by kind', async () => {
    const { ana } = await begin();
    await ana.app.user.signOut('discard');
    const { user } = ana.app;
    expect(await user.signIn('ana@example.org', 'wrong')).toMatchObject({ ok: false, fault: 'invalid_credentials' });
    expect(await user.signUp('ana@example.org', 'long enough', 'Ana')).toMatchObject({ ok: false, fault: 'email_taken' });
    expect(await user.signUp('bo@example.org', 'short', 'Bo')).toMatchObject({ ok: false, fault: 'invalid_input' });
    ana.network.next(/sign-in/, statusReply(429, { 'retry-after': '30' }), statusReply(503), { kind: 'lost_before' });
    expect(await user.signIn('a@b', 'x')).toMatchObject({ fault: 'rate_limited', retryAfterSeconds: 30 });
    expect(await user.signIn('a@b', 'x')).toMatchObject({ fault: 'server_trouble', retryAfterSeconds: null });
    expect(await user.signIn('a@b', 'x')).toMatchObject({ fault: 'offline' });
    expect(user.state()).toEqual({ kind: 'signed_out' });
  });

  it('[SE-5] keeps the token in the keychain of a phone, and in the browser nowhere', async () => {
    const server = createServerModel();
    const phone = await createLearner(server);
    expect(await phone.platform.secureStore.get('haversack.token')).toMatch(/^token-/);
    await phone.app.close();
    const browser = await createLearner(server, { email: 'bo@example.org', kind: 'browser' });
    expect(await browser.platform.secureStore.get('haversack.token')).toBeNull();
    expect(browser.network.log.every(({ headers }) => headers?.['authorization'] === undefined)).toBe(true);
    await browser.app.close();
  });
});

describe('signing out', () => {
  it('[AU-1] takes units, lessons, assets, files and the token of that person from the device', async () => {
    const { ana } = await begin();
    await ana.person().offlineCache.requestUnitDownload(id(1, 1));
    await ana.clock.advance(1_000);
    const area = `person-${ana.person().user.id}`;
    expect((await ana.platform.files.list(area)).length).toBeGreaterThan(0);
    expect(await ana.app.user.signOut('send_first')).toEqual({ kind: 'signed_out' });
    expect(await ana.platform.databases.list()).toEqual([]);
    expect(await ana.platform.files.list(area)).toEqual([]);
    for (const key of ['haversack.token', 'haversack.person', 'haversack.purge'])
      expect(await ana.platform.secureStore.get(key)).toBeNull();
    expect(ana.app.person()).toBeNull();
    const again = await ana.restart();
    expect(again.app.user.state()).toEqual({ kind: 'signed_out' });
  });

  it('sends first; what cannot be sent is said, and nothing is changed', async () => {
    const { server, ana } = await begin();
    await play(ana);
    expect(await ana.app.user.signOut('send_first')).toEqual({ kind: 'signed_out' });
    expect(server.eventsOf('ana@example.org')).toHaveLength(4);
    await ana.app.user.signIn('ana@example.org', 'correct horse');
    await ana.person().offlineCache.syncNow();
    ana.network.isDown = true;
    const lesson = await ana.person().content.getLesson(id(1, 1), id(2, 10));
    expect(lesson.kind).toBe('offline');
    ana.network.isDown = false;
    await lessonOf(ana.person(), id(1, 1), id(2, 10));
    ana.network.isDown = true;
    await play(ana);
    expect(await ana.app.user.signOut('send_first')).toEqual({ kind: 'unsent', count: 4, canKeep: true });
    expect(ana.app.user.state().kind).toBe('signed_in');
    expect(ana.person().offlineCache.syncStatus().outstanding).toBe(4);
    expect(await ana.app.user.signOut('discard')).toEqual({ kind: 'signed_out' });
    expect(await ana.platform.databases.list()).toEqual([]);
  });

  it('[AU-1] a purge that was cut short is brought to its end at the next start', async () => {
    const { ana } = await begin();
    const remove = ana.platform.databases.remove.bind(ana.platform.databases);
    ana.platform.databases.remove = () => Promise.reject(new Error('died'));
    await expect(ana.app.user.signOut('discard')).rejects.toThrow('died');
    ana.platform.databases.remove = remove;
    expect(await ana.platform.databases.list()).toHaveLength(1);
    const again = await ana.restart();
    expect(await again.platform.databases.list()).toEqual([]);
    expect(again.app.user.state()).toEqual({ kind: 'signed_out' });
  });
});

describe('[OC-5] several people on one device', () => {
  it('each has a database of their own, and nothing of one is read or sent as another', async () => {
    const { server, ana } = await begin();
    await play(ana);
    await ana.clock.advance(2_000);
    ana.network.isDown = true;
    await play(ana);
    ana.network.isDown = false;
    // Bo signs in on Ana's phone, whose unsent work stays behind.
    expect((await ana.app.user.signUp('bo@example.org', 'correct horse', 'Bo')).ok).toBe(true);
    await ana.person().offlineCache.syncNow();
    expect(ana.person().offlineCache.syncStatus().outstanding).toBe(0);
    expect(await ana.person().learningSession.listProgress(null)).toEqual([]);
    expect(server.eventsOf('bo@example.org')).toEqual([]);
    expect(server.eventsOf('ana@example.org')).toHaveLength(4);
    expect(await ana.platform.databases.list()).toHaveLength(2);
    expect((await ana.app.user.signIn('ana@example.org', 'correct horse')).ok).toBe(true);
    await ana.person().offlineCache.syncNow();
    expect(server.eventsOf('ana@example.org')).toHaveLength(8);
    expect(await ana.person().learningSession.listProgress(null)).toMatchObject([{ attempts: 2 }]);
    await ana.app.close();
  });
});
