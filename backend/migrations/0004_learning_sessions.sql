-- One row a learner: its lock orders the learner's events, so that `position` is a sound cursor.
create table event_logs (
  user_id uuid primary key,
  last_position bigint not null default 0
);

create table events (
  user_id uuid not null,
  event_id uuid not null,
  position bigint not null,
  device_id uuid not null,
  device_seq bigint not null,
  session_id uuid not null,
  unit_id uuid not null,
  unit_version integer not null,
  lesson_id uuid not null,
  type text not null,
  exercise_id uuid,
  -- The event in the device's words, as canonical JSON.
  payload text not null,
  -- The server's own mark; null where there is nothing to mark or the version is not known here.
  marked_correct boolean,
  -- Exercises of the lesson in the version that was answered.
  exercise_count integer,
  received_at timestamptz not null,
  primary key (user_id, event_id)
);
create unique index events_in_order on events (user_id, position);
create index events_of_unit on events (user_id, unit_id);

-- Which numbers of a device have been judged, refused ones among them (rule LS-4).
create table event_devices (
  user_id uuid not null,
  device_id uuid not null,
  received int8multirange not null,
  primary key (user_id, device_id)
);
