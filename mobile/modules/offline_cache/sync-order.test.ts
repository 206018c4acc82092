import type { HttpReply } from '../infrastructure/models.ts';
import { id } from '../../test/factories.ts';
import { jsonReply, OWN_DEVICE, problemReply } from '../../test/open-core.ts';
import { openSync, type SyncCore } from '../../test/open-sync.ts';
import { recordEvent } from './events-repo.ts';
import { writeMetadata } from './metadata.ts';
import { confirm, postpone } from './outbox.ts';
import { type LoopResult, patienceLeftMs, runLoop, type SyncTrigger } from './sync-loop.ts';

const MINUTE_MS = 60_000;
const DOWN: HttpReply = { status: 503, headers: {}, body: new Uint8Array() };

interface Loop extends SyncCore {
  run: (...triggers: SyncTrigger[]) => Promise<LoopResult>;
}
async function begin(): Promise<Loop> {
  const core = await openSync();
  return Object.assign(core, { run: (...triggers: SyncTrigger[]) => runLoop(core.loopDeps, new Set(triggers)) });
}
const ended = (error: string | null, hasPulled = true) => ({ kind: 'ended', error, hasPulled });
const PULL = ['units', 'page', 'digest', 'events', 'outbox', 'progress', 'purge'];

describe('[SY-2] a loop', () => {
  it('pushes, pulls, purges, refreshes the downloads', async () => {
    const { run, steps, addWrite } = await begin();
    await addWrite('w');
    expect(await run('user')).toEqual(ended(null));
    expect(steps).toEqual(['write', 'outbox', ...PULL, 'downloads afresh']);
  });

  it.each<SyncTrigger>(['user', 'online', 'foreground', 'start'])(
    'that a person or the network set off ("%s") waits for nothing',
    async (trigger) => {
      const { run, steps, addWrite, database, clock } = await begin();
      await addWrite('w');
      await postpone(database, [1], { error: 'try_later', nowAt: clock.now(), delayMs: MINUTE_MS });
      expect(await run('write', trigger)).toEqual(ended(null));
      expect(steps[0]).toBe('write');
      expect(steps.at(-1)).toBe('downloads afresh');
    },
  );

  it.each<SyncTrigger>(['write', 'timer', 'empty'])('that came about otherwise ("%s") lets wait what waits', async (trigger) => {
    const { run, steps, addWrite, database, clock } = await begin();
    await addWrite('w');
    await postpone(database, [1], { error: 'try_later', nowAt: clock.now(), delayMs: MINUTE_MS });
    expect(await run(trigger)).toEqual(ended('server_trouble'));
    expect(steps).toEqual([...PULL, 'downloads as they wait']);
  });

  it.each([
    ['sign_in', problemReply(401, 'unauthenticated')],
    ['offline', null],
  ] as const)('does not pull when pushing showed that it is of no use (%s)', async (error, reply) => {
    const { run, steps, addWrite, answers, network } = await begin();
    await addWrite('w');
    if (reply) answers.set('write', () => reply);
    else network.next(/PUT/, { kind: 'lost_before' });
    expect(await run('user')).toEqual(ended(error, false));
    expect(steps).toEqual(reply ? ['write', 'outbox'] : ['outbox']);
  });

  it('pulls although pushing has trouble, and says that; it does not push again', async () => {
    const { run, steps, addWrite, answers } = await begin();
    await addWrite('w');
    answers.set('write', () => DOWN);
    expect(await run('user')).toEqual(ended('server_trouble'));
    expect(steps).toEqual(['write', 'outbox', ...PULL, 'downloads afresh']);
  });

  it.each<[string, HttpReply]>([
    ['sign_in', problemReply(401, 'unauthenticated')],
    ['not_ours', { status: 200, headers: {}, body: new Uint8Array() }],
    ['server_trouble', DOWN],
    ['server_trouble', problemReply(403, 'forbidden')],
  ])('whose pull fails says why (%s) and goes no further', async (error, reply) => {
    for (const part of ['units', 'events'] as const) {
      const { run, steps, answers } = await begin();
      answers.set(part, () => reply);
      expect(await run('user')).toEqual(ended(error, false));
      // What was pulled of the catalogue is made use of, though the events did not come.
      expect(steps).toEqual(part === 'units' ? ['units'] : ['units', 'page', 'digest', 'events', 'purge', 'downloads afresh']);
    }
  });

  it('that loses the network while pulling says so; what went wrong before comes first', async () => {
    const { run, network, addWrite, answers } = await begin();
    network.next(/sync/, { kind: 'lost_before' });
    expect(await run('user')).toEqual(ended('offline', false));
    network.next(/GET .*events/, { kind: 'lost_before' });
    expect(await run('user')).toEqual(ended('offline', false));
    await addWrite('w');
    answers.set('write', () => ({ status: 200, headers: {}, body: new Uint8Array() }));
    network.next(/sync/, { kind: 'lost_before' });
    expect(await run('user')).toEqual(ended('not_ours', false));
    network.next(/GET .*events/, { kind: 'lost_before' });
    expect(await run('user')).toEqual(ended('not_ours', false));
    const unequal = await begin();
    await unequal.addWrite('w');
    unequal.answers.set('write', () => ({ status: 200, headers: {}, body: new Uint8Array() }));
    unequal.isDigestRight = false;
    expect(await unequal.run('user')).toEqual(ended('not_ours'));
  });

  it('[SY-5] that is aborted while it purges starts no download', async () => {
    const core = await begin();
    core.loopDeps.afterPull = async () => core.abort.abort();
    await expect(core.run('user')).rejects.toMatchObject({ reason: 'aborted' });
    expect(core.steps.filter((step) => step.startsWith('downloads'))).toEqual([]);
  });

  it('[SY-7] says a difference that it mended, and one that it could not', async () => {
    const mended = await begin();
    let round = 0;
    mended.answers.set('digest', () => {
      round += 1;
      if (round === 2) mended.answers.delete('digest');
      return jsonReply({ count: 99, hash: '0'.repeat(64) });
    });
    expect(await mended.run('user')).toEqual(ended('repaired'));
    expect(round).toBe(2);
    const unequal = await begin();
    unequal.isDigestRight = false;
    expect(await unequal.run('user')).toEqual(ended('server_trouble'));
  });

  it('[CT-11] sends in the same loop what a restored server gave back', async () => {
    const { run, steps, database } = await begin();
    const head = { session_id: id(8, 1), unit_id: id(1, 1), unit_version: 1, lesson_id: id(2, 1), occurred_at: '' };
    await database.transaction((tx) => recordEvent(tx, { ...head, event_id: 'e1', type: 'session_started' }, null, 0));
    await database.transaction((tx) => confirm(tx, ['e1'], 'feed-0'));
    expect(await database.get('SELECT device_id FROM session_events')).toEqual({ device_id: OWN_DEVICE });
    expect(await run('user')).toEqual(ended(null));
    expect(steps).toEqual([...PULL, 'downloads afresh', 'write', 'outbox']);
  });
});

describe('[SY-1] a loop for a write alone', () => {
  it.each<SyncTrigger>(['write', 'timer'])('only sends while the last pull is fresh ("%s")', async (trigger) => {
    const { run, steps, addWrite, clock, answers } = await begin();
    await run('user');
    steps.length = 0;
    await addWrite('w');
    clock.jumpTo(clock.now() + 5 * MINUTE_MS - 1);
    expect(await run(trigger)).toEqual(ended(null, false));
    expect(steps).toEqual(['write', 'outbox']);
    await addWrite('x');
    answers.set('write', () => DOWN);
    expect(await run(trigger)).toEqual(ended('server_trouble', false));
    answers.delete('write');
    clock.jumpTo(clock.now() + 1);
    steps.length = 0;
    await run(trigger);
    expect(steps).toContain('units');
  });

  it('looks for news too where it never did, where something went wrong since, and where the clock was set back', async () => {
    const { run, steps, clock, database } = await begin();
    await run('write');
    expect(steps).toContain('units');
    steps.length = 0;
    await writeMetadata(database, 'sync:failures', 1);
    await run('write');
    expect(steps).toContain('units');
    await writeMetadata(database, 'sync:failures', 0);
    steps.length = 0;
    await run('write');
    expect(steps).toEqual([]);
    clock.jumpTo(clock.now() - 1);
    await run('write');
    expect(steps).toContain('units');
  });

  it('looks for news too when something else asks for it', async () => {
    const { run, steps } = await begin();
    await run('user');
    for (const triggers of [['empty'], ['write', 'empty'], ['timer', 'user']] as const) {
      steps.length = 0;
      await run(...triggers);
      expect(steps).toContain('units');
    }
  });
});

describe('[OB-4] a server that asks for patience', () => {
  it('is sent nothing before its time, whatever the trigger', async () => {
    const { run, steps, addWrite, answers, clock, metadata, database } = await begin();
    await addWrite('w');
    answers.set('write', () => ({ status: 503, headers: { 'retry-after': '60' }, body: new Uint8Array() }));
    const since = clock.now();
    expect(await run('user')).toEqual(ended('server_trouble'));
    expect(await metadata('push:retry_after')).toBe(`${since},${since + MINUTE_MS}`);
    answers.delete('write');
    steps.length = 0;
    clock.jumpTo(since + MINUTE_MS - 1);
    for (const trigger of ['write', 'timer', 'empty'] as const) expect(await run(trigger)).toEqual({ kind: 'skipped' });
    expect(steps).toEqual([]);
    expect(await run('user')).toEqual(ended('server_trouble'));
    // The events brought nothing, so nobody is told of them.
    expect(steps).toEqual(['units', 'page', 'digest', 'events', 'purge', 'downloads afresh']);
    expect(await patienceLeftMs(database, clock.now())).toBe(1);
    clock.jumpTo(since + MINUTE_MS);
    expect(await patienceLeftMs(database, clock.now())).toBe(0);
    steps.length = 0;
    expect(await run('user')).toEqual(ended(null));
    expect(steps[0]).toBe('write');
  });

  it('[SY-6] is not left alone for ever by a clock that was set back; one that asks for nothing is left alone not at all', async () => {
    const { run, addWrite, answers, database, metadata } = await begin();
    expect(await patienceLeftMs(database, 5)).toBe(0);
    await writeMetadata(database, 'push:retry_after', '1000,9000');
    expect(await patienceLeftMs(database, 999)).toBe(0);
    expect(await patienceLeftMs(database, 1_000)).toBe(8_000);
    await writeMetadata(database, 'push:retry_after', null);
    await addWrite('w');
    answers.set('write', () => DOWN);
    await run('user');
    expect(await metadata('push:retry_after')).toBeNull();
  });
});
