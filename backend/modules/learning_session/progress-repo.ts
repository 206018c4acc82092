import type { LessonStatus } from '@haversack/contract';
import { type Database, type Queryable, wireTime } from '../infrastructure/public.ts';
import { FOLD_INTO_PROGRESS } from './progress-sql.ts';

export interface LessonProgressRow {
  lessonId: string;
  unitId: string;
  status: LessonStatus;
  bestScore: number | null;
  attempts: number;
  lastActivityAt: string | null;
}

/** Progress by learner and lesson, kept beside the events and made from them alone. */
export interface ProgressRepo {
  /** By unit and lesson; `isBehind` when events are kept that it does not yet speak of. */
  read(personId: string, unitId: string | null): Promise<{ isBehind: boolean; lessons: LessonProgressRow[] }>;
  /** Takes in the events after `projectedThrough`, as a node of an older version leaves them. Call it with the log locked. */
  catchUp(tx: Queryable, personId: string, projectedThrough: number): Promise<void>;
  /** Forgets the learner's progress and makes it from their events anew. Call it with the log locked. */
  rebuild(tx: Queryable, personId: string): Promise<void>;
  /** All of the learner's progress as one text, to compare. */
  readAsText(tx: Queryable, personId: string): Promise<string>;
  /** Learners with events, ascending by id after `after`; with `behindOnly` those whose progress lags behind. */
  listLearners(after: string | null, limit: number, behindOnly: boolean): Promise<string[]>;
}

export function createProgressRepo(database: Database): ProgressRepo {
  const catchUp: ProgressRepo['catchUp'] = async (tx, personId, projectedThrough) => {
    await tx.query(CATCH_UP, [personId, projectedThrough]);
  };
  return {
    async read(personId, unitId) {
      // One statement: a progress that is up to date is so by the same snapshot that it is read from.
      const rows = await database.query<{ isBehind: boolean } & LessonProgressRow>(READ, [personId, unitId]);
      return { isBehind: rows[0]?.isBehind ?? false, lessons: rows.filter((row) => row.lessonId !== null) };
    },
    catchUp,
    async rebuild(tx, personId) {
      await tx.query('delete from lesson_progress where user_id = $1', [personId]);
      await tx.query('delete from session_progress where user_id = $1', [personId]);
      await catchUp(tx, personId, 0);
    },
    async readAsText(tx, personId) {
      const [row] = await tx.query<{ text: string }>(AS_TEXT, [personId]);
      return row?.text ?? '';
    },
    async listLearners(after, limit, behindOnly) {
      const rows = await database.query<{ user_id: string }>(
        `select user_id from event_logs
          where ($1::uuid is null or user_id > $1) and (not $3 or projected_through < last_position)
          order by user_id limit $2`,
        [after, limit, behindOnly],
      );
      return rows.map((row) => row.user_id);
    },
  };
}

const READ = `
select g.projected_through < g.last_position as "isBehind", p.lesson_id as "lessonId", p.unit_id as "unitId",
       case when p.completed then 'completed' else 'in_progress' end as status, p.best_score as "bestScore",
       p.attempts, ${wireTime('p.last_activity_at')} as "lastActivityAt"
  from event_logs g left join lesson_progress p on p.user_id = g.user_id and ($2::uuid is null or p.unit_id = $2)
 where g.user_id = $1 order by p.unit_id, p.lesson_id`;

const CATCH_UP = `
with source as (
  select * from events where user_id = $1 and position > $2
), ${FOLD_INTO_PROGRESS}
update event_logs set projected_through = last_position where user_id = $1`;

const AS_TEXT = `
select concat((select string_agg(l::text, ' ' order by unit_id, lesson_id) from lesson_progress l where user_id = $1),
              (select string_agg(concat(s.unit_id, s.lesson_id, s.session_id, s.started, s.completed, s.exercises, s.score,
                                        array(select unnest(s.correct) order by 1)), ' ' order by unit_id, lesson_id, session_id)
                 from session_progress s where user_id = $1)) as text`;
