import { settle } from '../../test/hand-clock.ts';
import { hold, openRunningSync, type Synced } from '../../test/open-sync.ts';
import { writeMetadata } from './metadata.ts';
import { postpone } from './outbox.ts';

const MINUTE_MS = 60_000;
const DOWN = { status: 503, headers: {}, body: new Uint8Array() };
const SYNC = '/content/units/sync';

/** Lets this much time pass, minus one millisecond, and says how many more loops there were before and after that last one. */
async function loopsAround(synced: Synced, ms: number): Promise<[number, number]> {
  const before = synced.loops();
  await synced.clock.advance(ms - 1);
  const early = synced.loops() - before;
  await synced.clock.advance(1);
  return [early, synced.loops() - before - early];
}

describe('[SY-1] a sync is set off', () => {
  it('[OB-4] by the app in the foreground and by the network without waiting for what waits', async () => {
    const synced = await openRunningSync((core) => core.addWrite('a'));
    const postponed = { error: 'try_later', nowAt: synced.clock.now(), delayMs: MINUTE_MS } as const;
    await postpone(synced.database, [1], postponed);
    synced.foreground();
    await settle();
    expect(synced.network.countOf('/my-units/')).toBe(1);
    await synced.addWrite('b');
    await postpone(synced.database, [2], postponed);
    synced.setOnline(false);
    synced.setOnline(true);
    await settle();
    expect(synced.network.countOf('/my-units/')).toBe(2);
  });

  it('by the app in the foreground, and by the network that comes back', async () => {
    const synced = await openRunningSync();
    synced.foreground();
    await settle();
    expect(synced.loops()).toBe(1);
    synced.setOnline(false);
    await settle();
    expect(synced.loops()).toBe(1);
    synced.setOnline(true);
    await settle();
    expect(synced.loops()).toBe(2);
    await synced.sync.stop();
    synced.foreground();
    synced.setOnline(false);
    synced.setOnline(true);
    await settle();
    expect(synced.loops()).toBe(2);
  });

  it('by writes, once for what is written within a moment', async () => {
    const synced = await openRunningSync();
    synced.sync.soon();
    await synced.clock.advance(500);
    synced.sync.soon();
    expect(synced.clock.pendingCount()).toBe(1);
    expect(await loopsAround(synced, 300)).toEqual([0, 1]);
    await writeMetadata(synced.database, 'last_pull:units', null);
    synced.sync.soon();
    expect(await loopsAround(synced, 800)).toEqual([0, 1]);
  });

  it('[OC-2] by somebody who needs a first page, which is there before the loop has ended', async () => {
    const synced = await openRunningSync();
    const letGo = hold(synced, /digest/);
    await synced.sync.firstPage();
    expect(synced.sync.status().isRunning).toBe(true);
    letGo();
    await synced.sync.stop();
    expect(synced.loops()).toBe(1);
  });

  it('[OC-2] and shares the loop that is under way; a loop without a page ends the wait', async () => {
    const synced = await openRunningSync();
    const letGo = hold(synced, SYNC);
    const running = synced.sync.run('user');
    await settle();
    const waits = [synced.sync.firstPage(), synced.sync.firstPage()];
    letGo();
    await Promise.all([running, ...waits]);
    await synced.sync.stop();
    expect(synced.loops()).toBe(1);
    const offline = await openRunningSync();
    offline.network.isDown = true;
    await offline.sync.firstPage();
    expect(offline.sync.status()).toMatchObject({ isRunning: false, lastError: 'offline' });
  });
});

describe('[OB-9] a sync sleeps', () => {
  it('longer with each failure, and at most five minutes', async () => {
    const synced = await openRunningSync();
    synced.answers.set('units', () => DOWN);
    await synced.sync.run('user');
    for (const ms of [1_000, 2_000, 4_000]) expect(await loopsAround(synced, ms)).toEqual([0, 1]);
    await writeMetadata(synced.database, 'sync:failures', 40);
    await synced.sync.run('user');
    expect(await loopsAround(synced, 5 * MINUTE_MS)).toEqual([0, 1]);
  });

  it.each([
    [4_000, 4_000],
    [60 * MINUTE_MS, 5 * MINUTE_MS],
  ])('until its next write may be tried (%d ms), but not for ever', async (delayMs, sleepMs) => {
    const synced = await openRunningSync();
    await synced.sync.run('user');
    await synced.addWrite('a');
    await postpone(synced.database, [1], { error: 'try_later', nowAt: synced.clock.now(), delayMs });
    await synced.sync.run('write');
    expect(synced.clock.pendingCount()).toBe(1);
    const began = synced.clock.now();
    await synced.clock.advance(sleepMs - 1);
    expect(await synced.metadata('sync:last_attempt_at')).toBe(String(began));
    await synced.clock.advance(1);
    expect(await synced.metadata('sync:last_attempt_at')).toBe(String(began + sleepMs));
    expect(synced.network.countOf('/my-units/')).toBe(delayMs === sleepMs ? 1 : 0);
  });

  it('for a moment when something was written just as it ended', async () => {
    const synced = await openRunningSync();
    let isWritten = false;
    synced.onStatus = () => {
      if (synced.sync.status().isRunning || isWritten) return;
      isWritten = true;
      void synced.addWrite('late');
    };
    await synced.sync.run('user');
    expect(isWritten).toBe(true);
    await synced.clock.advance(249);
    expect(synced.network.countOf('/my-units/')).toBe(0);
    const loops = synced.loops();
    await synced.clock.advance(1);
    expect(synced.network.countOf('/my-units/')).toBe(1);
    // The catalogue is fresh: sending is all that the timer is for.
    expect(synced.loops()).toBe(loops);
  });

  it('[OB-4] as long as the server asked for', async () => {
    const synced = await openRunningSync((core) => core.addWrite('a'));
    synced.answers.set('write', () => ({ status: 503, headers: { 'retry-after': '40' }, body: new Uint8Array() }));
    await synced.sync.run('user');
    synced.answers.delete('write');
    const before = synced.network.countOf('/my-units/');
    await synced.clock.advance(39_999);
    expect(synced.network.countOf('/my-units/')).toBe(before);
    await synced.clock.advance(1);
    expect(synced.network.countOf('/my-units/')).toBe(before + 1);
    expect(synced.sync.status()).toMatchObject({ outstanding: 0, lastError: null });
    await synced.clock.advance(0);
    expect(synced.clock.pendingCount()).toBe(0);
  });

  it('for five minutes when the database cannot say how long', async () => {
    let isIll = true;
    const synced = await openRunningSync(({ database, loopDeps }) => {
      const get: typeof database.get = async (sql, params) => {
        if (isIll && sql.includes('MIN(CASE')) throw new Error('database is locked');
        return database.get<never>(sql, params);
      };
      loopDeps.database = { ...database, get };
    });
    await synced.sync.run('user');
    expect(synced.sync.status()).toMatchObject({ isRunning: false, lastError: null });
    isIll = false;
    expect(await loopsAround(synced, 5 * MINUTE_MS)).toEqual([0, 1]);
    expect(synced.clock.pendingCount()).toBe(0);
  });

  it('not at all once another loop is under way: that one decides anew', async () => {
    const synced = await openRunningSync();
    synced.answers.set('units', () => DOWN);
    await synced.sync.run('user');
    expect(synced.clock.pendingCount()).toBe(1);
    synced.answers.delete('units');
    await synced.sync.run('user');
    expect(synced.clock.pendingCount()).toBe(0);
  });
});

describe('[SY-5] a sync that is stopped', () => {
  it('waits for what is under way, and leaves no timer', async () => {
    const synced = await openRunningSync();
    synced.answers.set('units', () => DOWN);
    await synced.sync.run('user');
    synced.sync.soon();
    expect(synced.clock.pendingCount()).toBe(2);
    const letGo = hold(synced, SYNC);
    const running = synced.sync.run('user');
    await settle();
    let isStopped = false;
    const stopping = synced.sync.stop().then(() => (isStopped = true));
    await settle();
    expect(isStopped).toBe(false);
    letGo();
    await Promise.all([running, stopping]);
    expect(synced.clock.pendingCount()).toBe(0);
  });

  it('by an abort says nothing more, and does nothing that is asked of it', async () => {
    const synced = await openRunningSync((core) => core.addWrite('a'));
    const letGo = hold(synced, '/my-units/');
    const running = synced.sync.run('user');
    await settle();
    synced.abort.abort();
    const told = { ...synced.told };
    letGo();
    await running;
    const requests = synced.network.log.length;
    await synced.sync.run('user');
    synced.sync.soon();
    synced.sync.noteOutcome('offline');
    synced.sync.noteOutcome('sign_in');
    await settle();
    expect(synced.told).toEqual(told);
    expect(synced.warnings).toEqual([]);
    expect(synced.network.log).toHaveLength(requests);
    expect(synced.clock.pendingCount()).toBe(0);
    expect(await synced.metadata('sync:failures')).toBeNull();
  });

  it('by an abort does not begin what was to come next', async () => {
    const synced = await openRunningSync();
    const letGo = hold(synced, SYNC);
    const running = [synced.sync.run('user')];
    await settle();
    const requests = synced.network.log.length;
    running.push(synced.sync.run('user'));
    synced.abort.abort();
    letGo();
    await Promise.all(running);
    expect(synced.network.log).toHaveLength(requests);
    expect(synced.sync.status().isRunning).toBe(false);
  });
});
