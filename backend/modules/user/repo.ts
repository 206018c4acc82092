import type { Role } from '@haversack/contract';
import type { Database, Person, Queryable } from '../infrastructure/public.ts';

export interface UserRepo {
  /** The person, and their seal key, made now if this is the first time it is asked for. */
  getWithSealKey(userId: string, freshSealKey: Buffer): Promise<{ person: Person; sealKey: Buffer } | null>;
  findByEmail(email: string): Promise<Person | null>;
  setRole(userId: string, role: Role): Promise<void>;
  /** Whose session this is, if it lives. Puts its end off when a good part of its life is over. */
  findBySession(tokenHash: string): Promise<Person | null>;
  deleteSession(tokenHash: string): Promise<void>;
  /** Holds up everybody who begins something in this person's name, until the transaction ends; false when they are gone. */
  lockPerson(tx: Queryable, userId: string): Promise<boolean>;
  /** As argon2 writes it; null for a person without a password. */
  findPasswordHash(on: Queryable, userId: string): Promise<string | null>;
  setPasswordHash(on: Queryable, userId: string, hash: string): Promise<void>;
  /** Puts another hash of the same password in the place of `kept`; does nothing where that is no longer the password. */
  rehash(userId: string, kept: string, fresh: string): Promise<void>;
  /** Ends this person's sessions but the one that is kept, where one is; hashes of the tokens that are dead now. */
  endSessions(tx: Queryable, userId: string, keptTokenHash: string | null): Promise<string[]>;
  deletePerson(tx: Queryable, person: Person): Promise<void>;
  /** Deletes what has ended by itself: sessions, and counts of the throttle. */
  sweep(): Promise<void>;
}

const PERSON = 'u.id, u.email, u.name, u.role';

export function createUserRepo(database: Database, sessionLifetimeSeconds: number): UserRepo {
  return {
    async getWithSealKey(userId, freshSealKey) {
      const [row] = await database.query<Person & { seal_key: Buffer }>(
        `update users u set seal_key = coalesce(seal_key, $2) where id = $1 returning ${PERSON}, seal_key`,
        [userId, freshSealKey],
      );
      return row === undefined ? null : { person: rowToPerson(row), sealKey: row.seal_key };
    },
    async findByEmail(email) {
      const [row] = await database.query<Person>(`select ${PERSON} from users u where email = $1`, [email]);
      return row === undefined ? null : rowToPerson(row);
    },
    async setRole(userId, role) {
      await database.query('update users set role = $2 where id = $1', [userId, role]);
    },
    async findBySession(tokenHash) {
      const [row] = await database.query<Person & { ageing: boolean }>(
        `select ${PERSON}, s.expires_at < now() + make_interval(secs => $2::float8 * 0.9) as ageing
           from sessions s join users u on u.id = s.user_id where s.token = $1 and s.expires_at > now()`,
        [tokenHash, sessionLifetimeSeconds],
      );
      if (row === undefined) return null;
      if (row.ageing) {
        await database.query('update sessions set expires_at = now() + make_interval(secs => $2::float8) where token = $1', [
          tokenHash,
          sessionLifetimeSeconds,
        ]);
      }
      return rowToPerson(row);
    },
    async deleteSession(tokenHash) {
      await database.query('delete from sessions where token = $1', [tokenHash]);
    },
    ...passwordQueries(database),
    async lockPerson(tx, userId) {
      return (await tx.query('select 1 from users where id = $1 for update', [userId])).length > 0;
    },
    async endSessions(tx, userId, keptTokenHash) {
      const rows = await tx.query<{ token: string }>(
        'delete from sessions where user_id = $1 and token is distinct from $2 returning token',
        [userId, keptTokenHash],
      );
      return rows.map((row) => row.token);
    },
    async deletePerson(tx, { id, email }) {
      await tx.query('delete from accounts where user_id = $1', [id]);
      // Nothing writes this table yet; the library would put e-mails there.
      await tx.query('delete from verifications where identifier = any($1::text[])', [[id, email]]);
      await tx.query('delete from users where id = $1', [id]);
    },
    async sweep() {
      await database.query('delete from sessions where expires_at < now()');
      await database.query('delete from throttles where expire < extract(epoch from now()) * 1000');
    },
  };
}

const rowToPerson = ({ id, email, name, role }: Person): Person => ({ id, email, name, role });

function passwordQueries(database: Database): Pick<UserRepo, 'findPasswordHash' | 'setPasswordHash' | 'rehash'> {
  return {
    async findPasswordHash(on, userId) {
      const [row] = await on.query<{ password: string | null }>(`select password from accounts where ${CREDENTIAL}`, [userId]);
      return row?.password ?? null;
    },
    async setPasswordHash(on, userId, hash) {
      await on.query(`update accounts set password = $2, updated_at = now() where ${CREDENTIAL}`, [userId, hash]);
    },
    async rehash(userId, kept, fresh) {
      await database.query(`update accounts set password = $3, updated_at = now() where ${CREDENTIAL} and password = $2`, [
        userId,
        kept,
        fresh,
      ]);
    },
  };
}

const CREDENTIAL = "user_id = $1 and provider_id = 'credential'";
