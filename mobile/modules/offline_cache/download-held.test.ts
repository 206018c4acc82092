import { id, makeUnit } from '../../test/factories.ts';
import { settle } from '../../test/hand-clock.ts';
import { type DownloadsCore, openDownloads } from '../../test/open-downloads.ts';
import { statusReply } from '../../test/scripted-network.ts';
import { listMissingAssets } from './assets-repo.ts';
import { runUnit } from './download-run.ts';
import { createDownloads } from './downloads.ts';
import type { FetchFailure } from './object-fetcher.ts';

const [UNIT, OTHER] = [id(1, 1), id(1, 2)];
const OBJECTS = '/objects/';
/** What a unit with two lessons weighs: a picture and two recordings. */
const UNIT_BYTES = 2_500;

interface Runner extends DownloadsCore {
  pace: { offlineRuns: number };
  run: () => Promise<void>;
  entry: () => Promise<object | null>;
}

/** A unit whose lessons are stored, in the queue, beside another one. */
async function begin(lessonCount = 2): Promise<Runner> {
  const core = await openDownloads(makeUnit(1, { lessonCount }), makeUnit(2));
  await core.deps.units.fetch(UNIT);
  await core.enqueue(UNIT);
  const pace = { offlineRuns: 0 };
  return {
    ...core,
    pace,
    async run() {
      await core.database.run("UPDATE downloads SET state = 'queued' WHERE state = 'failed'");
      const unit = await core.queued(UNIT);
      if (!unit) throw new Error('the unit is not in the queue');
      await runUnit(core.deps, pace, unit, core.signal);
    },
    entry: () =>
      core.database.get('SELECT state, reason, failures, next_attempt_at - ?1 AS wait FROM downloads', [core.clock.now()]),
  };
}
const statusOf = async ({ database }: DownloadsCore, unitId = UNIT) =>
  (await database.get('SELECT download_status FROM units WHERE id = ?', [unitId]))?.['download_status'];
/** The first recording of the other unit is here, for it was played. */
async function playOther({ deps, database, signal }: DownloadsCore): Promise<string> {
  await deps.units.fetch(OTHER);
  const recording = (await listMissingAssets(database, OTHER, 1)).find(({ contentType }) => contentType === 'audio/mpeg');
  if (!recording) throw new Error('the unit has no recording');
  expect(await deps.objects.fetch(recording, signal)).toMatchObject({ kind: 'done' });
  return `${recording.objectId}.mp3`;
}
async function quiet(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await settle();
}

describe('[DL-11] a run that is held for Wi-Fi', () => {
  const HELD = { state: 'queued', reason: 'waiting_for_wifi' };

  it('asks for no file, costs no try, and waits for no time', async () => {
    const { run, held, database, entry, network, pace, warnings } = await begin();
    await database.run('UPDATE downloads SET failures = 3');
    held.isForWifi = true;
    await run();
    expect(await entry()).toEqual({ ...HELD, failures: 3, wait: 0 });
    expect(network.countOf(OBJECTS)).toBe(0);
    expect([pace.offlineRuns, warnings]).toEqual([0, []]);
  });

  it('[DL-12] takes no room', async () => {
    const runner = await begin();
    const played = await playOther(runner);
    runner.held.isForWifi = true;
    runner.held.limitBytes = UNIT_BYTES;
    await runner.run();
    expect(await runner.entry()).toMatchObject(HELD);
    expect(await runner.files()).toEqual([played]);
  });

  it('installs what needs no byte any more', async () => {
    const runner = await begin();
    for (const asset of await listMissingAssets(runner.database, UNIT, 1)) await runner.objects.fetch(asset, runner.signal);
    runner.held.isForWifi = true;
    await runner.run();
    expect(await statusOf(runner)).toBe('downloaded');
  });

  it('on its way keeps what came, and leaves the other files for later', async () => {
    const runner = await begin(6);
    const send = runner.network.send.bind(runner.network);
    runner.network.send = async (request) => {
      const reply = await send(request);
      runner.held.isForWifi = true;
      return reply;
    };
    await runner.run();
    expect(await runner.entry()).toMatchObject(HELD);
    expect(runner.network.countOf(OBJECTS)).toBe(3);
    expect(await runner.files()).toHaveLength(3);
    runner.held.isForWifi = false;
    runner.network.send = send;
    await runner.run();
    expect(runner.network.countOf(OBJECTS)).toBe(7);
    expect(await statusOf(runner)).toBe('downloaded');
  });
});

describe('[DL-12] a run under a storage limit', () => {
  const OVER = { state: 'failed', reason: 'storage_limit', failures: 1 };

  it('that leaves no room for the unit asks for no file', async () => {
    const { run, held, entry, network, ...runner } = await begin();
    held.limitBytes = UNIT_BYTES - 1;
    await run();
    expect(await entry()).toMatchObject(OVER);
    expect(network.countOf(OBJECTS)).toBe(0);
    held.limitBytes = UNIT_BYTES;
    await run();
    expect(await statusOf({ ...runner, network, held })).toBe('downloaded');
  });

  it('counts what is there already once', async () => {
    const runner = await begin();
    const [first] = await listMissingAssets(runner.database, UNIT, 1);
    if (first) await runner.objects.fetch(first, runner.signal);
    runner.held.limitBytes = UNIT_BYTES;
    await runner.run();
    expect(await statusOf(runner)).toBe('downloaded');
  });

  it('that is lowered on the way stops before the next file', async () => {
    const runner = await begin(6);
    const { move } = runner.platform.files;
    runner.platform.files.move = async (...args) => {
      runner.held.limitBytes = UNIT_BYTES;
      return move(...args);
    };
    await runner.run();
    expect(await runner.entry()).toMatchObject(OVER);
    expect(runner.network.countOf(OBJECTS)).toBe(3);
    expect(runner.warnings).toEqual([]);
  });

  it('makes room of what was only opened', async () => {
    const runner = await begin();
    const played = await playOther(runner);
    runner.held.limitBytes = UNIT_BYTES;
    await runner.run();
    expect(await statusOf(runner)).toBe('downloaded');
    expect(await runner.files()).toHaveLength(3);
    expect(await runner.files()).not.toContain(played);
  });

  it('that is lowered just before its end is kept afterwards', async () => {
    const runner = await begin();
    const played = await playOther(runner);
    const { sweepFiles } = runner.deps;
    runner.deps.sweepFiles = async () => {
      runner.held.limitBytes = UNIT_BYTES;
      await sweepFiles();
    };
    await runner.run();
    expect(await statusOf(runner)).toBe('downloaded');
    expect(await runner.files()).not.toContain(played);
  });
});

describe('[AU-3] a run whose token has died', () => {
  it('leaves the other files for later, costs no try, and asks less and less often', async () => {
    const { run, server, network, entry, pace } = await begin(6);
    server.expireUrls();
    server.revokeTokens();
    for (const wait of [1_000, 2_000, 4_000]) {
      network.log.length = 0;
      await run();
      expect(await entry()).toEqual({ state: 'queued', reason: 'sign_in', failures: 0, wait });
      expect(network.countOf(OBJECTS)).toBe(3);
    }
    expect(pace.offlineRuns).toBe(3);
  });
});

describe('[DL-8] files that fail in more than one way', () => {
  const WORST_FIRST: FetchFailure[] = [
    'storage_full',
    'storage_limit',
    'waiting_for_wifi',
    'offline',
    'sign_in',
    'checksum_mismatch',
    'not_available',
    'server_trouble',
  ];

  it('are said to have failed in the worst of them', async () => {
    for (const [index, milder] of WORST_FIRST.entries()) {
      const worse = WORST_FIRST[index - 1] ?? milder;
      const runner = await begin();
      const reasons = [milder, worse, milder];
      const fetch = async () => ({ kind: 'failed', reason: reasons.shift() ?? milder, hasProgressed: false }) as const;
      runner.deps.objects = { fetch };
      await runner.run();
      expect(await runner.entry()).toMatchObject({ reason: worse });
    }
  });

  it.each<[FetchFailure, number]>([
    ['storage_full', 3],
    ['storage_limit', 3],
    ['waiting_for_wifi', 3],
    ['offline', 3],
    ['sign_in', 3],
    ['checksum_mismatch', 7],
    ['not_available', 7],
    ['server_trouble', 7],
  ])('are all of them tried, unless each would fail alike (%s)', async (reason, tries) => {
    const runner = await begin(6);
    let calls = 0;
    const fetch = async () => {
      calls += 1;
      return { kind: 'failed', reason, hasProgressed: false } as const;
    };
    runner.deps.objects = { fetch };
    await runner.run();
    expect(calls).toBe(tries);
    expect(await runner.entry()).toMatchObject({ reason });
  });
});

describe('[DL-11] the queue that is held for Wi-Fi', () => {
  it('sets no clock, tries nothing, and goes on when it need not wait', async () => {
    const core = await openDownloads(makeUnit(1));
    const downloads = createDownloads(core.deps);
    core.held.isForWifi = true;
    expect(await downloads.request(UNIT)).toBeNull();
    await quiet();
    expect([await statusOf(core), core.clock.pendingCount()]).toEqual(['queued', 0]);
    const [changes, requests] = [core.changes(), core.network.log.length];
    downloads.kick(true);
    await quiet();
    expect([core.changes(), core.network.log.length, core.clock.pendingCount()]).toEqual([changes, requests, 0]);
    core.held.isForWifi = false;
    downloads.kick();
    await quiet();
    expect(await statusOf(core)).toBe('downloaded');
  });
});

describe('[OC-2] a unit that is asked for and not in the catalogue', () => {
  it.each<[FetchFailure, (core: DownloadsCore) => void]>([
    ['offline', ({ network }) => void (network.isDown = true)],
    ['not_available', ({ server }) => server.remove(OTHER)],
    ['app_too_old', ({ server }) => void server.publish(makeUnit(2, { schemaVersion: 2 }))],
    ['sign_in', ({ server }) => server.revokeTokens()],
    ['server_trouble', ({ network }) => network.next(/units/, statusReply(503))],
    // Deleted between its coming and its place in the queue.
    ['not_available', ({ deps }) => void (deps.units.fetch = async () => ({ kind: 'stored', version: 1 }))],
  ])('is said not to come (%s)', async (reason, prepare) => {
    const core = await openDownloads(makeUnit(1));
    core.server.publish(makeUnit(2));
    prepare(core);
    await core.enqueue(UNIT);
    expect(await createDownloads(core.deps).request(OTHER)).toBe(reason);
    const requests = core.network.log.length;
    await quiet();
    expect(await core.queued(OTHER)).toBeNull();
    // Nothing was put into the queue, so it was not woken either.
    expect(core.network.log).toHaveLength(requests);
  });

  it('is in the queue when a pull has brought it while it was asked for in vain', async () => {
    const core = await openDownloads(makeUnit(1));
    core.server.publish(makeUnit(2));
    const { fetch } = core.deps.units;
    core.deps.units.fetch = async () => {
      await core.pull();
      core.deps.units.fetch = fetch;
      return { kind: 'offline' };
    };
    expect(await createDownloads(core.deps).request(OTHER)).toBeNull();
    await quiet();
    expect(await statusOf(core, OTHER)).toBe('downloaded');
  });
});
