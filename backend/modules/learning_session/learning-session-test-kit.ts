import { randomUUID } from 'node:crypto';
import type { LessonProgress } from '@haversack/contract';
import type pg from 'pg';
import { createAnswerKeys } from '../content/answer-keys.ts';
import { createContentRepo } from '../content/repo.ts';
import { createDatabase } from '../infrastructure/public.ts';
import { createProgressRepo } from './progress-repo.ts';
import { createProgressBook } from './progress.ts';
import { createEventRepo } from './repo.ts';
import { createLearningSessionService, type LearningSessionService } from './service.ts';

/** The service alone, on a pool, for tests and measurements that want neither HTTP nor sign-in. */
export function createSessionsOn(pool: pg.Pool, feedId: string = randomUUID()): LearningSessionService {
  const database = createDatabase(pool);
  const answerKeys = createAnswerKeys(createContentRepo(database));
  const events = createEventRepo(database);
  const progress = createProgressBook({ database, events, repo: createProgressRepo(database), answerKeys });
  return createLearningSessionService({ database, repo: events, progress, answerKeys, feedId });
}

/** Somebody without a token. */
export async function makePerson(pool: pg.Pool): Promise<string> {
  const id = randomUUID();
  await pool.query('insert into users (id, email, name) values ($1, $2, $3)', [id, `${id}@example.org`, 'Some Body']);
  return id;
}

/** Progress as it follows from the kept events, counted anew: the definition that what is kept is held against. */
export async function countProgress(pool: pg.Pool, personId: string): Promise<LessonProgress[]> {
  return (await pool.query<LessonProgress>(COUNTED, [personId])).rows;
}

const COUNTED = `
with mine as (
  select * from events where user_id = $1 and type <> 'withdrawn'
), by_session as (
  select unit_id, lesson_id, session_id,
         bool_or(type = 'session_completed') as completed,
         count(distinct exercise_id) filter (where marked_correct) as correct,
         max(exercise_count) as exercises
    from mine group by unit_id, lesson_id, session_id
), scores as (
  select unit_id, lesson_id,
         max(least(1, correct::float8 / nullif(exercises, 0))) filter (where completed) as best,
         bool_or(completed) as completed
    from by_session group by unit_id, lesson_id
)
select m.lesson_id, case when s.completed then 'completed' else 'in_progress' end as status, s.best as best_score,
       (count(distinct m.session_id) filter (where m.type = 'session_started'))::int as attempts,
       to_char(max(m.received_at) at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as last_activity_at
  from mine m join scores s using (unit_id, lesson_id)
 group by m.unit_id, m.lesson_id, s.completed, s.best
 order by m.unit_id, m.lesson_id`;
