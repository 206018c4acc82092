-- Which transaction last moved a learner's feed. A node asks every half second who moved since it last looked, and so keeps
-- the heads that it has in memory right. A trigger, so that no way of writing is forgotten, a node of the version before included.
alter table learner_feeds add column changed_in xid8 not null default '0';
create index learner_feeds_by_transaction on learner_feeds (changed_in);

create function mark_learner_feed() returns trigger language plpgsql as $$
begin
  perform pg_advisory_xact_lock(4827161, hashtext(new.user_id::text));
  new.changed_in := pg_current_xact_id();
  return new;
end $$;
create trigger mark_learner_feed before update on learner_feeds for each row execute function mark_learner_feed();

-- What of a page of the feed is one learner's own. A function, because the lock must be held before the snapshot is taken that is
-- read: each statement in here takes its own, and it is one round trip. Joining and leaving hold the same lock alone.
create function learner_since(person uuid, since timestamptz, seen uuid[], row_limit integer, retention_days integer)
returns table (
  feed_id uuid, feed_head timestamptz, head timestamptz, started_at timestamptz, owns boolean, beyond boolean, expired boolean,
  joined uuid[], changes json
) language plpgsql volatile as $$
#variable_conflict use_column
begin
  perform pg_advisory_xact_lock_shared(4827161, hashtext(person::text));
  return query
  select f.feed_id, f.head, greatest(f.head, l.head), l.started_at,
    -- In the order of an index: where one author owns nearly all, the planner would read the whole table for whoever owns none.
    (select u.id from units u where u.owner_id = person order by u.updated_at limit 1) is not null,
    coalesce(learner_since.since > greatest(f.head, l.head), false),
    coalesce(learner_since.since < f.head - make_interval(days => retention_days), false),
    (select array_agg(m.unit_id) from my_units m where m.user_id = person and m.joined and m.unit_id = any(seen)),
    (select json_agg(c) from (
      select u.id, to_char(m.changed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as stamp, u.version, m.joined,
             u.full_bytes as "fullBytes", u.summary_bytes as "summaryBytes"
        from my_units m join units u on u.id = m.unit_id
        where m.user_id = person and m.changed_at > coalesce(learner_since.since, '-infinity') and m.changed_at > u.updated_at
          and u.is_global and u.deleted_at is null
        order by m.changed_at limit row_limit) c)
  from feed f, learner_feeds l where l.user_id = person;
end $$;
