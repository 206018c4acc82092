import { readdirSync } from 'node:fs';
import { id, makeUnit } from '../../test/factories.ts';
import { settle } from '../../test/hand-clock.ts';
import { createLearner, lessonOf, playLesson } from '../../test/learner.ts';
import { createServerModel } from '../../test/server-model.ts';

const EMAIL = 'ana@example.org';
const UNIT_ID = id(1, 1);

async function learnerWithUnit() {
  const server = createServerModel();
  const { unit } = makeUnit(1);
  server.publish(makeUnit(1));
  const ana = await createLearner(server);
  await ana.person().offlineCache.syncNow();
  return { server, ana, lessonId: unit.lesson_order[0] ?? '' };
}

describe('signing out and in again at once', () => {
  it('[AU-1] [OB-2] a sign-in waits for the sign-out before it, which takes nothing of what is done afterwards', async () => {
    const { server, ana, lessonId } = await learnerWithUnit();
    let letGo = (): void => undefined;
    ana.network.next('/users/sign-out', { kind: 'held', until: new Promise((resolve) => (letGo = () => resolve())) });
    const out = ana.app.user.signOut('send_first');
    await settle();
    expect(ana.app.user.state().kind).toBe('signed_out');
    const back = ana.app.user.signIn(EMAIL, 'correct horse');
    await settle();
    letGo();
    expect(await out).toEqual({ kind: 'signed_out' });
    expect(await back).toMatchObject({ ok: true });
    await settle();

    const lesson = await lessonOf(ana.person(), UNIT_ID, lessonId);
    ana.network.isDown = true;
    await playLesson(ana.person(), lesson);
    const again = await ana.restart();
    expect(again.person().offlineCache.syncStatus().outstanding).toBe(4);
    again.network.isDown = false;
    await again.person().offlineCache.syncNow();
    expect(again.person().offlineCache.syncStatus()).toMatchObject({ outstanding: 0, needsSignIn: false });
    expect(server.eventsOf(EMAIL)).toHaveLength(4);
  });

  it('[AU-1] [OB-2] a purge that failed does not take what the same person does after signing in again', async () => {
    const { ana, lessonId } = await learnerWithUnit();
    const remove = jest.spyOn(ana.platform.databases, 'remove').mockRejectedValue(new Error('in use'));
    await expect(ana.app.user.signOut('send_first')).rejects.toThrow('in use');
    expect(await ana.app.user.signIn(EMAIL, 'correct horse')).toMatchObject({ ok: true });
    remove.mockRestore();
    await settle();

    const lesson = await lessonOf(ana.person(), UNIT_ID, lessonId);
    ana.network.isDown = true;
    await playLesson(ana.person(), lesson);
    const again = await ana.restart();
    expect(again.app.user.state().kind).toBe('signed_in');
    expect(again.person().offlineCache.syncStatus().outstanding).toBe(4);
  });

  it('[AU-1] a purge that failed is brought to its end though somebody else has signed out since', async () => {
    const { ana } = await learnerWithUnit();
    const { databases } = ana.platform;
    const remove = databases.remove.bind(databases);
    const held = jest
      .spyOn(databases, 'remove')
      .mockImplementation((name) => (name.includes(id(8, 1)) ? Promise.reject(new Error('in use')) : remove(name)));
    await expect(ana.app.user.signOut('send_first')).rejects.toThrow('in use');
    expect(await ana.app.user.signUp('bo@example.org', 'correct horse', 'Bo')).toMatchObject({ ok: true });
    // Another's files are no reason for a fault at Bo's sign-out.
    expect(await ana.app.user.signOut('send_first')).toEqual({ kind: 'signed_out' });
    held.mockRestore();
    const filesOfAna = (): string[] => readdirSync(ana.folder).filter((name) => name.includes(id(8, 1)));
    expect(filesOfAna()).not.toEqual([]);
    await ana.restart();
    expect(filesOfAna()).toEqual([]);
  });
});
