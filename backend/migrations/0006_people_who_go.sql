-- Guesses are counted for all nodes together (rule US-2). Keys are keyed hashes of e-mails and addresses. Nothing here is missed
-- when it is lost, so it is kept out of the write-ahead log. Layout of rate-limiter-flexible; `expire` is in epoch milliseconds.
create unlogged table throttles (
  key text collate "C" primary key,
  points integer not null default 0,
  expire bigint
);
create index throttles_by_end on throttles (expire);
create index sessions_by_end on sessions (expires_at);

-- Another node believes a token for up to a minute after its person is gone (rule US-4). What that node would write begins with a
-- row in one of these tables, and is refused here. `not valid` spares the look at old rows: nobody could go until now.
alter table event_logs add constraint event_logs_person foreign key (user_id) references users (id) not valid;
alter table learner_feeds add constraint learner_feeds_person foreign key (user_id) references users (id) not valid;
alter table idempotency_keys add constraint idempotency_keys_person foreign key (user_id) references users (id) not valid;
