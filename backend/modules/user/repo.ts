import type { Role } from '@haversack/contract';
import type { Database, Person } from '../infrastructure/public.ts';

export interface UserRepo {
  /** The person, and their seal key, made now if this is the first time it is asked for. */
  getWithSealKey(userId: string, freshSealKey: Buffer): Promise<{ person: Person; sealKey: Buffer } | null>;
  findByEmail(email: string): Promise<Person | null>;
  setRole(userId: string, role: Role): Promise<void>;
  /** Whose session this is, if it lives. Puts its end off when a good part of its life is over. */
  findBySession(tokenHash: string): Promise<Person | null>;
  deleteSession(tokenHash: string): Promise<void>;
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
  };
}

const rowToPerson = ({ id, email, name, role }: Person): Person => ({ id, email, name, role });
