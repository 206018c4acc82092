import type pg from 'pg';
import type { Clock, Database, Ids, Logger } from '../infrastructure/public.ts';
import { createAccounts } from './accounts.ts';
import { registerAuthentication } from './authenticate.ts';
import { SESSION_LIFETIME_SECONDS } from './models.ts';
import { createUserRepo } from './repo.ts';
import { registerUserRoutes } from './routes.ts';
import { createUserService, type UserService } from './service.ts';
import { createThrottle } from './throttle.ts';

export { type Credentials, loadPublisherCredentials } from './publisher-credentials.ts';
export type { UserService } from './service.ts';
export { registerAuthentication, registerUserRoutes };

export function createUsers(deps: {
  pool: pg.Pool;
  database: Database;
  secret: string;
  ids: Ids;
  clock: Clock;
  logger: Logger;
  signUpsPerHourPerAddress: number;
  onSignUp(userId: string): Promise<void>;
}): UserService {
  return createUserService({
    repo: createUserRepo(deps.database, SESSION_LIFETIME_SECONDS),
    accounts: createAccounts(deps),
    throttle: createThrottle(deps.signUpsPerHourPerAddress),
    ids: deps.ids,
    clock: deps.clock,
    onSignUp: deps.onSignUp,
  });
}
