import type { Queryable } from '../infrastructure/public.ts';
import { FEED_CHANNEL, PERSONAL_GAP, VISIBLE } from './feed-sql.ts';

/** Makes the learner's row if it is missing: their feed begins where the feed stands now. */
export async function registerLearner(on: Queryable, personId: string): Promise<void> {
  await on.query('insert into learner_feeds (user_id, started_at, head) select $1, head, head from feed on conflict do nothing', [
    personId,
  ]);
}

/** The key space of learners' locks; migration 0005 names it too. */
const LEARNER_LOCKS = 4_827_161;

/**
 * Pulls share the learner's lock, joining and leaving own it: so no pull passes by one that is under way (rule CT-2).
 * An advisory lock, for a lock on the row is a write: every pull would wait for the disk.
 */
export async function lockLearner(tx: Queryable, personId: string, mode: 'share' | 'update'): Promise<void> {
  const lock = mode === 'share' ? 'pg_advisory_xact_lock_shared' : 'pg_advisory_xact_lock';
  const [row] = await tx.query<{ known: boolean }>(
    `select ${lock}($2, hashtext($1::uuid::text))::text, exists (select 1 from learner_feeds where user_id = $1::uuid) as known`,
    [personId, LEARNER_LOCKS],
  );
  if (row?.known !== true) await registerLearner(tx, personId);
}

export async function canSee(tx: Queryable, personId: string, unitId: string): Promise<boolean> {
  return (await tx.query(`select 1 from units u where u.id = $2 and ${VISIBLE}`, [personId, unitId])).length > 0;
}

/**
 * Joins or leaves; nothing changes where that is so already. Call it with the learner's row locked for update: the head is
 * read after the lock, so the stamp is above every cursor that this learner was given.
 */
export async function setJoined(tx: Queryable, personId: string, unitId: string, joined: boolean): Promise<void> {
  const [now] = await tx.query<{ joined: boolean }>('select joined from my_units where user_id = $1 and unit_id = $2', [
    personId,
    unitId,
  ]);
  if ((now?.joined ?? false) === joined) return;
  // A learner who fills the whole gap between two publications moves the feed on; nobody does that by hand.
  const [room] = await tx.query(
    `select 1 from feed f, learner_feeds l where l.user_id = $1 and l.head + interval '1 microsecond' < f.head + ${PERSONAL_GAP}`,
    [personId],
  );
  if (room === undefined) await nextStamp(tx);
  await tx.query(
    `update learner_feeds set head = greatest(head, (select head from feed)) + interval '1 microsecond' where user_id = $1`,
    [personId],
  );
  await tx.query(
    `insert into my_units (user_id, unit_id, joined, changed_at) select $1, $2, $3, head from learner_feeds where user_id = $1
     on conflict (user_id, unit_id) do update set joined = excluded.joined, changed_at = excluded.changed_at`,
    [personId, unitId, joined],
  );
}

/** Locks the feed and moves it on: above the last stamp whatever the clock says, with room for personal stamps between. Every node hears of it. */
export async function nextStamp(tx: Queryable): Promise<void> {
  await tx.query(
    `with moved as (update feed set head = greatest(clock_timestamp(), head + ${PERSONAL_GAP}) returning 1)
     select pg_notify('${FEED_CHANNEL}', '') from moved`,
  );
}
