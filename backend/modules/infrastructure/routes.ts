import { Health } from '@haversack/contract';
import type { Drain } from './drain.ts';
import type { App } from './http.ts';
import type { Database } from './models.ts';

interface HealthDeps {
  database: Database;
  /** Resolves where objects can be written and read. */
  checkObjectStore(): Promise<void>;
  version: string;
  drain: Drain;
}

/** `GET /health`: 200 when all works, 503 else and while the node drains; says which part, not why. */
export function registerHealth(app: App, { database, checkObjectStore, version, drain }: HealthDeps): void {
  app.get(
    '/health',
    { config: { access: 'open' }, schema: { tags: ['operations'], security: [], response: { 200: Health, 503: Health } } },
    async (_request, reply) => {
      const [databaseOk, objectsOk] = await Promise.all([works(database.query('select 1')), works(checkObjectStore())]);
      const ok = databaseOk && objectsOk;
      const condition = (good: boolean): Health['database'] => (good ? 'ok' : 'failing');
      const health: Health = {
        status: drain.isDraining() ? 'draining' : condition(ok),
        version,
        database: condition(databaseOk),
        object_store: condition(objectsOk),
      };
      return reply.code(health.status === 'ok' ? 200 : 503).send(health);
    },
  );
}

const works = (attempt: Promise<unknown>): Promise<boolean> =>
  attempt.then(
    () => true,
    () => false,
  );
