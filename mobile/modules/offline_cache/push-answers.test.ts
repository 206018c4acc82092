import { problemReply, jsonReply } from '../../test/open-core.ts';
import { acceptAll, answerEvents, JOIN_ENDPOINT, keysOf, openSender } from '../../test/write-server.ts';
import type { Database } from '../infrastructure/public.ts';
import { EVENTS_ENDPOINT } from './outbox.ts';
import { readTray } from './tray-repo.ts';

const problem = (status: number, more: object = {}) => ({ type: 'urn:x', title: 'title', status, code: 'conflict', ...more });
const STUCK = { kind: 'stuck', error: 'server_trouble', retryAfterMs: null };
const tray = async (database: Database) => (await readTray(database, null)).map(({ write }) => write);
const untouched = (id: string) => ({ id, state: 'waiting', attempts: 0, last_error: null, next_attempt_at: 0 });

describe('[LS-2] the answer to a batch', () => {
  it('[OB-8] comes to a request that names each event and its key', async () => {
    const { send, network, changes } = await openSender(['a', 'b']);
    expect(await send()).toEqual({ kind: 'done' });
    expect(network.log).toHaveLength(1);
    const [request] = network.log;
    expect(request).toMatchObject({ method: 'POST', url: EVENTS_ENDPOINT, timeoutMs: 60_000 });
    expect(JSON.parse(request?.body ?? '')).toEqual({
      items: [
        { idempotency_key: 'a', payload: { of: 'a' } },
        { idempotency_key: 'b', payload: { of: 'b' } },
      ],
    });
    expect(changes()).toBe(1);
  });

  it('[OB-2] [OB-6] confirms, refuses and postpones each item alone', async () => {
    const judged = [
      { idempotency_key: 'taken', status: 'accepted', problem: null },
      { idempotency_key: 'known', status: 'duplicate', problem: null },
      { idempotency_key: 'wrong', status: 'refused', problem: problem(422, { detail: 'no such lesson' }) },
      { idempotency_key: 'odd', status: 'refused', problem: problem(404) },
      { idempotency_key: 'mute', status: 'refused', problem: null },
    ];
    const { send, rows, database, clock } = await openSender(['taken', 'known', 'wrong', 'odd', 'mute', 'unnamed'], () =>
      answerEvents(judged),
    );
    expect(await send()).toEqual(STUCK);
    const refused = { state: 'refused', attempts: 1, last_error: 'refused', next_attempt_at: 0 };
    expect(await rows()).toEqual([
      { id: 'wrong', ...refused },
      { id: 'odd', ...refused },
      { id: 'mute', ...refused },
      { id: 'unnamed', state: 'waiting', attempts: 1, last_error: 'not_answered', next_attempt_at: clock.now() + 1_000 },
    ]);
    expect(await tray(database)).toMatchObject([
      { code: 'conflict', detail: 'no such lesson' },
      { code: 'conflict', detail: 'title' },
      { code: 'refused', detail: null },
    ]);
  });

  it.each([408, 425, 429, 500, 503])('[OB-5] an item that is told %d is tried later', async (status) => {
    const { send, rows } = await openSender(['a'], (request) =>
      answerEvents(keysOf(request).map((key) => ({ idempotency_key: key, status: 'refused', problem: problem(status) }))),
    );
    expect(await send()).toEqual(STUCK);
    expect(await rows()).toMatchObject([{ id: 'a', state: 'waiting', attempts: 1, last_error: 'not_answered' }]);
  });

  it('[OB-4] each item that was not answered waits by its own count of tries', async () => {
    const { send, rows, database, clock } = await openSender(['a', 'b'], () => answerEvents([]));
    await database.run("UPDATE outbox SET attempts = 3 WHERE id = 'b'");
    await send();
    expect(await rows()).toMatchObject([{ next_attempt_at: clock.now() + 1_000 }, { next_attempt_at: clock.now() + 8_000 }]);
  });

  it('[CT-11] is remembered with the feed that gave it', async () => {
    const { send, database } = await openSender([{ id: 'e1', lane: 'session:s' }]);
    const columns =
      'event_id, session_id, device_id, device_seq, unit_id, unit_version, lesson_id, type, occurred_at, recorded_at';
    await database.run(
      `INSERT INTO session_events (${columns}) VALUES ('e1', 's', 'd', 1, 'u', 1, 'l', 'session_started', '', 0)`,
    );
    await send();
    expect(await database.get('SELECT confirmed_feed_id FROM session_events')).toEqual({ confirmed_feed_id: 'feed-1' });
  });
});

describe('the answer to a write that goes by itself', () => {
  const join = { id: 'join', endpoint: JOIN_ENDPOINT, method: 'PUT', payload: null } as const;

  it('[OB-8] comes to a request with its key, its headers, and a body only where there is one', async () => {
    const { send, network } = await openSender([
      join,
      { ...join, id: 'other', payload: { one: 1 }, headers: { 'x-word': 'two' } },
    ]);
    expect(await send()).toEqual({ kind: 'done' });
    const [first, second] = network.log;
    expect(first).toMatchObject({ method: 'PUT', url: JOIN_ENDPOINT, headers: { 'idempotency-key': 'join' } });
    expect(first?.body).toBeUndefined();
    expect(second).toMatchObject({ body: '{"one":1}', headers: { 'idempotency-key': 'other', 'x-word': 'two' } });
  });

  it('[OB-2] takes it out only with its own key, and is nobody’s otherwise', async () => {
    const { send, rows, clock } = await openSender([join, 'event'], (request) =>
      keysOf(request)[0] === 'join' ? jsonReply(null, { 'idempotency-key': 'another' }) : acceptAll(request),
    );
    expect(await send()).toEqual({ kind: 'stuck', error: 'not_ours', retryAfterMs: null });
    const tried = { state: 'waiting', attempts: 1, last_error: 'not_ours', next_attempt_at: clock.now() + 1_000 };
    expect(await rows()).toEqual([{ id: 'join', ...tried }, untouched('event')]);
  });

  it('[OB-6] refuses it alone', async () => {
    const { send, rows, database } = await openSender([join, 'event'], (request) =>
      keysOf(request)[0] === 'join' ? problemReply(404, 'not_found', { detail: 'gone' }) : acceptAll(request),
    );
    expect(await send()).toEqual({ kind: 'done' });
    expect(await rows()).toMatchObject([{ id: 'join', state: 'refused' }]);
    expect(await tray(database)).toMatchObject([{ code: 'not_found', detail: 'gone' }]);
  });
});
