import type { StoredEvent } from '@haversack/contract';
import { id, WIRE_TIME } from '../../test/factories.ts';
import { openCore, OWN_DEVICE } from '../../test/open-core.ts';
import type { Database } from '../infrastructure/public.ts';
import {
  deviceId,
  mergePulledEvents,
  type NewEvent,
  ownDeviceIds,
  recordEvent,
  recordWithdrawal,
  requeueMissing,
  requeueUnknownTo,
} from './events-repo.ts';
import { readMetadata, writeMetadata } from './metadata.ts';
import { confirm, EVENTS_ENDPOINT } from './outbox.ts';

const NOW_AT = 1_000_000;
const HEAD = { session_id: id(8, 1), unit_id: id(1, 1), unit_version: 2, lesson_id: id(2, 1), occurred_at: WIRE_TIME };
const started = (number: number): NewEvent => ({ ...HEAD, event_id: id(6, number), type: 'session_started' });
const answered = (number: number, more: Partial<NewEvent> = {}): NewEvent => ({
  ...HEAD,
  event_id: id(6, number),
  type: 'exercise_answered',
  exercise_id: id(3, 1),
  answer: { text: 'one minute' },
  is_correct: true,
  time_spent_ms: 1_200,
  ...more,
});
const stored = (number: number, more: Partial<StoredEvent> = {}): StoredEvent => ({
  ...started(number),
  device_id: id(7, 2),
  device_seq: number,
  marked_correct: null,
  received_at: WIRE_TIME,
  ...more,
});

const record = (database: Database, event: NewEvent, exerciseCount: number | null = null) =>
  database.transaction((tx) => recordEvent(tx, event, exerciseCount, NOW_AT));
const merge = (database: Database, ...events: StoredEvent[]) =>
  database.transaction((tx) => mergePulledEvents(tx, events, 'feed-1', NOW_AT));
async function confirmAll(database: Database, feedId = 'feed-1'): Promise<void> {
  const keys = await database.all<{ key: string }>('SELECT idempotency_key AS key FROM outbox');
  await database.transaction((tx) =>
    confirm(
      tx,
      keys.map(({ key }) => key),
      feedId,
    ),
  );
}
const outbox = async (database: Database): Promise<unknown[]> =>
  (await database.all<{ payload: string }>('SELECT payload FROM outbox ORDER BY seq')).map(
    ({ payload }) => JSON.parse(payload) as unknown,
  );
const lacks = (...missing: [number, number][]) => [{ device_id: OWN_DEVICE, through_seq: 0, missing }];

describe('[OB-1] an event of this device', () => {
  it('[LS-1] has the next number, and stands in both tables', async () => {
    const { database } = await openCore();
    expect(await record(database, started(1), 4)).toEqual({ ...started(1), device_id: OWN_DEVICE, device_seq: 1 });
    const second = await record(database, answered(2));
    expect(second.device_seq).toBe(2);
    expect(await readMetadata(database, 'last_device_seq')).toBe('2');
    expect(await database.all('SELECT * FROM session_events ORDER BY device_seq')).toEqual([
      {
        ...started(1),
        device_id: OWN_DEVICE,
        device_seq: 1,
        exercise_id: null,
        answer: null,
        is_correct: null,
        time_spent_ms: null,
        exercise_count: 4,
        recorded_at: NOW_AT,
        marked_correct: null,
        confirmed_feed_id: null,
      },
      {
        ...answered(2),
        device_id: OWN_DEVICE,
        device_seq: 2,
        answer: '{"text":"one minute"}',
        is_correct: 1,
        exercise_count: null,
        recorded_at: NOW_AT,
        marked_correct: null,
        confirmed_feed_id: null,
      },
    ]);
    expect(
      await database.get('SELECT id, lane, endpoint, method, idempotency_key, created_at FROM outbox WHERE seq = 2'),
    ).toEqual({
      id: id(6, 2),
      lane: `session:${HEAD.session_id}`,
      endpoint: EVENTS_ENDPOINT,
      method: 'POST',
      idempotency_key: id(6, 2),
      created_at: NOW_AT,
    });
    expect((await outbox(database))[1]).toEqual(second);
  });

  it('[LS-1] has a number above every one that is here, whatever the counter says', async () => {
    const { database } = await openCore();
    await merge(database, stored(6, { device_id: OWN_DEVICE }));
    expect((await record(database, started(1))).device_seq).toBe(7);
    await writeMetadata(database, 'last_device_seq', 20);
    expect((await record(database, started(2))).device_seq).toBe(21);
    await merge(database, stored(40));
    expect((await record(database, started(3))).device_seq).toBe(22);
    // Under the number of a withdrawal, it would be taken for what was discarded.
    await merge(database, stored(50, { device_id: OWN_DEVICE, type: 'withdrawn' }));
    expect((await record(database, started(4))).device_seq).toBe(51);
  });

  it('[OB-6] that was discarded leaves a withdrawal under its number', async () => {
    const { database } = await openCore();
    const event = await record(database, answered(1));
    await database.run('DELETE FROM outbox');
    await database.transaction((tx) => recordWithdrawal(tx, event, id(6, 2), NOW_AT));
    const withdrawal = { ...HEAD, event_id: id(6, 2), device_id: OWN_DEVICE, device_seq: 1, type: 'withdrawn' };
    expect(await outbox(database)).toEqual([withdrawal]);
    expect(await database.get(`SELECT * FROM session_events WHERE type = 'withdrawn'`)).toMatchObject({
      ...withdrawal,
      answer: null,
    });
  });

  it('is not made without a device', async () => {
    const { database } = await openCore();
    expect(await deviceId(database)).toBe(OWN_DEVICE);
    await database.run("DELETE FROM metadata WHERE key = 'device_id'");
    await expect(deviceId(database)).rejects.toThrow('the database has no device id');
  });
});

describe('[LS-6] events that the server has', () => {
  it('are added once, with its mark and its feed', async () => {
    const { database } = await openCore();
    await merge(database, stored(1, { marked_correct: true }), stored(2, { marked_correct: false }), stored(3));
    await merge(database, stored(1, { marked_correct: false }));
    const columns = 'event_id, device_id, marked_correct, confirmed_feed_id, recorded_at';
    const same = { device_id: id(7, 2), confirmed_feed_id: 'feed-1', recorded_at: Date.parse(WIRE_TIME) };
    expect(await database.all(`SELECT ${columns} FROM session_events ORDER BY event_id`)).toEqual([
      { event_id: id(6, 1), marked_correct: 0, ...same },
      { event_id: id(6, 2), marked_correct: 0, ...same },
      { event_id: id(6, 3), marked_correct: null, ...same },
    ]);
    expect(await outbox(database)).toEqual([]);
  });

  it('[SY-6] are dated by the device that made them, unless its words are no date', async () => {
    const { database } = await openCore();
    await merge(database, stored(1, { occurred_at: 'yesterday' }));
    expect(await database.get('SELECT recorded_at FROM session_events')).toEqual({ recorded_at: NOW_AT });
  });

  it('confirm what this device did, and leave its own words as they are', async () => {
    const { database } = await openCore();
    await record(database, answered(1), 4);
    await merge(database, stored(1, { ...answered(1), device_id: OWN_DEVICE, marked_correct: false }));
    expect(
      await database.get('SELECT is_correct, marked_correct, exercise_count, confirmed_feed_id FROM session_events'),
    ).toEqual({
      is_correct: 1,
      marked_correct: 0,
      exercise_count: 4,
      confirmed_feed_id: 'feed-1',
    });
  });
});

describe('[LS-4] events that the server lacks', () => {
  const missing = (database: Database, received: ReturnType<typeof lacks>, known = new Set<string>()) =>
    requeueMissing(database, received, known, NOW_AT);

  it('go back into the outbox word for word', async () => {
    const { database } = await openCore();
    const events = [
      await record(database, started(1)),
      await record(database, answered(2)),
      await record(database, answered(3, { is_correct: false, answer: { option_id: id(5, 1) } })),
      await record(database, answered(4, { is_correct: null, answer: null, time_spent_ms: null, exercise_id: null })),
    ];
    await confirmAll(database);
    await missing(database, lacks([1, 2], [4, 9]));
    expect(await outbox(database)).toEqual([events[0], events[1], events[3]]);
    expect(await database.all('SELECT confirmed_feed_id FROM session_events ORDER BY device_seq')).toEqual([
      { confirmed_feed_id: null },
      { confirmed_feed_id: null },
      { confirmed_feed_id: 'feed-1' },
      { confirmed_feed_id: null },
    ]);
    await confirmAll(database);
    await missing(database, lacks([3, 3]));
    expect(await outbox(database)).toEqual([events[2]]);
  });

  it('are those of this device, and those that are not in the outbox already', async () => {
    const { database } = await openCore();
    await record(database, started(1));
    await confirmAll(database);
    await record(database, started(2));
    await missing(database, [...lacks([2, 2]), { device_id: id(7, 2), through_seq: 0, missing: [[1, 1]] }]);
    expect(await outbox(database)).toMatchObject([{ event_id: id(6, 2) }]);
  });

  it('go back once for each run', async () => {
    const { database } = await openCore();
    await record(database, started(1));
    await record(database, started(2));
    await confirmAll(database);
    const known = new Set([id(6, 1)]);
    await missing(database, lacks([1, 2]), known);
    expect(await outbox(database)).toMatchObject([{ event_id: id(6, 2) }]);
    expect(known).toEqual(new Set([id(6, 1), id(6, 2)]));
  });

  it('[OB-6] are not those that the person discarded: their withdrawal speaks for them', async () => {
    const { database } = await openCore();
    const event = await record(database, started(1));
    await database.run('DELETE FROM outbox');
    await database.transaction((tx) => recordWithdrawal(tx, event, id(6, 2), NOW_AT));
    await confirmAll(database);
    await missing(database, lacks([1, 1]));
    expect(await outbox(database)).toMatchObject([{ event_id: id(6, 2), type: 'withdrawn' }]);
  });

  it('[OB-6] are those also that the server had taken all the same, with their withdrawal', async () => {
    const { database } = await openCore();
    const event = await record(database, started(1));
    await database.transaction((tx) => recordWithdrawal(tx, event, id(6, 2), NOW_AT));
    await confirmAll(database);
    await missing(database, lacks([1, 1]));
    expect(await outbox(database)).toMatchObject([event, { event_id: id(6, 2), type: 'withdrawn' }]);
  });

  it('[CT-11] are those also that came back under another device of this phone', async () => {
    const { database } = await openCore();
    const [former, stranger] = [id(7, 5), id(7, 6)];
    await database.run(`INSERT INTO metadata (key, value) VALUES (?, '1')`, [`former_device:${former}`]);
    expect(await ownDeviceIds(database)).toEqual([OWN_DEVICE, former]);
    await merge(database, stored(1, { device_id: former }), stored(2, { device_id: stranger }));
    const ranges = [former, stranger].map((device_id) => ({ ...lacks([1, 2])[0], device_id }));
    await missing(database, ranges as ReturnType<typeof lacks>);
    expect(await outbox(database)).toMatchObject([{ event_id: id(6, 1), device_id: former }]);
  });

  it('[CT-11] are, on another feed, all that were confirmed on an older one', async () => {
    const { database } = await openCore();
    const first = await record(database, started(1));
    await confirmAll(database, 'feed-1');
    await record(database, started(2));
    await confirmAll(database, 'feed-2');
    await record(database, started(3));
    await merge(database, stored(4));
    await database.transaction((tx) => requeueUnknownTo(tx, 'feed-2', NOW_AT));
    // Another device's too: that one may be gone.
    expect(await outbox(database)).toMatchObject([{ event_id: id(6, 3) }, first, { event_id: id(6, 4), device_id: id(7, 2) }]);
  });
});
