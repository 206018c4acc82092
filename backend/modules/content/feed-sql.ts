import { wireTime } from '../infrastructure/public.ts';

/** $1 is the person. What they may see: global units and their own. */
export const VISIBLE = '(u.is_global or u.owner_id = $1) and u.deleted_at is null';

/**
 * Personal stamps (joining, leaving) lie within this gap above the feed's head, and content stamps skip it. So a personal
 * change is above every cursor given so far and below every content change to come, with no look at any clock.
 */
export const PERSONAL_GAP = "interval '1 millisecond'";

/** Nodes are told here that content was written. */
export const FEED_CHANNEL = 'haversack_feed';

/**
 * One look at where the feeds stand. $1 is the `horizon` of the look before (null at the first), $2 a limit. A transaction that was
 * under way then is at or above it; below `pg_snapshot_xmax` are all that can be seen, which leaves out the numbers of another
 * cluster that came with a backup.
 */
export const LOOK_AT_FEEDS = `
select f.feed_id, ${wireTime('f.head')} as head, pg_snapshot_xmin(pg_current_snapshot())::text as horizon,
       coalesce((select json_agg(moved) from (
         select l.user_id, ${wireTime('l.head')} as head from learner_feeds l
          where l.changed_in >= $1::text::xid8 and l.changed_in < pg_snapshot_xmax(pg_current_snapshot())
          limit $2) moved), '[]') as moved
  from feed f`;

/**
 * What of a page is each learner's own: persons, since, unit ids whose joining is asked, row limit, days that tombstones are kept.
 * Of each learner the lock comes before the look.
 */
export const LEARNERS_SINCE = `
select person as "personId", feed_id as "feedId", ${wireTime('feed_head')} as "feedHead", ${wireTime('head')} as head,
       ${wireTime('started_at')} as "startedAt", owns or beyond or expired as "isSpecial", coalesce(joined, '{}') as joined,
       coalesce(changes, '[]') as changes
  from unnest($1::uuid[]) as person cross join lateral learner_since(person, $2, $3, $4, $5)`;

const CHANGE = (stamp: string): string =>
  `u.id, ${stamp} as stamp, u.version, coalesce(m.joined, false) as joined, null::text as reason, u.full_bytes, u.summary_bytes`;
const GONE = (stamp: string, reason: string): string => `u.id, ${stamp}, 0, false, ${reason}, 0, 0`;

/** A unit that changed by publication; where the learner joined or left since, that later change stands for both. */
const published = (whose: string): string => `
  (select ${CHANGE('u.updated_at')} from units u left join my_units m on m.user_id = $1 and m.unit_id = u.id
    where ${whose} and u.deleted_at is null and u.updated_at > (select since from me)
      and (m.changed_at is null or m.changed_at < u.updated_at)
    order by u.updated_at limit $3)`;

/**
 * Whether the cursor is the stamp of something that is still there to see. A first pull hands such cursors out, however long ago
 * the unit changed, and its next page must come (rule CT-2); a phone that really was away so long is caught by the digest.
 */
const ENDS_A_PAGE = `(exists (select 1 from units u where u.updated_at = $2::timestamptz and ${VISIBLE})
           or exists (select 1 from my_units m where m.user_id = $1 and m.changed_at = $2::timestamptz))`;

/**
 * One statement, so that page, tombstones and head are of one snapshot. Parameters: person, since (null = from the
 * beginning), row limit, whether to tell of deletions, days that tombstones are kept. Each branch walks an index from the
 * cursor on.
 */
export const FEED_SLICE = `
with me as materialized (
  select f.feed_id, f.head as feed_head, greatest(f.head, l.head) as head, l.started_at,
         coalesce($2::timestamptz, '-infinity') as since,
         coalesce($2::timestamptz > greatest(f.head, l.head), false) as beyond,
         coalesce($2::timestamptz < f.head - make_interval(days => $5::int) and not ${ENDS_A_PAGE}, false) as expired
    from feed f, learner_feeds l where l.user_id = $1
), changes as materialized (
  select * from (
    ${published('u.is_global')}
    union all
    ${published('u.owner_id = $1 and not u.is_global')}
    union all
    (select ${CHANGE('m.changed_at')} from my_units m join units u on u.id = m.unit_id
      where m.user_id = $1 and m.changed_at > (select since from me) and m.changed_at > u.updated_at and ${VISIBLE}
      order by m.changed_at limit $3)
    union all
    (select ${GONE('u.hidden_at', 'u.hidden_reason')} from units u
      where $4 and u.owner_id <> $1 and u.hidden_at > (select greatest(since, started_at) from me)
      order by u.hidden_at limit $3)
    union all
    (select ${GONE('u.deleted_at', "'deleted'")} from units u
      where $4 and u.owner_id = $1 and u.deleted_at > (select since from me)
      order by u.deleted_at limit $3)
  ) every_change order by stamp limit $3
), page as (
  select case when count(*) >= $3 then max(stamp) else 'infinity' end as ends_at from changes
)
select 'head' as kind, me.feed_id as id, null::uuid as unit_id, ${wireTime('me.head')} as stamp, 0 as version,
       false as joined, null as reason, 0 as full_bytes, 0 as summary_bytes, me.beyond, me.expired
  from me
union all
select 'change', c.id, null, ${wireTime('c.stamp')}, c.version, c.joined, c.reason, c.full_bytes, c.summary_bytes, false, false
  from changes c
union all
select 'lesson', p.id, p.unit_id, ${wireTime('p.deleted_at')}, 0, false, null, 0, 0, false, false
  from unit_parts p join units u on u.id = p.unit_id
  where $4 and p.kind = 'lesson' and p.deleted_at > (select greatest(since, started_at) from me)
    and p.deleted_at <= (select ends_at from page)
    and u.deleted_at is null and (u.owner_id = $1 or (u.is_global and p.seen_by_all))
order by kind, stamp, id`;

/**
 * What all learners who own no unit share of a page, in the form of `FEED_SLICE`. Parameters: since (null = from the beginning),
 * row limit, whether to tell of deletions.
 */
export const SHARED_SLICE = `
with me as materialized (
  select f.feed_id, f.head, coalesce($1::timestamptz, '-infinity') as since from feed f
), changes as materialized (
  select * from (
    (select u.id, u.updated_at as stamp, u.version, false as joined, null::text as reason, u.full_bytes, u.summary_bytes
      from units u where u.is_global and u.deleted_at is null and u.updated_at > (select since from me)
      order by u.updated_at limit $2)
    union all
    (select ${GONE('u.hidden_at', 'u.hidden_reason')} from units u
      where $3 and u.hidden_at > (select since from me) order by u.hidden_at limit $2)
  ) every_change order by stamp limit $2
), page as (
  select case when count(*) >= $2 then max(stamp) else 'infinity' end as ends_at from changes
)
select 'head' as kind, me.feed_id as id, null::uuid as unit_id, ${wireTime('me.head')} as stamp, 0 as version,
       false as joined, null as reason, 0 as full_bytes, 0 as summary_bytes, false as beyond, false as expired
  from me
union all
select 'change', c.id, null, ${wireTime('c.stamp')}, c.version, c.joined, c.reason, c.full_bytes, c.summary_bytes, false, false
  from changes c
union all
select 'lesson', p.id, p.unit_id, ${wireTime('p.deleted_at')}, 0, false, null, 0, 0, false, false
  from unit_parts p join units u on u.id = p.unit_id
  where $3 and p.kind = 'lesson' and p.deleted_at > (select since from me) and p.deleted_at <= (select ends_at from page)
    and u.deleted_at is null and u.is_global and p.seen_by_all
order by kind, stamp, id`;
