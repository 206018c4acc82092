-- Keys of this installation (signing of object URLs, the accounts library), shared by every node on this database.
create table server_keys (
  name text primary key,
  key bytea not null
);

-- One row: the identity of the feed and the last stamp that a writer of content has given.
-- Writers lock it for their transaction, which makes the order of commits the order of the feed (rule CT-2).
create table feed (
  one boolean primary key default true check (one),
  feed_id uuid not null default gen_random_uuid(),
  -- The cluster and database that this row lives in: a copy restored elsewhere notices and takes a new feed_id (rule CT-11).
  home text,
  head timestamptz not null default clock_timestamp()
);
insert into feed default values;

-- Successful keyed writes. Kept for ever: a phone may come back after months.
create table idempotency_keys (
  user_id uuid not null,
  key text not null,
  fingerprint bytea not null,
  answer text,
  created_at timestamptz not null default now(),
  primary key (user_id, key)
);
