import type { HttpReply, HttpRequest } from '../infrastructure/models.ts';
import { OWN_DEVICE, problemReply } from '../../test/open-core.ts';
import { acceptAll, answerEvents, JOIN_ENDPOINT, keysOf, openSender } from '../../test/write-server.ts';
import { recordEvent } from './events-repo.ts';
import { readMetadata, writeMetadata } from './metadata.ts';

const bare = (status: number, headers: Record<string, string> = {}): HttpReply => ({ status, headers, body: new Uint8Array() });
const stuck = (error: string, retryAfterMs: number | null = null) => ({ kind: 'stuck', error, retryAfterMs });
const isFor = (request: HttpRequest, ...keys: string[]): boolean => keysOf(request).some((key) => keys.includes(key));
const join = (id: string) => ({ id, endpoint: JOIN_ENDPOINT, method: 'PUT' }) as const;
const untouched = (id: string) => ({ id, state: 'waiting', attempts: 0, last_error: null, next_attempt_at: 0 });
const EIGHT = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];

describe('[OB-5] a request that fails as a whole', () => {
  it('[OB-4] for want of a network costs no try and ends the run', async () => {
    const { send, rows, network, sent, changes } = await openSender([join('j'), 'a']);
    network.isDown = true;
    expect(await send()).toEqual(stuck('offline'));
    expect(await rows()).toEqual([untouched('j'), untouched('a')]);
    expect(sent()).toHaveLength(1);
    expect(changes()).toBe(1);
  });

  it('[AU-3] for want of a sign-in touches nothing and ends the run', async () => {
    const { send, rows, sent } = await openSender(['a', 'b'], () => problemReply(401, 'unauthenticated'));
    expect(await send()).toEqual(stuck('sign_in'));
    expect(await rows()).toEqual([untouched('a'), untouched('b')]);
    expect(sent()).toHaveLength(1);
  });

  it('with somebody else’s answer waits as a whole, by the count of its oldest', async () => {
    const { send, rows, sent, database, clock } = await openSender(['a', 'b'], () => bare(404));
    await database.run("UPDATE outbox SET attempts = 2 WHERE id = 'a'");
    expect(await send()).toEqual(stuck('not_ours'));
    const waits = { state: 'waiting', last_error: 'not_ours', next_attempt_at: clock.now() + 4_000 };
    expect(await rows()).toEqual([
      { id: 'a', attempts: 3, ...waits },
      { id: 'b', attempts: 1, ...waits },
    ]);
    expect(sent()).toHaveLength(1);
  });

  it('because a proxy finds it too large is halved, and what is too large alone waits', async () => {
    const { send, rows, sent } = await openSender(['a', 'b', 'c', 'd'], (request) =>
      isFor(request, 'a') ? bare(413) : acceptAll(request),
    );
    expect(await send()).toEqual(stuck('not_ours'));
    expect(sent().map((keys) => keys.length)).toEqual([4, 2, 1]);
    expect(await rows()).toMatchObject([{ id: 'a', attempts: 1, last_error: 'not_ours' }, { attempts: 0 }, {}, {}]);
  });

  it.each([400, 413, 422])(
    '[OB-3] with our %d is halved until the one at fault is found; the rest gets through',
    async (status) => {
      const { send, rows, sent } = await openSender(EIGHT, (request) =>
        isFor(request, 'a') ? problemReply(status, 'invalid_body') : acceptAll(request),
      );
      expect(await send()).toEqual({ kind: 'done' });
      // Success doubles again what failure halved.
      expect(sent().map((keys) => keys.length)).toEqual([8, 4, 2, 1, 1, 2, 4]);
      expect(await rows()).toMatchObject([{ id: 'a', state: 'refused' }]);
    },
  );

  it('[OB-6] with another refusal of ours is refused as it is', async () => {
    const { send, rows, sent } = await openSender(['a', 'b'], () => problemReply(403, 'forbidden'));
    expect(await send()).toEqual({ kind: 'done' });
    expect(sent()).toHaveLength(1);
    expect(await rows()).toMatchObject([{ state: 'refused' }, { state: 'refused' }]);
  });

  it('by a 500 is looked for; what fails alone waits, and the others go', async () => {
    const { send, rows, sent, clock } = await openSender(['a', 'b', 'c'], (request) =>
      isFor(request, 'b') ? bare(500) : acceptAll(request),
    );
    expect(await send()).toEqual(stuck('server_trouble'));
    expect(sent()).toEqual([['a', 'b', 'c'], ['a', 'b'], ['a'], ['b', 'c'], ['b'], ['c']]);
    expect(await rows()).toEqual([
      { id: 'b', state: 'waiting', attempts: 1, last_error: 'try_later', next_attempt_at: clock.now() + 1_000 },
    ]);
  });

  it('by a 500 with a wish for patience is not looked for', async () => {
    const { send, rows, sent } = await openSender(['a', 'b'], () => bare(500, { 'retry-after': '30' }));
    expect(await send()).toEqual(stuck('server_trouble', 30_000));
    expect(sent()).toHaveLength(1);
    expect(await rows()).toMatchObject([{ attempts: 1 }, { attempts: 1 }]);
  });

  it('by a 503 waits as a whole, and the server’s patience is handed on', async () => {
    const { send, rows, sent, database } = await openSender(['a', 'b'], () => bare(503, { 'retry-after': '7' }));
    expect(await send()).toEqual(stuck('server_trouble', 7_000));
    expect(sent()).toHaveLength(1);
    expect(await rows()).toMatchObject([
      { attempts: 1, last_error: 'try_later' },
      { attempts: 1, last_error: 'try_later' },
    ]);
    expect(await readMetadata(database, 'push:batch_limit')).toBeNull();
  });
});

describe('[OB-9] writes that fail alone, one after the other', () => {
  const failing = (...keys: string[]) => {
    return (request: HttpRequest): HttpReply => (isFor(request, ...keys) ? bare(500) : acceptAll(request));
  };
  const joins = ['1', '2', '3', '4', '5', '6'].map(join);

  it('end the run at the third: the server is ill, not the writes', async () => {
    const { send, sent } = await openSender(joins, failing('1', '2', '3'));
    expect(await send()).toEqual(stuck('server_trouble'));
    expect(sent().flat()).toEqual(['1', '2', '3']);
  });

  it('do not end it when some get through between them', async () => {
    const { send, sent } = await openSender(joins, failing('1', '2', '4', '5'));
    await send();
    expect(sent().flat()).toEqual(['1', '2', '3', '4', '5', '6']);
    const events = await openSender(
      [join('1'), join('2'), 'event', join('4'), join('5'), join('6')],
      failing('1', '2', '4', '5'),
    );
    await events.send();
    expect(events.sent().flat()).toEqual(['1', '2', 'event', '4', '5', '6']);
  });
});

describe('[OB-9] a link that is too slow', () => {
  it('gets half of what it did not carry in time, and the next run begins with that', async () => {
    const { send, network, database, sent } = await openSender(['a', 'b', 'c', 'd', 'e']);
    network.next(/./, { kind: 'timeout' });
    expect(await send()).toEqual(stuck('server_trouble'));
    expect(await readMetadata(database, 'push:batch_limit')).toBe('3');
    await database.run('UPDATE outbox SET next_attempt_at = 0');
    expect(await send()).toEqual({ kind: 'done' });
    expect(sent().map((keys) => keys.length)).toEqual([5, 3, 2]);
    expect(await readMetadata(database, 'push:batch_limit')).toBeNull();
  });

  it('keeps to its limit through success, and a single write that is late makes none', async () => {
    const { send, network, database, sent } = await openSender(['a', 'b', 'c', 'd', 'e']);
    await writeMetadata(database, 'push:batch_limit', 2);
    expect(await send()).toEqual({ kind: 'done' });
    expect(sent().map((keys) => keys.length)).toEqual([2, 2, 1]);
    const alone = await openSender(['a']);
    alone.network.next(/./, { kind: 'timeout' });
    expect(await alone.send()).toEqual(stuck('server_trouble'));
    expect(await readMetadata(alone.database, 'push:batch_limit')).toBeNull();
    expect(network.log).toHaveLength(3);
  });
});

describe('a run', () => {
  it('[SY-5] that is aborted sends nothing more', async () => {
    const { send, abort, network } = await openSender(['a', join('b')], (request) => {
      abort.abort();
      return acceptAll(request);
    });
    await expect(send()).rejects.toMatchObject({ reason: 'aborted' });
    expect(network.log).toHaveLength(1);
    await expect(send()).rejects.toMatchObject({ reason: 'aborted' });
    expect(network.log).toHaveLength(1);
  });

  it('[SY-5] that is aborted over a transport that goes on all the same sends nothing more either', async () => {
    const { send, abort, network, sent } = await openSender([join('a'), join('b')]);
    const transport = network.send.bind(network);
    network.send = async ({ signal: _, ...request }) => {
      const reply = await transport(request);
      abort.abort();
      return reply;
    };
    await expect(send()).rejects.toMatchObject({ reason: 'aborted' });
    expect(sent()).toEqual([['a']]);
  });

  it('[LS-4] sends once more what the server says it lacks, and not for ever', async () => {
    const received = [{ device_id: OWN_DEVICE, through_seq: 0, missing: [[1, 1]] }];
    const { send, database, sent } = await openSender([], (request) =>
      answerEvents(
        keysOf(request).map((idempotency_key) => ({ idempotency_key, status: 'accepted', problem: null })),
        received,
      ),
    );
    const event = {
      session_id: 's',
      unit_id: 'u',
      unit_version: 1,
      lesson_id: 'l',
      type: 'session_started',
      occurred_at: '',
    } as const;
    await database.transaction((tx) => recordEvent(tx, { ...event, event_id: 'e1' }, null, 0));
    expect(await send()).toEqual({ kind: 'done' });
    expect(sent()).toEqual([['e1'], ['e1']]);
  });
});
