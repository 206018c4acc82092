import { DOWNLOAD_TRIES, type DownloadEvent, downloadStatusOf, nextQueueEntry, type QueueEntry } from './download-state.ts';

const QUEUED: QueueEntry = { state: 'queued', reason: 'offline', failures: 3 };
const RUNNING: QueueEntry = { state: 'running', reason: null, failures: 3 };
const PAUSED: QueueEntry = { state: 'paused', reason: null, failures: 3 };
const FAILED: QueueEntry = { state: 'failed', reason: 'not_available', failures: 3 };
const FRESH: QueueEntry = { state: 'queued', reason: null, failures: 0 };

const after = (entry: QueueEntry | null, kind: Exclude<DownloadEvent['kind'], 'interrupted'>) => nextQueueEntry(entry, { kind });
const interrupted = (entry: QueueEntry, reason: Extract<DownloadEvent, { kind: 'interrupted' }>['reason']) =>
  nextQueueEntry(entry, { kind: 'interrupted', reason });

describe('[DL-8] a download in the queue', () => {
  it('begins anew when it is asked for, unless it is on its way already', () => {
    expect(after(null, 'requested')).toEqual(FRESH);
    expect(after(FAILED, 'requested')).toEqual(FRESH);
    expect(after(PAUSED, 'requested')).toEqual(FRESH);
    expect(after(QUEUED, 'requested')).toBe(QUEUED);
    expect(after(RUNNING, 'requested')).toBe(RUNNING);
  });

  it.each(['started', 'paused', 'resumed', 'superseded', 'progressed'] as const)(
    'that is not there is not made by "%s"',
    (kind) => {
      expect(after(null, kind)).toBeNull();
    },
  );

  it('runs from the queue alone', () => {
    expect(after(QUEUED, 'started')).toEqual({ state: 'running', reason: null, failures: 3 });
    expect(after(PAUSED, 'started')).toBe(PAUSED);
    expect(after(FAILED, 'started')).toBe(FAILED);
  });

  it('is paused at any time, and goes on when the person says so', () => {
    for (const entry of [QUEUED, RUNNING, FAILED])
      expect(after(entry, 'paused')).toEqual({ state: 'paused', reason: null, failures: 3 });
    expect(after(PAUSED, 'resumed')).toEqual(FRESH);
    expect(after(FAILED, 'resumed')).toEqual(FRESH);
    expect(after(QUEUED, 'resumed')).toBe(QUEUED);
    expect(after(RUNNING, 'resumed')).toBe(RUNNING);
  });

  it('[DL-6] is planned anew for a newer version, but not while it is paused', () => {
    for (const entry of [QUEUED, RUNNING, FAILED]) expect(after(entry, 'superseded')).toEqual(FRESH);
    expect(after(PAUSED, 'superseded')).toBe(PAUSED);
  });

  it('forgets its failures when a byte came', () => {
    expect(after(RUNNING, 'progressed')).toEqual({ ...RUNNING, failures: 0 });
    const flawless = { ...RUNNING, failures: 0 };
    expect(after(flawless, 'progressed')).toBe(flawless);
  });

  it.each(['offline', 'waiting_for_wifi', 'sign_in'] as const)(
    'waits for what is not there (%s) without counting a try',
    (reason) => {
      expect(interrupted(RUNNING, reason)).toEqual({ state: 'queued', reason, failures: 3 });
      expect(interrupted(PAUSED, reason)).toBe(PAUSED);
    },
  );

  it('is tried so many times without a byte, and then the person is asked', () => {
    let entry: QueueEntry | null = { state: 'running', reason: null, failures: 0 };
    const states: string[] = [];
    for (let tries = 0; tries < DOWNLOAD_TRIES; tries += 1) {
      entry = interrupted({ ...(entry as QueueEntry), state: 'running' }, 'server_trouble');
      states.push(`${entry?.state} ${entry?.failures}`);
    }
    expect(states).toEqual(['queued 1', 'queued 2', 'queued 3', 'queued 4', 'queued 5', 'failed 6']);
    expect(entry?.reason).toBe('server_trouble');
  });

  it('is not asked a third time for bytes that were wrong twice', () => {
    const once = interrupted({ ...RUNNING, failures: 0 }, 'checksum_mismatch');
    expect(once).toEqual({ state: 'queued', reason: 'checksum_mismatch', failures: 1 });
    expect(interrupted({ ...RUNNING, failures: 1 }, 'checksum_mismatch')).toMatchObject({ state: 'failed', failures: 2 });
  });

  const final = ['storage_full', 'storage_limit', 'not_available', 'outdated', 'app_too_old'] as const;
  it.each(final)('[DL-7] fails at once where waiting mends nothing (%s)', (reason) => {
    expect(interrupted({ ...RUNNING, failures: 0 }, reason)).toEqual({ state: 'failed', reason, failures: 1 });
  });
});

describe('[DL-1] [DL-6] the status that the screen shows', () => {
  const facts = { version: 2, downloadedVersion: null, isLost: false, entry: null };

  it('of a unit that is not on the device', () => {
    expect(downloadStatusOf(facts)).toBe('not_downloaded');
    expect(downloadStatusOf({ ...facts, isLost: true })).toBe('download_again');
    expect(downloadStatusOf({ ...facts, entry: QUEUED })).toBe('queued');
    expect(downloadStatusOf({ ...facts, entry: FAILED, isLost: true })).toBe('failed');
    expect(downloadStatusOf({ ...facts, entry: RUNNING })).toBe('downloading');
    expect(downloadStatusOf({ ...facts, entry: PAUSED })).toBe('paused');
  });

  it('of a unit that plays', () => {
    expect(downloadStatusOf({ ...facts, downloadedVersion: 2 })).toBe('downloaded');
    expect(downloadStatusOf({ ...facts, downloadedVersion: 1 })).toBe('update_available');
    expect(downloadStatusOf({ ...facts, downloadedVersion: 1, entry: QUEUED })).toBe('update_available');
    expect(downloadStatusOf({ ...facts, downloadedVersion: 2, entry: FAILED })).toBe('update_available');
    expect(downloadStatusOf({ ...facts, downloadedVersion: 1, entry: RUNNING })).toBe('downloading');
    expect(downloadStatusOf({ ...facts, downloadedVersion: 1, entry: PAUSED })).toBe('paused');
  });
});
