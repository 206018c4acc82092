import { composeApp } from '../../compose.ts';
import { id, makeUnit } from '../../test/factories.ts';
import { createLearner, type Learner, lessonOf } from '../../test/learner.ts';
import { createServerModel, type ServerModel } from '../../test/server-model.ts';

const unitId = id(1, 1);

async function begin(): Promise<{ server: ServerModel; ana: Learner }> {
  const server = createServerModel();
  server.publish(makeUnit(1));
  const ana = await createLearner(server);
  await ana.person().offlineCache.syncNow();
  return { server, ana };
}

describe('comings and goings', () => {
  it('[AU-1] a purge that fails keeps neither the next person nor the next start out', async () => {
    const { ana } = await begin();
    const removeArea = ana.platform.files.removeArea;
    ana.platform.files.removeArea = () => Promise.reject(new Error('busy'));
    await ana.app.user.signOut('discard').catch(() => undefined);
    expect(await ana.app.user.signUp('ben@example.org', 'correct horse', 'Ben')).toMatchObject({ ok: true });
    await ana.app.close();
    const app = await composeApp(ana.platform);
    expect(app.user.state()).toMatchObject({ kind: 'signed_in', user: { name: 'Ben' } });
    expect(await ana.platform.secureStore.get('haversack.token')).not.toBeNull();
    ana.platform.files.removeArea = removeArea;
    await app.close();
  });

  it('[OB-2] an answer given while signing out is sent, kept or asked about, never thrown away unasked', async () => {
    const { server, ana } = await begin();
    const lesson = await lessonOf(ana.person(), unitId, id(2, 10));
    const person = ana.person();
    const { sessionId } = await person.learningSession.openSession(lesson);
    await person.offlineCache.syncNow();
    const outcomes: string[] = [];
    const set = ana.platform.secureStore.set.bind(ana.platform.secureStore);
    // Everything has been sent and counted; the next thing is the note that this person's database may go.
    ana.platform.secureStore.set = async (key, value) => {
      if (key === 'haversack.purge' && outcomes.length === 0) {
        const exerciseId = lesson.exercises[1]?.id ?? '';
        await person.learningSession.recordAnswer(sessionId, lesson, exerciseId, { text: 'x' }, 1).then(
          () => outcomes.push('stored'),
          () => outcomes.push('refused'),
        );
      }
      return set(key, value);
    };
    const result = await ana.app.user.signOut('send_first');
    expect(outcomes).toHaveLength(1);
    const isSent = server.eventsOf('ana@example.org').length === 2;
    expect(outcomes[0] === 'refused' || isSent || result.kind === 'unsent').toBe(true);
    await ana.app.close();
  });

  it('[OC-5] two taps on "Sign in" open one database', async () => {
    const { ana } = await begin();
    await ana.app.user.signOut('discard');
    let opened = 0;
    const open = ana.platform.databases.open.bind(ana.platform.databases);
    ana.platform.databases.open = async (name) => {
      opened += 1;
      return open(name);
    };
    const tap = () => ana.app.user.signIn('ana@example.org', 'correct horse');
    expect(await Promise.all([tap(), tap()])).toMatchObject([{ ok: true }, { ok: true }]);
    expect(opened).toBe(1);
    await ana.app.close();
  });

  it('[AU-2] two taps on "Sign out" are one', async () => {
    const { ana } = await begin();
    const tap = () => ana.app.user.signOut('send_first');
    expect(await Promise.all([tap(), tap()])).toEqual([{ kind: 'signed_out' }, { kind: 'signed_out' }]);
    await ana.app.close();
  });

  it('[IN-1] a start that fails closes the database that it had opened', async () => {
    const { ana } = await begin();
    await ana.app.close();
    let openCount = 0;
    const open = ana.platform.databases.open.bind(ana.platform.databases);
    ana.platform.databases.open = async (name) => {
      const database = await open(name);
      openCount += 1;
      const close = async (): Promise<void> => {
        openCount -= 1;
        await database.close();
      };
      return { ...database, close };
    };
    ana.platform.files.list = () => Promise.reject(new Error('disk'));
    await expect(composeApp(ana.platform)).rejects.toThrow('disk');
    expect(openCount).toBe(0);
  });
});
