-- How far a learner's progress has taken in their events. Nodes of the version before write events and leave it behind:
-- whoever asks or writes next takes in the rest. So nothing is filled here, under locks, while they run.
alter table event_logs add column projected_through bigint not null default 0;

-- Per walk through a lesson: what its events say together, whatever their order.
create table session_progress (
  user_id uuid not null,
  unit_id uuid not null,
  lesson_id uuid not null,
  session_id uuid not null,
  started boolean not null,
  completed boolean not null,
  -- Exercises with a right answer.
  correct uuid[] not null,
  -- Exercises of the lesson, in the largest version that was answered; null where none is known.
  exercises integer,
  -- Of a completed session; null where it is open or nothing can be counted.
  score double precision,
  primary key (user_id, unit_id, lesson_id, session_id)
);

create table lesson_progress (
  user_id uuid not null,
  unit_id uuid not null,
  lesson_id uuid not null,
  completed boolean not null,
  best_score double precision,
  attempts integer not null,
  last_activity_at timestamptz not null,
  primary key (user_id, unit_id, lesson_id)
);

-- It served the progress alone, which was counted from the events each time.
drop index events_of_unit;
