import { type Database, type PersonalData, type PersonalPart, tablePart, wireTime } from '../infrastructure/public.ts';
import type { UserRepo } from './repo.ts';
import type { Throttle } from './throttle.ts';

const OPENS = 'a secret that opens the account';
const TABLES: PersonalData['tables'] = {
  users: { whose: 'id', withheld: { seal_key: 'opens sealed work; a device gets it by signing in, a file should not hold it' } },
  sessions: { whose: 'user_id', withheld: { token: OPENS } },
  accounts: { whose: 'user_id', withheld: { password: OPENS, access_token: OPENS, refresh_token: OPENS, id_token: OPENS } },
  // Unused: the library would keep secrets here under an e-mail address.
  verifications: {
    whose: null,
    withheld: { id: OPENS, identifier: OPENS, value: OPENS, expires_at: OPENS, created_at: OPENS, updated_at: OPENS },
  },
  throttles: { whose: null },
};

/** The account itself, its sessions, and what is counted of its sign-ins. */
export function createAccountData(database: Database, repo: UserRepo, throttle: Throttle): PersonalData {
  const stamps = `${wireTime('created_at')} as created_at, ${wireTime('updated_at')} as updated_at`;
  const account = tablePart(database, {
    name: 'account',
    from: 'users',
    whose: 'id',
    columns: `id, email, name, role, email_verified, image, ${stamps}`,
    key: 'id',
  });
  const signInMethods = tablePart(database, {
    name: 'sign_in_methods',
    from: 'accounts',
    whose: 'user_id',
    columns: `id, provider_id, account_id, scope, ${wireTime('access_token_expires_at')} as access_token_expires_at,
      ${wireTime('refresh_token_expires_at')} as refresh_token_expires_at, ${stamps}`,
    key: 'id',
  });
  const sessions = tablePart(database, {
    name: 'sessions',
    from: 'sessions',
    whose: 'user_id',
    columns: `id, ip_address, user_agent, ${wireTime('expires_at')} as expires_at, ${stamps}`,
    key: 'id',
  });
  return {
    tables: TABLES,
    parts: [{ ...account, isSingle: true }, signInMethods, sessions, signInCounts(database, throttle)],
    async erase(tx, person) {
      await throttle.erase(tx, person.email);
      await repo.endSessions(tx, person.id, null);
      await repo.deletePerson(tx, person);
    },
  };
}

/** At most one row for each address in use: few enough for one look. */
function signInCounts(database: Database, throttle: Throttle): PersonalPart {
  return {
    name: 'sign_in_counts',
    async *read({ email }) {
      yield await database.query('select key, points, expire from throttles where key like any($1::text[]) order by key', [
        throttle.keysOf(email),
      ]);
    },
  };
}
