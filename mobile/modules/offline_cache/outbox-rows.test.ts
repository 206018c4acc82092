import { openCore } from '../../test/open-core.ts';
import type { Database } from '../infrastructure/public.ts';
import {
  confirm,
  countOutbox,
  enqueue,
  EVENTS_ENDPOINT,
  FAILING_AFTER_TRIES,
  forgetBackoff,
  hasFailedWaiting,
  nextBatch,
  postpone,
  refuse,
  requestBodyOf,
} from './outbox.ts';
import { putBack, readTray, take } from './tray-repo.ts';

const NOW_AT = 1_000_000;
const REFUSAL = { code: 'invalid_body', detail: 'no such lesson' };

async function withWrites(...ids: string[]): Promise<Database> {
  const { database } = await openCore();
  for (const id of ids) {
    const write = {
      id,
      lane: 'a',
      endpoint: EVENTS_ENDPOINT,
      method: 'POST',
      payload: { id },
      idempotencyKey: `key-${id}`,
    } as const;
    await enqueue(database, write, NOW_AT);
  }
  return database;
}
const rows = (database: Database) =>
  database.all(
    'SELECT id, state, attempts, last_error, attempted_at, next_attempt_at, updated_at, refusal FROM outbox ORDER BY seq',
  );
const tray = async (database: Database) => (await readTray(database, null)).map(({ write }) => write);
const UNTRIED = {
  state: 'waiting',
  attempts: 0,
  last_error: null,
  attempted_at: null,
  next_attempt_at: 0,
  updated_at: NOW_AT,
  refusal: null,
};

describe('a write in the outbox', () => {
  it('[OB-2] goes by its key alone', async () => {
    const database = await withWrites('one', 'two');
    await confirm(database, ['key-two', 'key of somebody else'], 'feed-1');
    expect(await rows(database)).toEqual([{ id: 'one', ...UNTRIED }]);
    await confirm(database, [], 'feed-1');
    expect(await countOutbox(database)).toEqual({ waiting: 1, refused: 0, failing: 0 });
  });

  it('[OB-4] that was tried in vain says when and why, and when it may be tried again', async () => {
    const database = await withWrites('one', 'two');
    expect(await hasFailedWaiting(database)).toBe(false);
    await postpone(database, [1], { error: 'not_ours', nowAt: NOW_AT + 10, delayMs: 300 });
    await postpone(database, [1], { error: 'not_answered', nowAt: NOW_AT + 20, delayMs: 300 });
    const tried = { attempts: 2, last_error: 'not_answered', attempted_at: NOW_AT + 20, next_attempt_at: NOW_AT + 320 };
    expect(await rows(database)).toEqual([
      { id: 'one', ...UNTRIED, ...tried, updated_at: NOW_AT + 20 },
      { id: 'two', ...UNTRIED },
    ]);
    expect(await hasFailedWaiting(database)).toBe(true);
    await forgetBackoff(database);
    expect(await rows(database)).toMatchObject([{ attempts: 2, next_attempt_at: 0 }, { id: 'two' }]);
  });

  it('[OB-6] that was refused waits in the tray with the reason', async () => {
    const database = await withWrites('one', 'two', 'three');
    const refusals = [
      { seq: 3, refusal: { code: 'refused', detail: null } },
      { seq: 1, refusal: REFUSAL },
    ];
    await refuse(database, refusals, NOW_AT + 10);
    expect(await countOutbox(database)).toEqual({ waiting: 1, refused: 2, failing: 0 });
    expect(await hasFailedWaiting(database)).toBe(false);
    const [one] = await rows(database);
    expect(one).toMatchObject({ state: 'refused', attempts: 1, last_error: 'refused', attempted_at: NOW_AT + 10 });
    const kept = { state: 'refused', method: 'POST', endpoint: EVENTS_ENDPOINT, unitTitle: null, createdAt: NOW_AT };
    const tried = { attempts: 1, attemptedAt: NOW_AT + 10 };
    expect(await tray(database)).toEqual([
      { id: 'one', idempotencyKey: 'key-one', payload: { id: 'one' }, ...REFUSAL, ...kept, ...tried },
      { id: 'three', idempotencyKey: 'key-three', payload: { id: 'three' }, code: 'refused', detail: null, ...kept, ...tried },
    ]);
  });

  it('[OB-6] that keeps failing is in the tray too, and still in the line', async () => {
    const database = await withWrites('one', 'two');
    const fail = (nowAt: number) => postpone(database, [2], { error: 'try_later', nowAt, delayMs: 300 });
    for (let times = 1; times < FAILING_AFTER_TRIES; times += 1) await fail(NOW_AT);
    expect(await countOutbox(database)).toEqual({ waiting: 2, refused: 0, failing: 0 });
    expect(await tray(database)).toEqual([]);
    await fail(NOW_AT + 10);
    expect(await countOutbox(database)).toEqual({ waiting: 2, refused: 0, failing: 1 });
    const tried = { attempts: FAILING_AFTER_TRIES, attemptedAt: NOW_AT + 10 };
    expect(await tray(database)).toMatchObject([{ id: 'two', state: 'failing', code: 'try_later', detail: null, ...tried }]);
    expect(await nextBatch(database, NOW_AT + 310, 500)).toMatchObject([{ id: 'one' }, { id: 'two' }]);
    await putBack(database, 'two', NOW_AT + 30);
    expect(await rows(database)).toMatchObject([{ id: 'one' }, { attempts: FAILING_AFTER_TRIES, updated_at: NOW_AT + 10 }]);
    expect(await take(database, 'two')).toMatchObject({ id: 'two', attempts: FAILING_AFTER_TRIES });
    expect(await countOutbox(database)).toEqual({ waiting: 1, refused: 0, failing: 0 });
    // Once refused, it is that and no longer the other.
    await database.run('UPDATE outbox SET attempts = ?', [FAILING_AFTER_TRIES]);
    await refuse(database, [{ seq: 1, refusal: REFUSAL }], NOW_AT);
    expect(await countOutbox(database)).toEqual({ waiting: 0, refused: 1, failing: 0 });
  });

  it('[OB-6] goes back into the line when the person says so, as if it had never been tried', async () => {
    const database = await withWrites('one', 'two');
    await refuse(database, [{ seq: 1, refusal: REFUSAL }], NOW_AT + 10);
    await postpone(database, [2], { error: 'try_later', nowAt: NOW_AT, delayMs: 300 });
    await putBack(database, 'one', NOW_AT + 30);
    await putBack(database, 'two', NOW_AT + 30);
    expect(await rows(database)).toMatchObject([
      { id: 'one', state: 'waiting', attempts: 0, next_attempt_at: 0, updated_at: NOW_AT + 30, refusal: null },
      { id: 'two', attempts: 1, updated_at: NOW_AT },
    ]);
  });

  it('[OB-2] is taken out of the tray alone, and is handed over', async () => {
    const database = await withWrites('one', 'two');
    await refuse(database, [{ seq: 1, refusal: REFUSAL }], NOW_AT);
    expect(await take(database, 'two')).toBeNull();
    expect(await take(database, 'nobody')).toBeNull();
    expect(await take(database, 'one')).toEqual({
      seq: 1,
      id: 'one',
      lane: 'a',
      endpoint: EVENTS_ENDPOINT,
      method: 'POST',
      payload: '{"id":"one"}',
      headers: {},
      idempotencyKey: 'key-one',
      attempts: 1,
    });
    expect(await countOutbox(database)).toEqual({ waiting: 1, refused: 0, failing: 0 });
  });
});

describe('[OB-8] what goes over the wire', () => {
  it('is a batch of events, each with its key, and the payload alone of another write', async () => {
    const database = await withWrites('one', 'two');
    const join = { id: 'join', lane: 'b', endpoint: '/api/v1/content/my-units/1', method: 'PUT', idempotencyKey: 'key' } as const;
    await enqueue(database, { ...join, payload: { one: 1 } }, NOW_AT);
    const events = await nextBatch(database, NOW_AT, 500);
    const items = ['one', 'two'].map((id) => ({ idempotency_key: `key-${id}`, payload: { id } }));
    expect(requestBodyOf(events)).toEqual({ items });
    expect(requestBodyOf(events.slice(0, 1))).toEqual({ items: items.slice(0, 1) });
    await database.run('DELETE FROM outbox WHERE seq < 3');
    expect(requestBodyOf(await nextBatch(database, NOW_AT, 500))).toEqual({ one: 1 });
  });
});
