import { id, makeUnit } from '../../test/factories.ts';
import { settle } from '../../test/hand-clock.ts';
import { type DownloadsCore, openDownloads } from '../../test/open-downloads.ts';
import { statusReply } from '../../test/scripted-network.ts';
import { listMissingAssets } from './assets-repo.ts';
import { runUnit } from './download-run.ts';
import { moveDownload, readDownloadStates } from './downloads-repo.ts';

const UNIT = id(1, 1);
const UNITS = /GET .*\/content\/units\/0000/;
const OBJECTS = '/objects/';
const RESERVED = 4_194_304;

interface Runner extends DownloadsCore {
  pace: { offlineRuns: number };
  run: (signal?: AbortSignal) => Promise<void>;
  requests: () => string[];
}
const objectOf = (index: number, options: Parameters<typeof makeUnit>[1] = {}): string =>
  makeUnit(1, options).objects[index]?.asset.object_id ?? '';

/** A unit in the queue. */
async function begin(options: Parameters<typeof makeUnit>[1] = {}): Promise<Runner> {
  const core = await openDownloads(makeUnit(1, options));
  await core.enqueue(UNIT);
  const pace = { offlineRuns: 0 };
  return {
    ...core,
    pace,
    async run(signal = core.signal) {
      const unit = await core.queued(UNIT);
      if (!unit) throw new Error('the unit is not in the queue');
      await core.database.run("UPDATE downloads SET state = 'queued' WHERE state = 'failed'");
      await runUnit(core.deps, pace, unit, signal);
    },
    requests: () => core.network.log.map(({ method, url }) => `${method} ${url.slice('/api/v1'.length)}`),
  };
}
const stateOf = async ({ database }: Runner) => (await readDownloadStates(database, UNIT)).get(UNIT);
async function waitOf({ database, clock }: Runner): Promise<number> {
  const row = await database.get<{ next_attempt_at: number }>('SELECT next_attempt_at FROM downloads');
  return (row?.next_attempt_at ?? 0) - clock.now();
}

describe('[DL-1] one run of a download', () => {
  it('fetches lessons and files, installs them and sweeps what nobody needs', async () => {
    const runner = await begin();
    const stranger = `${'c'.repeat(64)}.mp3`;
    await runner.platform.files.append('person-1', stranger, 0, new Uint8Array(9));
    await runner.run();
    expect(await stateOf(runner)).toEqual({ status: 'downloaded', reason: null, doneBytes: 2_500, totalBytes: 2_500 });
    expect(runner.requests()[0]).toBe(`GET /content/units/${UNIT}`);
    expect(runner.network.countOf(OBJECTS)).toBe(3);
    expect(await runner.files()).toHaveLength(3);
    expect(runner.changes()).toBe(2);
    expect(runner.warnings).toEqual([]);
  });

  it('asks for no lessons that are stored already, and aims at their version', async () => {
    const runner = await begin();
    await runner.deps.units.fetch(UNIT);
    runner.network.log.length = 0;
    runner.network.next(OBJECTS, statusReply(500));
    await runner.run();
    expect(runner.network.countOf(UNITS)).toBe(0);
    expect((await runner.queued(UNIT))?.targetVersion).toBe(1);
    await runner.run();
    expect(runner.network.countOf(UNITS)).toBe(0);
    expect((await stateOf(runner))?.status).toBe('downloaded');
  });

  it('[DL-6] asks for the lessons of a newer version than the stored one', async () => {
    const runner = await begin();
    await runner.deps.units.fetch(UNIT);
    runner.server.publish(makeUnit(1, { seed: 9 }));
    await runner.pull();
    await runner.run();
    expect((await runner.database.get('SELECT downloaded_version FROM units'))?.['downloaded_version']).toBe(2);
  });

  it('[CT-11] asks for the lessons again where one is lacking', async () => {
    const runner = await begin();
    await runner.deps.units.fetch(UNIT);
    await runner.database.run('DELETE FROM lessons WHERE id = (SELECT MAX(id) FROM lessons)');
    runner.network.log.length = 0;
    await runner.run();
    expect(runner.network.countOf(UNITS)).toBe(1);
    expect((await stateOf(runner))?.status).toBe('downloaded');
  });

  it('[DL-8] does nothing when the unit was paused or cancelled just before', async () => {
    const runner = await begin();
    const unit = await runner.queued(UNIT);
    await runner.database.transaction((tx) => moveDownload(tx, UNIT, { kind: 'paused' }, { nowAt: 0 }));
    if (unit) await runUnit(runner.deps, runner.pace, unit, runner.signal);
    await runner.database.run('DELETE FROM downloads');
    if (unit) await runUnit(runner.deps, runner.pace, unit, runner.signal);
    expect(runner.requests()).toEqual([]);
    expect(runner.changes()).toBe(0);
  });

  it('[SY-5] that is aborted leaves its row as it is, and says nothing', async () => {
    const runner = await begin();
    const controller = new AbortController();
    runner.network.next(OBJECTS, { kind: 'held', until: new Promise(() => undefined) });
    const running = runner.run(controller.signal);
    await settle();
    controller.abort();
    await running;
    expect(await runner.queued(UNIT)).toMatchObject({ state: 'running', reason: null, failures: 0 });
    expect(runner.warnings).toEqual([]);
    expect(runner.changes()).toBe(2);
  });

  it('[SY-5] that ends with the person’s scope tells nobody', async () => {
    const runner = await begin();
    runner.network.next(OBJECTS, { kind: 'held', until: new Promise(() => undefined) });
    const running = runner.run();
    await settle();
    runner.abort.abort();
    await running;
    expect(runner.changes()).toBe(1);
  });
});

describe('[DL-8] a run that comes to nothing', () => {
  it.each<[string, (runner: Runner) => void, string, string]>([
    ['no network', ({ network }) => network.next(UNITS, { kind: 'lost_before' }), 'queued', 'offline'],
    ['a unit that is gone', ({ server }) => server.remove(UNIT), 'failed', 'not_available'],
    [
      'a unit that this app does not play yet',
      ({ server }) => void server.publish(makeUnit(1, { schemaVersion: 2 })),
      'failed',
      'app_too_old',
    ],
    [
      'a unit that this app plays no more',
      (runner) => void (runner.deps.units.fetch = async () => ({ kind: 'unsupported', reason: 'too_old' })),
      'failed',
      'outdated',
    ],
    ['a dead token', ({ server }) => server.revokeTokens(), 'queued', 'sign_in'],
    ['a server that is ill', ({ network }) => network.next(UNITS, statusReply(503)), 'queued', 'server_trouble'],
  ])('%s is said', async (_, prepare, status, reason) => {
    const runner = await begin();
    prepare(runner);
    await runner.run();
    expect(await stateOf(runner)).toMatchObject({ status, reason });
    expect(runner.network.countOf(OBJECTS)).toBe(0);
    expect(runner.warnings).toEqual([]);
    expect(runner.changes()).toBe(2);
  });

  it('for a fault of ours is logged and tried again', async () => {
    const runner = await begin();
    runner.platform.files.move = () => Promise.reject(new Error('broken disk'));
    await runner.run();
    expect(await stateOf(runner)).toMatchObject({ status: 'queued', reason: 'server_trouble' });
    expect(runner.warnings).toEqual([expect.stringContaining('broken disk')]);
  });

  it('[DL-7] for want of room asks for no file; what is there already needs none', async () => {
    const runner = await begin();
    runner.disk.freeBytes = RESERVED + 2_499;
    await runner.run();
    expect(await stateOf(runner)).toMatchObject({ status: 'failed', reason: 'storage_full' });
    expect(runner.network.countOf(OBJECTS)).toBe(0);
    await runner.database.run("UPDATE assets SET done_bytes = 400 WHERE type = 'image'");
    runner.disk.freeBytes = RESERVED + 2_100;
    await runner.run();
    expect((await stateOf(runner))?.status).toBe('downloaded');
  });

  it.each<[string, string]>([
    ['storage_full', 'storage_full'],
    ['offline', 'offline'],
    ['checksum_mismatch', 'checksum_mismatch'],
    ['not_available', 'not_available'],
  ])('says the worst of its files: %s above a server that is ill', async (worst) => {
    const runner = await begin();
    const [ill, hit] = [objectOf(0), objectOf(1)];
    runner.network.always(ill, statusReply(500));
    if (worst === 'offline') runner.network.always(hit, { kind: 'lost_before' });
    if (worst === 'not_available') runner.network.always(hit, statusReply(404));
    if (worst === 'checksum_mismatch')
      runner.network.always(hit, { kind: 'reply', reply: { status: 200, headers: {}, body: new Uint8Array(1_000) } });
    const { append } = runner.platform.files;
    if (worst === 'storage_full')
      runner.platform.files.append = (area, name, size, bytes) => {
        if (name.startsWith(hit)) runner.disk.freeBytes = 0;
        return append(area, name, size, bytes);
      };
    await runner.run();
    expect((await runner.queued(UNIT))?.reason).toBe(worst);
    expect(runner.warnings).toEqual([]);
  });

  it('fetches the other files all the same when one fails', async () => {
    const runner = await begin({ lessonCount: 6 });
    runner.network.always(objectOf(1, { lessonCount: 6 }), statusReply(500));
    await runner.run();
    expect(await runner.files()).toHaveLength(6);
    expect(await listMissingAssets(runner.database, UNIT, 1)).toHaveLength(1);
  });

  it('leaves the other files for later when the network is gone', async () => {
    const runner = await begin({ lessonCount: 6 });
    runner.network.always(OBJECTS, { kind: 'lost_before' });
    await runner.run();
    expect(runner.network.countOf(OBJECTS)).toBeLessThanOrEqual(3);
  });

  it('[DL-7] leaves the other files for later when the disk is full, also those that would have room', async () => {
    const runner = await begin({ lessonCount: 6 });
    const { append } = runner.platform.files;
    runner.platform.files.append = async (...args) => {
      await append(...args);
      runner.disk.freeBytes = RESERVED + 600;
    };
    await runner.run();
    expect(await stateOf(runner)).toMatchObject({ status: 'failed', reason: 'storage_full' });
    const names = await runner.files();
    expect(names.length).toBeGreaterThan(0);
    expect(names.filter((name) => name.endsWith('.webp'))).toEqual([]);
  });

  it('forgets earlier failures when a byte came', async () => {
    const runner = await begin({ lessonCount: 1, audioBytes: 262_144 * 2 });
    await runner.database.run('UPDATE downloads SET failures = 4');
    const recording = objectOf(1, { lessonCount: 1, audioBytes: 262_144 * 2 });
    runner.network.next(recording, { kind: 'held', until: Promise.resolve() }, statusReply(500));
    await runner.run();
    expect(await runner.queued(UNIT)).toMatchObject({ state: 'queued', reason: 'server_trouble', failures: 1 });
    await runner.run();
    expect((await stateOf(runner))?.status).toBe('downloaded');
  });

  it('counts on where no byte came', async () => {
    const runner = await begin();
    await runner.database.run('UPDATE downloads SET failures = 3');
    runner.network.always(OBJECTS, statusReply(500));
    await runner.run();
    expect(await runner.queued(UNIT)).toMatchObject({ failures: 4 });
    expect(await waitOf(runner)).toBe(8_000);
  });

  it('waits longer each time that the network was gone, without counting a failure', async () => {
    const runner = await begin();
    runner.network.isDown = true;
    const waits: number[] = [];
    for (let times = 0; times < 3; times += 1) {
      await runner.run();
      waits.push(await waitOf(runner));
    }
    expect(waits).toEqual([1_000, 2_000, 4_000]);
    expect(await runner.queued(UNIT)).toMatchObject({ state: 'queued', reason: 'offline', failures: 0 });
    expect(runner.pace.offlineRuns).toBe(3);
    runner.network.isDown = false;
    await runner.run();
    expect(runner.pace.offlineRuns).toBe(0);
  });

  it('of other kinds does not count as one without network', async () => {
    const runner = await begin();
    runner.network.always(OBJECTS, statusReply(500));
    await runner.run();
    expect(runner.pace.offlineRuns).toBe(0);
    expect(await waitOf(runner)).toBe(1_000);
  });
});

describe('[DL-6] a run whose premise goes while files come', () => {
  it('for a lesson that is not there any more plans anew after a breath', async () => {
    const runner = await begin();
    const { move } = runner.platform.files;
    runner.platform.files.move = async (...args) => {
      await runner.database.run('DELETE FROM lessons');
      return move(...args);
    };
    await runner.run();
    expect(await runner.queued(UNIT)).toMatchObject({ state: 'queued', reason: 'server_trouble', targetVersion: null });
    expect(await waitOf(runner)).toBe(1_000);
    expect(runner.warnings).toEqual([]);
  });

  it('for a newer version is in the queue for that one, and may run at once', async () => {
    const runner = await begin();
    let letGo = (): void => undefined;
    runner.network.next(OBJECTS, { kind: 'held', until: new Promise((resolve) => (letGo = () => resolve())) });
    const running = runner.run();
    await settle();
    runner.server.publish(makeUnit(1, { seed: 9 }));
    await runner.pull();
    letGo();
    await running;
    expect(await runner.queued(UNIT)).toEqual({ state: 'queued', reason: null, failures: 0, unitId: UNIT, targetVersion: null });
    expect(await waitOf(runner)).toBeLessThanOrEqual(0);
  });

  it.each<[string, string, object | null]>([
    ['cancels', 'DELETE FROM downloads', null],
    ['pauses', "UPDATE downloads SET state = 'paused'", { state: 'paused', reason: null, failures: 0 }],
    ['begins anew with', "UPDATE downloads SET state = 'queued'", { state: 'queued', reason: null, failures: 0 }],
  ])('[DL-8] for a person who %s it leaves that as it is', async (_, change, left) => {
    for (const isHealthy of [true, false]) {
      const runner = await begin();
      let letGo = (): void => undefined;
      runner.network.next(OBJECTS, { kind: 'held', until: new Promise((resolve) => (letGo = () => resolve())) });
      const running = runner.run();
      await settle();
      if (!isHealthy) {
        // The one that is held back fails as well.
        runner.server.expireUrls();
        runner.network.always(OBJECTS, statusReply(500));
      }
      await runner.database.run(change);
      letGo();
      await running;
      const entry = await runner.queued(UNIT);
      if (left) expect(entry).toMatchObject(left);
      else expect(entry).toBeNull();
      expect((await stateOf(runner))?.status).not.toBe('downloaded');
    }
  });

  it('[SY-5] because the run is aborted just before its end installs nothing', async () => {
    const runner = await begin({ lessonCount: 1 });
    const controller = new AbortController();
    const { move } = runner.platform.files;
    let moves = 0;
    runner.platform.files.move = async (...args) => {
      await move(...args);
      moves += 1;
      if (moves === 2) controller.abort();
    };
    await runner.run(controller.signal);
    expect(moves).toBe(2);
    expect(await runner.queued(UNIT)).toMatchObject({ state: 'running' });
  });
});
