import { id, makeUnit } from '../../test/factories.ts';
import { settle } from '../../test/hand-clock.ts';
import { createLearner, type Learner, lessonOf, playLesson } from '../../test/learner.ts';
import { statusReply } from '../../test/scripted-network.ts';
import { createServerModel, type ServerModel } from '../../test/server-model.ts';
import { createCoalescer } from './coalescer.ts';

const EVENTS = /POST .*\/events/;
const SYNC = '/content/units/sync';

async function begin(): Promise<{ server: ServerModel; ana: Learner }> {
  const server = createServerModel();
  server.publish(makeUnit(1));
  const ana = await createLearner(server);
  await ana.person().offlineCache.syncNow();
  return { server, ana };
}
const play = async (ana: Learner): Promise<string> => playLesson(ana.person(), await lessonOf(ana.person(), id(1, 1), id(2, 10)));

describe('[SY-1] a sync is set off', () => {
  it('by the app that comes to the foreground', async () => {
    const { ana } = await begin();
    const before = ana.network.countOf(SYNC);
    ana.foreground();
    await settle();
    expect(ana.network.countOf(SYNC)).toBe(before + 1);
    await ana.app.close();
  });

  it('[IN-3] by the network that comes back, once for each change, and not any more after closing', async () => {
    const { ana } = await begin();
    const before = ana.network.countOf(SYNC);
    ana.setOnline(false);
    ana.setOnline(false);
    await settle();
    expect(ana.network.countOf(SYNC)).toBe(before);
    ana.setOnline(true);
    ana.setOnline(true);
    await settle();
    expect(ana.network.countOf(SYNC)).toBe(before + 1);
    await ana.app.close();
    ana.setOnline(false);
    ana.setOnline(true);
    ana.foreground();
    await settle();
    expect(ana.network.countOf(SYNC)).toBe(before + 1);
  });

  it('by a write, soon after, with what else is written meanwhile', async () => {
    const { server, ana } = await begin();
    const before = ana.network.countOf(/./);
    await play(ana);
    expect(ana.network.countOf(EVENTS)).toBe(0);
    await ana.clock.advance(1_000);
    expect(ana.network.countOf(EVENTS)).toBe(1);
    expect(server.eventsOf('ana@example.org')).toHaveLength(4);
    expect(ana.network.countOf(/./) - before).toBe(2);
    await ana.app.close();
  });

  it('[OB-9] by itself, for as long as something is outstanding, without any other trigger', async () => {
    const { server, ana } = await begin();
    await lessonOf(ana.person(), id(1, 1), id(2, 10));
    ana.network.isDown = true;
    await play(ana);
    await ana.clock.advance(24 * 60 * 60_000);
    ana.network.isDown = false;
    await ana.clock.advance(6 * 60_000);
    expect(server.eventsOf('ana@example.org')).toHaveLength(4);
    await ana.clock.advance(1_000);
    expect(ana.clock.pendingCount()).toBe(0);
    await ana.app.close();
  });

  it('[SY-6] [OB-9] in bounded time whatever the clock does meanwhile', async () => {
    const { server, ana } = await begin();
    const lift = ana.network.always(EVENTS, statusReply(503));
    ana.clock.jumpTo(Date.UTC(2040, 0, 1));
    await play(ana);
    await ana.clock.advance(60_000);
    ana.clock.jumpTo(Date.UTC(2001, 0, 1));
    lift();
    await ana.clock.advance(6 * 60_000);
    expect(server.eventsOf('ana@example.org')).toHaveLength(4);
    await ana.app.close();
  });
});

describe('a sync', () => {
  it('[SY-2] pulls although pushing has trouble', async () => {
    const { server, ana } = await begin();
    ana.network.always(EVENTS, statusReply(503));
    await play(ana);
    server.publish(makeUnit(2));
    await ana.person().offlineCache.syncNow();
    expect(await ana.person().content.listUnits('all')).toMatchObject({ units: [{}, {}] });
    expect(ana.person().offlineCache.syncStatus()).toMatchObject({ lastError: 'server_trouble', outstanding: 4 });
    await ana.app.close();
  });

  it('[SY-3] shows what it does, and the result survives a restart', async () => {
    const { ana } = await begin();
    const seen: boolean[] = [];
    ana.person().offlineCache.subscribe(() => seen.push(ana.person().offlineCache.syncStatus().isRunning));
    await ana.person().offlineCache.syncNow();
    expect(seen).toEqual(expect.arrayContaining([true, false]));
    ana.network.isDown = true;
    ana.clock.jumpTo(ana.clock.now() + 5_000);
    await ana.person().offlineCache.syncNow();
    const { lastError, lastSuccessAt, lastAttemptAt, isOnline } = ana.person().offlineCache.syncStatus();
    expect([lastError, isOnline]).toEqual(['offline', false]);
    expect(lastAttemptAt).toBe((lastSuccessAt ?? 0) + 5_000);
    const again = await ana.restart();
    expect(again.person().offlineCache.syncStatus()).toMatchObject({ lastError, lastSuccessAt });
    await again.app.close();
  });

  it('[SY-5] signing out in the middle stops it, and not a byte lands afterwards', async () => {
    const { server, ana } = await begin();
    for (const number of [2, 3, 4]) server.publish(makeUnit(number));
    server.pageLimit = 1;
    let release: () => void = () => undefined;
    ana.network.next(
      SYNC,
      { kind: 'held', until: Promise.resolve() },
      { kind: 'held', until: new Promise((resolve) => (release = resolve)) },
    );
    const { offlineCache } = ana.person();
    const running = offlineCache.syncNow();
    await settle();
    const topics: string[] = [];
    const signedOut = ana.app.user.signOut('discard');
    offlineCache.subscribe((changed) => topics.push(...changed));
    await signedOut;
    release();
    await running;
    await settle();
    expect(topics).toEqual([]);
    expect(await ana.platform.databases.list()).toEqual([]);
    expect(ana.app.person()).toBeNull();
    expect(ana.clock.pendingCount()).toBe(0);
  });
});

describe('[OB-7] the coalescer', () => {
  it('runs one at a time, and gives what comes meanwhile one run more', async () => {
    const runs: string[][] = [];
    const ends: (() => void)[] = [];
    const coalescer = createCoalescer<string>(async (reasons) => {
      runs.push([...reasons]);
      await new Promise<void>((resolve) => ends.push(resolve));
    });
    const first = coalescer.run('a');
    const second = coalescer.run('b');
    const third = coalescer.run('c');
    expect(runs).toEqual([['a']]);
    ends[0]?.();
    await first;
    await settle();
    const fourth = coalescer.run('d');
    // What comes while the second runs is not answered by it.
    expect(runs).toEqual([['a'], ['b', 'c']]);
    ends[1]?.();
    await Promise.all([second, third]);
    await settle();
    expect(runs).toEqual([['a'], ['b', 'c'], ['d']]);
    ends[2]?.();
    await fourth;
    await coalescer.idle();
    expect(coalescer.current()).toBeNull();
  });
});
