import { StorageFullError } from '../infrastructure/models.ts';
import { settle } from '../../test/hand-clock.ts';
import { jsonReply, problemReply } from '../../test/open-core.ts';
import { hold, openRunningSync } from '../../test/open-sync.ts';
import { writeMetadata } from './metadata.ts';
import { refuse } from './outbox.ts';

const DOWN = { status: 503, headers: {}, body: new Uint8Array() };
const SYNC = '/content/units/sync';

describe('[SY-3] what a sync says of itself', () => {
  it('is at first what is in the file', async () => {
    const fresh = await openRunningSync();
    expect(fresh.sync.status()).toEqual({
      isRunning: false,
      isOnline: true,
      outstanding: 0,
      refused: 0,
      failing: 0,
      lastSuccessAt: null,
      lastAttemptAt: null,
      lastError: null,
      needsSignIn: false,
    });
    const { sync } = await openRunningSync(async (core) => {
      for (const name of ['a', 'b', 'c']) await core.addWrite(name);
      await core.database.run('UPDATE outbox SET attempts = 10 WHERE seq = 3');
      await refuse(core.database, [{ seq: 1, refusal: { code: 'x', detail: null } }], 0);
      await writeMetadata(core.database, 'sync:last_success_at', 5);
      await writeMetadata(core.database, 'sync:last_attempt_at', 7);
      await writeMetadata(core.database, 'sync:last_error', 'sign_in');
      await writeMetadata(core.database, 'sync:needs_sign_in', 1);
      core.setOnline(false);
    });
    const counts = { outstanding: 2, refused: 1, failing: 1, lastSuccessAt: 5, lastAttemptAt: 7 };
    expect(sync.status()).toEqual({ isRunning: false, isOnline: false, lastError: 'sign_in', needsSignIn: true, ...counts });
  });

  it('is a success with its time, which stays in the file', async () => {
    const synced = await openRunningSync((core) => writeMetadata(core.database, 'sync:failures', 3));
    const at = synced.clock.now();
    await synced.sync.run('user');
    expect(synced.sync.status()).toMatchObject({ isRunning: false, lastSuccessAt: at, lastAttemptAt: at, lastError: null });
    expect(await synced.metadata('sync:last_success_at')).toBe(String(at));
    expect(await synced.metadata('sync:failures')).toBe('0');
    expect(synced.told).toMatchObject({ units: 1, outbox: 1 });
    expect(synced.clock.pendingCount()).toBe(0);
  });

  it('is a failure that is counted, and leaves the last success as it is', async () => {
    const synced = await openRunningSync();
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
    const synced = await openRunningSync();
    let round = 0;
    synced.answers.set('digest', () => {
      round += 1;
      if (round === 2) synced.answers.delete('digest');
      return jsonReply({ count: 99, hash: '0'.repeat(64) });
    });
    await synced.sync.run('user');
    expect(synced.sync.status()).toMatchObject({ lastError: 'repaired', lastSuccessAt: synced.clock.now() });
    expect(await synced.metadata('sync:failures')).toBe('0');
    expect(synced.clock.pendingCount()).toBe(0);
  });

  it('[AU-3] is the wish for a new sign-in, until which nothing is tried by itself', async () => {
    const synced = await openRunningSync();
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

  it('[DL-7] is trouble on a device that can write nothing any more, and what waits has been sent all the same', async () => {
    const synced = await openRunningSync((core) => core.addWrite('a'));
    await synced.database.run('PRAGMA query_only = ON');
    await synced.sync.run('user');
    expect(synced.network.countOf('/my-units/')).toBe(1);
    expect(synced.sync.status()).toMatchObject({ isRunning: false, outstanding: 1, lastError: 'storage_full' });
    await synced.database.run('PRAGMA query_only = OFF');
    await synced.sync.run('user');
    expect(synced.sync.status()).toMatchObject({ outstanding: 0, lastError: null });
  });

  it('[OB-4] is as it was after a loop that the server’s wish for patience kept from running', async () => {
    const synced = await openRunningSync((core) => core.addWrite('a'));
    synced.answers.set('write', () => ({ status: 503, headers: { 'retry-after': '60' }, body: new Uint8Array() }));
    await synced.sync.run('user');
    const before = synced.sync.status();
    synced.clock.jumpTo(synced.clock.now() + 1_000);
    await synced.sync.run('write');
    expect(synced.sync.status()).toEqual(before);
    expect(await synced.metadata('sync:failures')).toBe('1');
    expect(await synced.metadata('sync:last_error')).toBe('server_trouble');
  });

  it('is that it runs, while it runs, and each change of the outbox on the way', async () => {
    const synced = await openRunningSync((core) => core.addWrite('a'));
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
    const synced = await openRunningSync();
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
    await synced.database.run("UPDATE outbox SET attempts = 10 WHERE id = 'b'");
    await synced.sync.refreshCounts();
    expect(synced.sync.status()).toMatchObject({ outstanding: 1, refused: 1, failing: 1 });
    expect(synced.told.status).toBe(3);
    await synced.sync.refreshCounts();
    expect(synced.told.status).toBe(3);
  });

  it('[IN-3] is whether the server is in reach', async () => {
    const synced = await openRunningSync();
    const { sync, told } = synced;
    sync.noteOutcome('ok');
    expect(told.status).toBe(0);
    sync.noteOutcome('offline');
    sync.noteOutcome('offline');
    expect([sync.status().isOnline, told.status]).toEqual([false, 1]);
    sync.noteOutcome('ok');
    expect([sync.status().isOnline, told.status]).toEqual([true, 2]);
    synced.setOnline(false);
    expect([sync.status().isOnline, told.status]).toEqual([false, 3]);
    sync.noteOutcome('ok');
    expect(sync.status().isOnline).toBe(false);
    sync.noteOutcome('offline');
    synced.network.isDown = true;
    // A network that has come back is believed until a request fails on it.
    synced.setOnline(true);
    expect(sync.status().isOnline).toBe(true);
    await sync.stop();
  });

  it.each(['ok', 'try_later', 'refused', 'not_ours', 'sign_in'] as const)('[IN-3] counts "%s" as an answer', async (kind) => {
    const { sync } = await openRunningSync();
    sync.noteOutcome('offline');
    expect(sync.status().isOnline).toBe(false);
    sync.noteOutcome(kind);
    expect(sync.status()).toMatchObject({ isOnline: true, needsSignIn: kind === 'sign_in' });
  });

  it('[AU-3] is the wish for a new sign-in as soon as any request met it, until a sync has an end of its own', async () => {
    const { sync, told, metadata } = await openRunningSync();
    sync.noteOutcome('sign_in');
    sync.noteOutcome('sign_in');
    sync.noteOutcome('ok');
    expect([sync.status().needsSignIn, told.status]).toEqual([true, 1]);
    expect(await metadata('sync:needs_sign_in')).toBeNull();
    await sync.run('user');
    expect(sync.status()).toMatchObject({ needsSignIn: false, lastError: null });
  });
});

describe('a sync that fails for a fault of ours', () => {
  it.each<[string, Error]>([
    ['storage_full', new StorageFullError('no space left')],
    ['server_trouble', new Error('a bug')],
  ])('says %s, and is tried again later', async (lastError, fault) => {
    const synced = await openRunningSync((core) => {
      core.loopDeps.afterPull = () => Promise.reject(fault);
    });
    await synced.sync.run('user');
    expect(synced.sync.status()).toMatchObject({ isRunning: false, lastError, needsSignIn: false });
    expect(synced.warnings).toEqual([expect.stringContaining(fault.message)]);
    expect(synced.clock.pendingCount()).toBe(1);
  });

  it('[DL-7] says that the disk is full when not even that can be written', async () => {
    const synced = await openRunningSync();
    await synced.database.run(
      "CREATE TRIGGER full BEFORE INSERT ON metadata WHEN NEW.key = 'sync:failures' BEGIN SELECT RAISE(ABORT, 'full'); END",
    );
    await synced.sync.run('user');
    expect(synced.sync.status()).toMatchObject({ isRunning: false, lastError: 'storage_full' });
  });
});
