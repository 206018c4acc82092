import { openCore } from '../../test/open-core.ts';
import type { Database } from '../infrastructure/public.ts';
import {
  confirm,
  countOutbox,
  enqueue,
  EVENTS_ENDPOINT,
  forgetBackoff,
  hasFailedWaiting,
  listRefused,
  postpone,
  refuse,
  retryRefused,
  takeRefused,
} from './outbox.ts';

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
    expect(await countOutbox(database)).toEqual({ waiting: 1, refused: 0 });
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
    expect(await countOutbox(database)).toEqual({ waiting: 1, refused: 2 });
    expect(await hasFailedWaiting(database)).toBe(false);
    const [one] = await rows(database);
    expect(one).toMatchObject({ state: 'refused', attempts: 1, last_error: 'refused', attempted_at: NOW_AT + 10 });
    const kept = { endpoint: EVENTS_ENDPOINT, createdAt: NOW_AT };
    expect(await listRefused(database)).toEqual([
      { id: 'one', idempotencyKey: 'key-one', payload: { id: 'one' }, ...REFUSAL, ...kept },
      { id: 'three', idempotencyKey: 'key-three', payload: { id: 'three' }, code: 'refused', detail: null, ...kept },
    ]);
  });

  it('[OB-6] goes back into the line when the person says so, as if it had never been tried', async () => {
    const database = await withWrites('one', 'two');
    await refuse(database, [{ seq: 1, refusal: REFUSAL }], NOW_AT + 10);
    await postpone(database, [2], { error: 'try_later', nowAt: NOW_AT, delayMs: 300 });
    await retryRefused(database, 'one', NOW_AT + 30);
    await retryRefused(database, 'two', NOW_AT + 30);
    expect(await rows(database)).toMatchObject([
      { id: 'one', state: 'waiting', attempts: 0, next_attempt_at: 0, updated_at: NOW_AT + 30, refusal: null },
      { id: 'two', attempts: 1, updated_at: NOW_AT },
    ]);
  });

  it('[OB-2] is taken out of the tray alone, and is handed over', async () => {
    const database = await withWrites('one', 'two');
    await refuse(database, [{ seq: 1, refusal: REFUSAL }], NOW_AT);
    expect(await takeRefused(database, 'two')).toBeNull();
    expect(await takeRefused(database, 'nobody')).toBeNull();
    expect(await takeRefused(database, 'one')).toEqual({
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
    expect(await countOutbox(database)).toEqual({ waiting: 1, refused: 0 });
  });
});
