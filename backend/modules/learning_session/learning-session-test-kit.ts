import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { createAnswerKeys } from '../content/answer-keys.ts';
import { createContentRepo } from '../content/repo.ts';
import { createDatabase } from '../infrastructure/public.ts';
import { createProgressRepo } from './progress-repo.ts';
import { createProgressBook } from './progress.ts';
import { createEventRepo } from './repo.ts';
import { createLearningSessionService, type LearningSessionService } from './service.ts';

/** The service alone, on a pool, for tests and measurements that want neither HTTP nor sign-in. */
export function createSessionsOn(pool: pg.Pool): LearningSessionService {
  const database = createDatabase(pool);
  const answerKeys = createAnswerKeys(createContentRepo(database));
  const events = createEventRepo(database);
  const progress = createProgressBook({ database, events, repo: createProgressRepo(database), answerKeys });
  return createLearningSessionService({ database, repo: events, progress, answerKeys, feedId: randomUUID() });
}

/** Somebody without a token. */
export async function makePerson(pool: pg.Pool): Promise<string> {
  const id = randomUUID();
  await pool.query('insert into users (id, email, name) values ($1, $2, $3)', [id, `${id}@example.org`, 'Some Body']);
  return id;
}
