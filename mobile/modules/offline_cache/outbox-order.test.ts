import { LIMITS } from '@haversack/contract';
import { openCore } from '../../test/open-core.ts';
import type { Database } from '../infrastructure/public.ts';
import { enqueue, EVENTS_ENDPOINT, nextAttemptAt, nextBatch, type OutboxWrite, postpone } from './outbox.ts';

const NOW_AT = 1_000_000;
const JOIN = '/api/v1/content/my-units/1';

async function fill(database: Database, writes: readonly Partial<OutboxWrite>[]): Promise<void> {
  for (const [index, write] of writes.entries()) {
    const name = `w${index + 1}`;
    const rest = { id: name, idempotencyKey: `key-${name}`, method: 'POST', payload: {} } as const;
    await enqueue(database, { lane: 'a', endpoint: EVENTS_ENDPOINT, ...rest, ...write }, NOW_AT);
  }
}
async function next(database: Database, { nowAt = NOW_AT, maxItems = 500 } = {}): Promise<string[]> {
  return (await nextBatch(database, nowAt, maxItems)).map(({ id }) => id);
}
const wait = (database: Database, seq: number, delayMs = 5_000, nowAt = NOW_AT) =>
  postpone(database, [seq], { error: 'try_later', nowAt, delayMs });
/** A payload that takes so many bytes in its row. */
const bytes = (count: number): string => 'x'.repeat(count - 2);

describe('[OB-3] the next writes to send', () => {
  it('are none when there is nothing', async () => {
    const { database } = await openCore();
    expect(await next(database)).toEqual([]);
  });

  it('[OB-8] are as they were written', async () => {
    const { database } = await openCore();
    await fill(database, [
      { endpoint: JOIN, method: 'PUT', payload: undefined },
      { payload: { answer: 'ä' }, headers: { 'x-word': 'one' } },
    ]);
    const [join] = await nextBatch(database, NOW_AT, 500);
    expect(join).toEqual({
      seq: 1,
      id: 'w1',
      lane: 'a',
      endpoint: JOIN,
      method: 'PUT',
      payload: 'null',
      headers: {},
      idempotencyKey: 'key-w1',
      attempts: 0,
    });
    await database.run('DELETE FROM outbox WHERE seq = 1');
    const [event] = await nextBatch(database, NOW_AT, 500);
    expect(event).toMatchObject({ payload: '{"answer":"ä"}', headers: { 'x-word': 'one' } });
    expect(await database.get('SELECT created_at, updated_at FROM outbox')).toEqual({ created_at: NOW_AT, updated_at: NOW_AT });
  });

  it('are events together, the oldest first and no more than fit', async () => {
    const { database } = await openCore();
    await fill(database, [{}, { lane: 'b' }, {}]);
    expect(await next(database)).toEqual(['w1', 'w2', 'w3']);
    expect(await next(database, { maxItems: 2 })).toEqual(['w1', 'w2']);
    expect(await next(database, { maxItems: 1 })).toEqual(['w1']);
  });

  it('are another write by itself', async () => {
    const { database } = await openCore();
    await fill(database, [{ endpoint: JOIN, lane: 'join' }, {}, {}]);
    expect(await next(database)).toEqual(['w1']);
  });

  it('are events without what is no event between them, nor what follows that in its lane', async () => {
    const { database } = await openCore();
    await fill(database, [{}, { endpoint: JOIN, lane: 'b' }, { lane: 'b' }, {}]);
    expect(await next(database)).toEqual(['w1', 'w4']);
  });

  it('are never in a lane whose older write waits', async () => {
    const { database } = await openCore();
    await fill(database, [{}, {}, { lane: 'b' }, { lane: 'b' }]);
    await wait(database, 1);
    expect(await next(database)).toEqual(['w3', 'w4']);
    await wait(database, 4);
    expect(await next(database)).toEqual(['w3']);
    expect(await next(database, { nowAt: NOW_AT + 4_999 })).toEqual(['w3']);
    expect(await next(database, { nowAt: NOW_AT + 5_000 })).toEqual(['w1', 'w2', 'w3', 'w4']);
  });

  it('[SY-6] do not wait for a time that a clock jump made void', async () => {
    const { database } = await openCore();
    await fill(database, [{}]);
    await wait(database, 1);
    expect(await next(database, { nowAt: NOW_AT - 1 })).toEqual(['w1']);
  });

  it('leave out what was refused', async () => {
    const { database } = await openCore();
    await fill(database, [{}, {}]);
    await database.run("UPDATE outbox SET state = 'refused' WHERE seq = 1");
    expect(await next(database)).toEqual(['w2']);
  });

  it('take as many bytes as a request may have, and what is larger by itself', async () => {
    const { database } = await openCore();
    const most = LIMITS.eventBodyMaxBytes / 4;
    await fill(database, [{ payload: bytes(most - 100) }, { payload: bytes(100) }, { payload: bytes(10) }]);
    expect(await next(database)).toEqual(['w1', 'w2']);
    await database.run('DELETE FROM outbox WHERE seq < 3');
    await fill(database, [{ id: 'large', idempotencyKey: 'large', payload: bytes(most + 1) }]);
    expect(await next(database)).toEqual(['w3']);
    await database.run('DELETE FROM outbox WHERE seq = 3');
    expect(await next(database)).toEqual(['large']);
  });

  it('do not overtake one that was too large to go along', async () => {
    const { database } = await openCore();
    const half = LIMITS.eventBodyMaxBytes / 8;
    await fill(database, [{ payload: bytes(half) }, { lane: 'b', payload: bytes(half + 1) }, { lane: 'b' }, {}]);
    expect(await next(database)).toEqual(['w1', 'w4']);
  });

  it('[OB-9] are found behind any number that wait', async () => {
    const { database } = await openCore();
    const columns = 'id, lane, endpoint, method, payload, headers, idempotency_key, created_at, updated_at';
    const values = `?, ?, '${EVENTS_ENDPOINT}', 'POST', '{}', '{}', ?, 0, 0`;
    const rows = Array.from({ length: 1_001 }, (_, index) => [`r${index}`, index < 1_000 ? 'stuck' : 'free', `k${index}`]);
    await database.runMany(`INSERT INTO outbox (${columns}) VALUES (${values})`, rows);
    await wait(database, 1);
    expect(await next(database)).toEqual(['r1000']);
  });
});

describe('[OB-9] when the next write may be tried', () => {
  it('is never when nothing waits, and at once when something was not tried yet', async () => {
    const { database } = await openCore();
    expect(await nextAttemptAt(database, NOW_AT)).toBeNull();
    await fill(database, [{}]);
    expect(await nextAttemptAt(database, NOW_AT)).toBe(0);
  });

  it('is when the first of the lanes’ oldest writes has waited long enough', async () => {
    const { database } = await openCore();
    await fill(database, [{}, {}, { lane: 'b' }]);
    await wait(database, 1, 5_000);
    await wait(database, 3, 9_000);
    expect(await nextAttemptAt(database, NOW_AT)).toBe(NOW_AT + 5_000);
    expect(await nextAttemptAt(database, NOW_AT - 1)).toBe(0);
  });
});
