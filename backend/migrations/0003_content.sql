create table units (
  id uuid primary key,
  owner_id uuid not null,
  is_global boolean not null,
  version integer not null,
  -- SHA-256 of what was published; the same again makes no new version.
  content_hash bytea not null,
  -- Length of the stored documents, so that a page of the feed ends in time without loading them.
  full_bytes integer not null,
  summary_bytes integer not null,
  updated_at timestamptz not null,
  deleted_at timestamptz,
  -- Since when everybody but the owner sees it no more, where they once did.
  hidden_at timestamptz,
  hidden_reason text check (hidden_reason in ('deleted', 'access_revoked'))
);
create index units_global on units (updated_at) where is_global and deleted_at is null;
create index units_owned on units (owner_id, updated_at);
create index units_hidden on units (hidden_at) where hidden_at is not null;
create index units_deleted on units (owner_id, deleted_at) where deleted_at is not null;

-- Every version ever published; events are marked against the one that was answered (rule LS-5).
-- The documents are wire JSON with U+001E where the reader's own values go.
create table unit_versions (
  unit_id uuid not null references units (id) deferrable initially deferred,
  version integer not null,
  full_document text not null,
  summary_document text not null,
  exercises text not null,
  published_at timestamptz not null,
  primary key (unit_id, version)
);

-- Ids of lessons and assets, each bound to one unit for ever, also after their removal.
create table unit_parts (
  id uuid primary key,
  unit_id uuid not null references units (id) deferrable initially deferred,
  kind text not null check (kind in ('lesson', 'asset')),
  content_hash bytea not null,
  object_id text,
  content_type text,
  updated_at timestamptz not null,
  deleted_at timestamptz,
  seen_by_all boolean not null
);
create index unit_parts_of_unit on unit_parts (unit_id);
create index lesson_tombstones on unit_parts (deleted_at) where kind = 'lesson' and deleted_at is not null;

-- One row a learner: joining and leaving lock it and stamp above it; pulls share-lock it.
create table learner_feeds (
  user_id uuid primary key,
  started_at timestamptz not null,
  head timestamptz not null
);
create table my_units (
  user_id uuid not null,
  unit_id uuid not null references units (id),
  joined boolean not null,
  changed_at timestamptz not null,
  primary key (user_id, unit_id)
);
create index my_units_by_change on my_units (user_id, changed_at);
