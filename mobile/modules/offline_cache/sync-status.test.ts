import { type HttpReply, StorageFullError } from '../infrastructure/models.ts';
import { settle } from '../../test/hand-clock.ts';
import { jsonReply, problemReply } from '../../test/open-core.ts';
import { openSync, type SyncCore } from '../../test/open-sync.ts';
import { writeMetadata } from './metadata.ts';
import { postpone, refuse } from './outbox.ts';
import { createSync, type Sync } from './sync.ts';

const MINUTE_MS = 60_000;
const DOWN: HttpReply = { status: 503, headers: {}, body: new Uint8Array() };
const SYNC = '/content/units/sync';

interface Synced extends SyncCore {
  sync: Sync;
  /** How often each of the listeners was called. */
  told: { status: number; units: number; outbox: number };
  /** Called with each change of the status. */
  onStatus: () => void;
  loops: () => number;
}
async function begin(prepare: (core: SyncCore) => Promise<void> | void = () => undefined): Promise<Synced> {
  const core = await openSync();
  await prepare(core);
  const { connectivity, lifecycle } = core.platform;
  const told = { status: 0, units: 0, outbox: 0 };
  const sync = await createSync({
    ...{ ...core.loopDeps, connectivity, lifecycle },
    onStatus: () => {
      told.status += 1;
      synced.onStatus();
    },
    onUnits: () => void (told.units += 1),
    onOutbox: () => void (told.outbox += 1),
  });
  const synced: Synced = Object.assign(core, { sync, told, onStatus: () => undefined, loops: () => core.network.countOf(SYNC) });
  return synced;
}
function hold({ network }: Synced, fits: string | RegExp): () => void {
  let letGo = (): void => undefined;
  network.next(fits, { kind: 'held', until: new Promise((resolve) => (letGo = () => resolve())) });
  return () => letGo();
}
/** Lets this much time pass, minus one millisecond, and says how many more loops there were before and after that last one. */
async function loopsAround(synced: Synced, ms: number): Promise<[number, number]> {
  const before = synced.loops();
  await synced.clock.advance(ms - 1);
  const early = synced.loops() - before;
  await synced.clock.advance(1);
  return [early, synced.loops() - before - early];
}

describe('[SY-3] what a sync says of itself', () => {
  it('is at first what is in the file', async () => {
    const fresh = await begin();
    expect(fresh.sync.status()).toEqual({
      isRunning: false,
      isOnline: true,
      outstanding: 0,
      refused: 0,
      lastSuccessAt: null,
      lastAttemptAt: null,
      lastError: null,
      needsSignIn: false,
    });
    const { sync } = await begin(async (core) => {
      for (const name of ['a', 'b', 'c']) await core.addWrite(name);
      await refuse(core.database, [{ seq: 1, refusal: { code: 'x', detail: null } }], 0);
      await writeMetadata(core.database, 'sync:last_success_at', 5);
      await writeMetadata(core.database, 'sync:last_attempt_at', 7);
      await writeMetadata(core.database, 'sync:last_error', 'sign_in');
      await writeMetadata(core.database, 'sync:needs_sign_in', 1);
      core.setOnline(false);
    });
    const counts = { outstanding: 2, refused: 1, lastSuccessAt: 5, lastAttemptAt: 7 };
    expect(sync.status()).toEqual({ isRunning: false, isOnline: false, lastError: 'sign_in', needsSignIn: true, ...counts });
  });

  it('is a success with its time, which stays in the file', async () => {
    const synced = await begin((core) => writeMetadata(core.database, 'sync:failures', 3));
    const at = synced.clock.now();
    await synced.sync.run('user');
    expect(synced.sync.status()).toMatchObject({ isRunning: false, lastSuccessAt: at, lastAttemptAt: at, lastError: null });
    expect(await synced.metadata('sync:last_success_at')).toBe(String(at));
    expect(await synced.metadata('sync:failures')).toBe('0');
    expect(synced.told).toMatchObject({ units: 1, outbox: 1 });
    expect(synced.clock.pendingCount()).toBe(0);
  });

  it('is a failure that is counted, and leaves the last success as it is', async () => {
    const synced = await begin();
    await synced.sync.run('user');
    const at = synced.clock.now();
    synced.clock.jumpTo(at + 1_000);
    synced.answers.set('units', () => DOWN);
    await synced.sync.run('user');
    await synced.sync.run('user');
    expect(synced.sync.status()).toMatchObject({
      lastSuccessAt: at,
      lastAttemptAt: at + 1_000,
      lastError: 'server_trouble',
      needsSignIn: false,
    });
    expect(await synced.metadata('sync:last_error')).toBe('server_trouble');
    expect(await synced.metadata('sync:last_success_at')).toBe(String(at));
    expect(await synced.metadata('sync:failures')).toBe('2');
  });

  it('[SY-7] is also a success that mended something', async () => {
    const synced = await begin();
    synced.answers.set('digest', () => {
      synced.answers.delete('digest');
      return jsonReply({ count: 99, hash: '0'.repeat(64) });
    });
    await synced.sync.run('user');
    expect(synced.sync.status()).toMatchObject({ lastError: 'repaired', lastSuccessAt: synced.clock.now() });
    expect(await synced.metadata('sync:failures')).toBe('0');
    expect(synced.clock.pendingCount()).toBe(0);
  });

  it('[AU-3] is the wish for a new sign-in, until which nothing is tried by itself', async () => {
    const synced = await begin();
    synced.answers.set('units', () => problemReply(401, 'unauthenticated'));
    await synced.sync.run('user');
    expect(synced.sync.status()).toMatchObject({ needsSignIn: true, lastError: 'sign_in' });
    expect(await synced.metadata('sync:needs_sign_in')).toBe('1');
    expect(synced.clock.pendingCount()).toBe(0);
    synced.answers.delete('units');
    await synced.sync.run('user');
    expect(synced.sync.status()).toMatchObject({ needsSignIn: false, lastError: null });
    expect(await synced.metadata('sync:needs_sign_in')).toBeNull();
  });

  it('is that it runs, while it runs, and each change of the outbox on the way', async () => {
    const synced = await begin((core) => core.addWrite('a'));
    const letGo = hold(synced, SYNC);
    const running = synced.sync.run('user');
    await settle();
    expect(synced.sync.status()).toMatchObject({ isRunning: true, outstanding: 0 });
    letGo();
    await running;
    expect(synced.sync.status().isRunning).toBe(false);
    expect(synced.told.outbox).toBe(2);
    expect(synced.told.status).toBe(3);
  });

  it('counts the outbox when asked to, and tells only what changed', async () => {
    const synced = await begin();
    await synced.sync.refreshCounts();
    expect(synced.told.status).toBe(0);
    await synced.addWrite('a');
    await synced.sync.refreshCounts();
    expect(synced.sync.status()).toMatchObject({ outstanding: 1, refused: 0 });
    expect(synced.told.status).toBe(1);
    await synced.database.run("UPDATE outbox SET state = 'refused'");
    await synced.addWrite('b');
    await synced.sync.refreshCounts();
    expect(synced.sync.status()).toMatchObject({ outstanding: 1, refused: 1 });
    expect(synced.told.status).toBe(2);
  });

  it('[IN-3] is whether the server is in reach', async () => {
    const synced = await begin();
    const { sync, told } = synced;
    sync.noteReach(true);
    expect(told.status).toBe(0);
    sync.noteReach(false);
    sync.noteReach(false);
    expect([sync.status().isOnline, told.status]).toEqual([false, 1]);
    sync.noteReach(true);
    expect([sync.status().isOnline, told.status]).toEqual([true, 2]);
    synced.setOnline(false);
    expect([sync.status().isOnline, told.status]).toEqual([false, 3]);
    sync.noteReach(true);
    expect(sync.status().isOnline).toBe(false);
    sync.noteReach(false);
    synced.network.isDown = true;
    // A network that has come back is believed until a request fails on it.
    synced.setOnline(true);
    expect(sync.status().isOnline).toBe(true);
    await sync.stop();
  });
});

describe('a sync that fails for a fault of ours', () => {
  it.each<[string, Error]>([
    ['storage_full', new StorageFullError('no space left')],
    ['server_trouble', new Error('a bug')],
  ])('says %s, and is tried again later', async (lastError, fault) => {
    const synced = await begin((core) => {
      core.loopDeps.afterPull = () => Promise.reject(fault);
    });
    await synced.sync.run('user');
    expect(synced.sync.status()).toMatchObject({ isRunning: false, lastError, needsSignIn: false });
    expect(synced.warnings).toEqual([expect.stringContaining(fault.message)]);
    expect(synced.clock.pendingCount()).toBe(1);
  });

  it('[DL-7] says that the disk is full when not even that can be written', async () => {
    const synced = await begin();
    await synced.database.run(
      "CREATE TRIGGER full BEFORE INSERT ON metadata WHEN NEW.key = 'sync:failures' BEGIN SELECT RAISE(ABORT, 'full'); END",
    );
    await synced.sync.run('user');
    expect(synced.sync.status()).toMatchObject({ isRunning: false, lastError: 'storage_full' });
  });
});

describe('[SY-1] a sync is set off', () => {
  it('by the app in the foreground, and by the network that comes back', async () => {
    const synced = await begin();
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
    const synced = await begin();
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
    const synced = await begin();
    const letGo = hold(synced, /digest/);
    await synced.sync.firstPage();
    expect(synced.sync.status().isRunning).toBe(true);
    letGo();
    await synced.sync.stop();
    expect(synced.loops()).toBe(1);
  });

  it('[OC-2] and shares the loop that is under way; a loop without a page ends the wait', async () => {
    const synced = await begin();
    const letGo = hold(synced, SYNC);
    const running = synced.sync.run('user');
    await settle();
    const waits = [synced.sync.firstPage(), synced.sync.firstPage()];
    letGo();
    await Promise.all([running, ...waits]);
    await synced.sync.stop();
    expect(synced.loops()).toBe(1);
    const offline = await begin();
    offline.network.isDown = true;
    await offline.sync.firstPage();
    expect(offline.sync.status()).toMatchObject({ isRunning: false, lastError: 'offline' });
  });
});

describe('[OB-9] a sync sleeps', () => {
  it('longer with each failure, and at most five minutes', async () => {
    const synced = await begin();
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
    const synced = await begin();
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
    const synced = await begin();
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
    await synced.clock.advance(1);
    expect(synced.network.countOf('/my-units/')).toBe(1);
  });

  it('[OB-4] as long as the server asked for', async () => {
    const synced = await begin((core) => core.addWrite('a'));
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

  it('not at all once another loop is under way: that one decides anew', async () => {
    const synced = await begin();
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
    const synced = await begin();
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
    const synced = await begin((core) => core.addWrite('a'));
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
    synced.sync.noteReach(false);
    await settle();
    expect(synced.told).toEqual(told);
    expect(synced.warnings).toEqual([]);
    expect(synced.network.log).toHaveLength(requests);
    expect(synced.clock.pendingCount()).toBe(0);
    expect(await synced.metadata('sync:failures')).toBeNull();
  });
});
