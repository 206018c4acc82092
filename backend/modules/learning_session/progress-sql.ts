/** Score of a walk through a lesson: right answers over the exercises of the version that was answered. */
const SCORE = 'case when completed then least(1, cardinality(correct)::float8 / nullif(exercises, 0)) end';

/**
 * Folds rows of events into the progress of the learner `$1`: common table expressions over one called `source`. What a session
 * says is a union of what its events say, so neither their order nor their repetition matters (rule LS-1), and so the same
 * fold serves a batch, what an older node has left behind, and a rebuild. The learner's log must be locked.
 */
export const FOLD_INTO_PROGRESS = `
delta as (
  select unit_id, lesson_id, session_id,
         bool_or(type = 'session_started') as started, bool_or(type = 'session_completed') as completed,
         coalesce(array_agg(exercise_id) filter (where marked_correct), '{}') as correct,
         max(exercise_count) as exercises, max(received_at) as last_activity_at
    from source where type <> 'withdrawn' group by unit_id, lesson_id, session_id
), merged as materialized (
  select d.unit_id, d.lesson_id, d.session_id, d.last_activity_at,
         d.started or coalesce(s.started, false) as started, d.completed or coalesce(s.completed, false) as completed,
         array(select unnest(d.correct) union select unnest(s.correct)) as correct,
         greatest(d.exercises, s.exercises) as exercises,
         coalesce(s.started, false) as was_started, s.score as old_score
    from delta d left join session_progress s
      on s.user_id = $1 and s.unit_id = d.unit_id and s.lesson_id = d.lesson_id and s.session_id = d.session_id
), scored as (
  select *, ${SCORE} as score from merged
), saved_sessions as (
  insert into session_progress (user_id, unit_id, lesson_id, session_id, started, completed, correct, exercises, score)
  select $1, unit_id, lesson_id, session_id, started, completed, correct, exercises, score from scored
  on conflict (user_id, unit_id, lesson_id, session_id) do update
    set started = excluded.started, completed = excluded.completed, correct = excluded.correct,
        exercises = excluded.exercises, score = excluded.score
), by_lesson as (
  select unit_id, lesson_id, bool_or(completed) as completed, max(score) as best_score,
         count(*) filter (where started and not was_started) as begun, max(last_activity_at) as last_activity_at,
         -- A session that goes on in a larger version of the lesson has a lower score than before.
         coalesce(bool_or(score < old_score), false) as has_fallen
    from scored group by unit_id, lesson_id
), saved_lessons as (
  insert into lesson_progress (user_id, unit_id, lesson_id, completed, best_score, attempts, last_activity_at)
  select $1, b.unit_id, b.lesson_id, b.completed or coalesce(l.completed, false),
         case when not b.has_fallen then greatest(b.best_score, l.best_score) else greatest(b.best_score, (
           select max(s.score) from session_progress s
            where s.user_id = $1 and s.unit_id = b.unit_id and s.lesson_id = b.lesson_id
              and not exists (select 1 from scored c
                               where c.unit_id = s.unit_id and c.lesson_id = s.lesson_id and c.session_id = s.session_id))) end,
         b.begun + coalesce(l.attempts, 0), greatest(b.last_activity_at, l.last_activity_at)
    from by_lesson b left join lesson_progress l on l.user_id = $1 and l.unit_id = b.unit_id and l.lesson_id = b.lesson_id
  on conflict (user_id, unit_id, lesson_id) do update
    set completed = excluded.completed, best_score = excluded.best_score, attempts = excluded.attempts,
        last_activity_at = excluded.last_activity_at
)`;
