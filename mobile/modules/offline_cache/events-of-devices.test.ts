import type { StoredEvent } from '@haversack/contract';
import type { HttpReply } from '../infrastructure/models.ts';
import { id, WIRE_TIME } from '../../test/factories.ts';
import { settle } from '../../test/hand-clock.ts';
import { type Core, jsonReply, openCore, OWN_DEVICE, problemReply } from '../../test/open-core.ts';
import { pullEvents } from './events-pull.ts';
import { recordEvent } from './events-repo.ts';
import { confirm } from './outbox.ts';
import { type MetadataKey, readMetadata } from './metadata.ts';

const PATH = '/api/v1/learning_session/events?limit=500';
const event = (number: number): StoredEvent => ({
  event_id: id(6, number),
  session_id: id(8, 1),
  device_id: id(7, 2),
  device_seq: number,
  unit_id: id(1, 1),
  unit_version: 1,
  lesson_id: id(2, 1),
  type: 'session_started',
  occurred_at: WIRE_TIME,
  marked_correct: null,
  received_at: WIRE_TIME,
});
const page = (numbers: number[], cursor: string, more: object = {}, feed = 'feed-1'): HttpReply =>
  jsonReply({ events: numbers.map(event), cursor, has_more: false, ...more }, { 'haversack-server': feed });

interface Puller extends Core {
  pull: () => ReturnType<typeof pullEvents>;
  /** What follows the common part of each address that was asked for. */
  asked: () => string[];
  events: () => Promise<unknown[]>;
  metadata: (key: MetadataKey) => Promise<string | null>;
  pages: () => number;
}

/** A server that gives these answers one after the other, the last for ever. */
async function openPuller(...answers: HttpReply[]): Promise<Puller> {
  const left = [...answers];
  const core = await openCore(() => (left.length > 1 ? left.shift() : left[0]) ?? problemReply(404, 'not_found'));
  let pages = 0;
  const deps = { ...core, logger: core.platform.logger, onPage: async () => void (pages += 1) };
  return {
    ...core,
    pull: () => pullEvents(deps, core.signal),
    asked: () => core.network.log.map(({ url }) => url.replace(PATH, '')),
    events: async () =>
      (await core.database.all('SELECT event_id FROM session_events ORDER BY event_id')).map((row) => row['event_id']),
    metadata: (key) => readMetadata(core.database, key),
    pages: () => pages,
  };
}

describe('[LS-6] the person’s events of every device', () => {
  it('come page by page to the end, and next time from there', async () => {
    const { pull, asked, events, metadata, pages, network, clock } = await openPuller(
      page([1, 2], '2', { has_more: true }),
      page([3], '3'),
    );
    expect(await pull()).toBeNull();
    expect(asked()).toEqual(['', '&since=2']);
    expect(network.log[0]).toMatchObject({ method: 'GET', timeoutMs: 60_000 });
    expect(await events()).toEqual([id(6, 1), id(6, 2), id(6, 3)]);
    expect(pages()).toBe(2);
    expect([await metadata('cursor:events'), await metadata('events_feed_id')]).toEqual(['3', 'feed-1']);
    expect(await metadata('last_pull:events')).toBe(String(clock.now()));
    await pull();
    expect(asked()).toHaveLength(3);
  });

  it('[OC-4] one that this app cannot read does not keep the others back, and is said', async () => {
    const { pull, events, warnings } = await openPuller(
      jsonReply({ events: [event(1), { event_id: 'odd' }, event(2)], cursor: '3', has_more: false }),
    );
    expect(await pull()).toBeNull();
    expect(await events()).toEqual([id(6, 1), id(6, 2)]);
    expect(warnings).toEqual([expect.stringContaining('"count":1')]);
  });

  it.each([
    { events: [] },
    { events: {}, cursor: '1', has_more: false },
    { events: [], cursor: '1' },
    { cursor: '1', has_more: false },
  ])('[OB-5] are not in an answer of another shape', async (body) => {
    const { pull, pages, metadata } = await openPuller(jsonReply(body));
    expect(await pull()).toEqual({ kind: 'not_ours', status: 200 });
    expect([pages(), await metadata('cursor:events')]).toEqual([0, null]);
  });

  it('of which all can be read are no reason for a warning; the end is not told before it is there', async () => {
    const { pull, warnings, metadata } = await openPuller(page([1], '1', { has_more: true }), problemReply(403, 'forbidden'));
    expect(await pull()).toMatchObject({ kind: 'refused' });
    expect(warnings).toEqual([]);
    expect(await metadata('cursor:events')).toBe('1');
    expect(await metadata('last_pull:events')).toBeNull();
  });

  it.each([400, 410])('begin anew when the server no longer knows the cursor (%d)', async (status) => {
    const { pull, asked } = await openPuller(page([1], '1'), problemReply(status, 'invalid_cursor'), page([1, 2], '2'));
    await pull();
    expect(await pull()).toBeNull();
    expect(asked()).toEqual(['', '&since=1', '']);
  });

  it('begin anew only where there was a cursor, and only for that reason', async () => {
    const fresh = await openPuller(problemReply(400, 'invalid_cursor'));
    expect(await fresh.pull()).toMatchObject({ kind: 'refused' });
    expect(fresh.asked()).toEqual(['']);
    const forbidden = await openPuller(page([1], '1'), problemReply(403, 'forbidden'));
    await forbidden.pull();
    expect(await forbidden.pull()).toMatchObject({ kind: 'refused' });
    expect(forbidden.asked()).toEqual(['', '&since=1']);
    const ill = await openPuller(page([1], '1'), { status: 503, headers: {}, body: new Uint8Array() });
    await ill.pull();
    expect(await ill.pull()).toMatchObject({ kind: 'try_later' });
  });

  it('come to an end though the server forgets every cursor that it gives', async () => {
    const lost = problemReply(410, 'cursor_expired');
    const { pull, asked } = await openPuller(page([1], '1'), lost, page([1], '1', { has_more: true }), lost);
    await pull();
    expect(await pull()).toEqual({ kind: 'not_ours', status: 200 });
    expect(asked()).toEqual(['', '&since=1', '', '&since=1']);
  });

  it('come to an end though the cursor stands still', async () => {
    const { pull, asked } = await openPuller(page([1], '1', { has_more: true }));
    expect(await pull()).toEqual({ kind: 'not_ours', status: 200 });
    expect(asked()).toEqual(['', '&since=1']);
  });

  it('[SY-5] are asked for no more once the pull is aborted', async () => {
    const { pull, abort, network, events } = await openPuller(page([1], '1'));
    let letGo = (): void => undefined;
    network.next(/events/, { kind: 'held', until: new Promise((resolve) => (letGo = () => resolve())) });
    const running = expect(pull()).rejects.toMatchObject({ reason: 'aborted' });
    await settle();
    abort.abort();
    letGo();
    await running;
    await expect(pull()).rejects.toMatchObject({ reason: 'aborted' });
    expect(network.log).toHaveLength(1);
    expect(await events()).toEqual([]);
  });
});

describe('[SY-5] a pull of events that is aborted over a transport that goes on all the same', () => {
  it('lets nothing land, and asks for nothing more', async () => {
    const { pull, network, abort, events, pages, asked } = await openPuller(page([1], '1', { has_more: true }));
    const send = network.send.bind(network);
    network.send = async ({ signal: _, ...request }) => {
      const reply = await send(request);
      abort.abort();
      return reply;
    };
    await expect(pull()).rejects.toMatchObject({ reason: 'aborted' });
    expect([await events(), pages()]).toEqual([[], 0]);
    await expect(pull()).rejects.toMatchObject({ reason: 'aborted' });
    expect(asked()).toHaveLength(1);
  });
});

describe('[CT-11] a server that came back from a backup', () => {
  it('is pulled from the beginning, and gets again what it lacks of this device’s work', async () => {
    const again = page([1], '1', {}, 'feed-2');
    const { pull, asked, events, database } = await openPuller(page([1], '1'), page([], '1', {}, 'feed-2'), again);
    await pull();
    const own = { ...event(9), event_id: id(6, 9) };
    const { device_id: _, device_seq: __, marked_correct: ___, received_at: ____, ...made } = own;
    await database.transaction((tx) => recordEvent(tx, made, null, 0));
    await database.transaction((tx) => confirm(tx, [id(6, 9)], 'feed-1'));
    expect(await pull()).toBeNull();
    expect(asked()).toEqual(['', '&since=1', '']);
    expect(await events()).toEqual([id(6, 1), id(6, 9)]);
    expect(await database.all('SELECT idempotency_key FROM outbox')).toEqual([{ idempotency_key: id(6, 9) }]);
    expect(await database.all('SELECT confirmed_feed_id FROM session_events WHERE device_id = ?', [OWN_DEVICE])).toEqual([
      { confirmed_feed_id: null },
    ]);
  });

  it('gets it when its events were pulled to the end, not before', async () => {
    const { pull, database } = await openPuller(page([1], '1', { has_more: true }, 'feed-2'), problemReply(403, 'forbidden'));
    const { device_id: _, device_seq: __, marked_correct: ___, received_at: ____, ...made } = event(9);
    await database.transaction((tx) => recordEvent(tx, made, null, 0));
    await database.transaction((tx) => confirm(tx, [id(6, 9)], 'feed-1'));
    await pull();
    expect(await database.all('SELECT * FROM outbox')).toEqual([]);
  });

  it.each(['feed-1', 'feed-3'])('[OB-1] gets what "%s" confirmed too late, though the feed brings nothing new', async (other) => {
    const { pull, database } = await openPuller(page([1], '1', {}, 'feed-2'), page([], '1', {}, 'feed-2'));
    await pull();
    const { device_id: _, device_seq: __, marked_correct: ___, received_at: ____, ...made } = event(9);
    await database.transaction((tx) => recordEvent(tx, made, null, 0));
    await database.transaction((tx) => confirm(tx, [id(6, 9)], other));
    await pull();
    expect(await database.all('SELECT idempotency_key FROM outbox')).toEqual([{ idempotency_key: id(6, 9) }]);
  });

  it('is no endless matter, though each answer is of another feed', async () => {
    const { pull, asked } = await openPuller(
      page([1], '1', { has_more: true }, 'feed-1'),
      page([2], '2', { has_more: true }, 'feed-2'),
      page([2], '2', { has_more: true }, 'feed-3'),
      page([2], '3', {}, 'feed-4'),
    );
    expect(await pull()).toEqual({ kind: 'not_ours', status: 200 });
    expect(asked()).toEqual(['', '&since=1', '', '&since=2']);
  });
});
