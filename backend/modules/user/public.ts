import type pg from 'pg';
import type { Clock, Database, Ids, Logger, PersonalData } from '../infrastructure/public.ts';
import { type AccountService, createAccountService } from './account.ts';
import { createAccounts } from './accounts.ts';
import { registerAuthentication, tokenOf } from './authenticate.ts';
import { SESSION_LIFETIME_SECONDS } from './models.ts';
import { createPasswords } from './passwords.ts';
import { createAccountData } from './personal-data.ts';
import { createUserRepo } from './repo.ts';
import { registerUserRoutes } from './routes.ts';
import { createSignInService, type SignInService } from './service.ts';
import { createSessionCache } from './session-cache.ts';
import { createThrottle } from './throttle.ts';

export { type Credentials, loadPublisherCredentials } from './publisher-credentials.ts';
export { registerAuthentication, registerUserRoutes, tokenOf };

export type UserService = SignInService & AccountService;

export function createUsers(deps: {
  pool: pg.Pool;
  database: Database;
  secret: string;
  ids: Ids;
  clock: Clock;
  logger: Logger;
  signUpsPerHourPerAddress: number;
  onSignUp(userId: string): Promise<void>;
  /** What the other modules hold of people, in the order of the export. */
  personalData: readonly PersonalData[];
}): { service: UserService; personalData: readonly PersonalData[] } {
  const repo = createUserRepo(deps.database, SESSION_LIFETIME_SECONDS);
  const throttle = createThrottle(deps);
  const passwords = createPasswords();
  const parts = { ...deps, repo, throttle, passwords, sessions: createSessionCache(deps.clock) };
  const personalData = [createAccountData(deps.database, repo, throttle), ...deps.personalData];
  const signIn = createSignInService({ ...parts, accounts: createAccounts(parts) });
  return { service: { ...signIn, ...createAccountService({ ...parts, personalData }) }, personalData };
}
