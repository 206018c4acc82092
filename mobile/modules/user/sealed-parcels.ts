import { type Database, type Migration, type Platform, SQLiteDatabaseProvider } from '../infrastructure/public.ts';
import { NONCE_BYTES, openBox, sealBox, type SealKey } from './sealed-box.ts';

/**
 * What people left sealed on this device at their sign-outs (rule AU-2): a small database a person, so that nobody's coming or going
 * touches another's, and over the same ports on every platform. What the boxes hold is the caller's business.
 */
export interface SealedParcels {
  /** Resolves when the parcel lies on the disk and was read back and opened. */
  put(personId: string, key: SealKey, work: unknown): Promise<void>;
  /**
   * Hands over what this person has here, the oldest first; a parcel goes once `accept` has resolved, so `accept` may see it again.
   * Resolves with how many stay shut: no key, another key, damaged, or not accepted. They stay on the disk. Never rejects.
   */
  takeBack(personId: string, key: SealKey | null, accept: (parcelId: string, work: unknown) => Promise<void>): Promise<number>;
  /** Whether anybody's is on this device. */
  isAny(): Promise<boolean>;
}

const MIGRATIONS: readonly Migration[] = [
  { version: 1, statements: ['CREATE TABLE parcels (id TEXT PRIMARY KEY, sealed_at INTEGER NOT NULL, box BLOB NOT NULL)'] },
];
const PREFIX = 'sealed-';
const nameOf = (personId: string): string => PREFIX + personId.toLowerCase();

export function createSealedParcels({
  databases,
  ids,
  clock,
  logger,
}: Pick<Platform, 'databases' | 'ids' | 'clock' | 'logger'>): SealedParcels {
  const provider = new SQLiteDatabaseProvider(databases, MIGRATIONS);

  async function withDatabase<T>(personId: string, work: (database: Database) => Promise<T>): Promise<T> {
    const database = await provider.open(nameOf(personId));
    try {
      return await work(database);
    } finally {
      await database.close();
    }
  }

  return {
    async put(personId, key, work) {
      const text = JSON.stringify(work);
      const id = ids.uuid();
      const box = sealBox(text, key, personId, ids.randomBytes(NONCE_BYTES));
      await withDatabase(personId, (database) =>
        database.run('INSERT INTO parcels (id, sealed_at, box) VALUES (?, ?, ?)', [id, clock.now(), box]),
      );
      // From the disk, through another connection: after this the only copy in clear is thrown away.
      const stored = await withDatabase(personId, (database) => readBox(database, id));
      if (openBox(stored, key, personId) !== text) throw new Error('what was sealed does not open to what it was');
    },

    async takeBack(personId, key, accept) {
      let shut = 0;
      const fail = (error: unknown): void => {
        shut += 1;
        logger.warn('sealed work stays shut', { error: String(error) });
      };
      try {
        if (!(await databases.list()).includes(nameOf(personId))) return 0;
        const isEmpty = await withDatabase(personId, async (database) => {
          for (const id of await listParcels(database)) {
            await takeOne(database, { id, personId, key, accept }).catch(fail);
          }
          return (await listParcels(database)).length === 0;
        });
        if (isEmpty) await provider.remove(nameOf(personId));
      } catch (error) {
        fail(error);
      }
      return shut;
    },

    isAny: async () => (await databases.list()).some((name) => name.startsWith(PREFIX)),
  };
}

interface Parcel {
  id: string;
  personId: string;
  key: SealKey | null;
  accept: (parcelId: string, work: unknown) => Promise<void>;
}

async function takeOne(database: Database, { id, personId, key, accept }: Parcel): Promise<void> {
  if (key === null) throw new Error('the key is not on this device');
  const work: unknown = JSON.parse(openBox(await readBox(database, id), key, personId));
  await accept(id, work);
  await database.run('DELETE FROM parcels WHERE id = ?', [id]);
}

async function listParcels(database: Database): Promise<string[]> {
  return (await database.all<{ id: string }>('SELECT id FROM parcels ORDER BY rowid')).map(({ id }) => id);
}

async function readBox(database: Database, id: string): Promise<Uint8Array> {
  const row = await database.get<{ box: Uint8Array }>('SELECT box FROM parcels WHERE id = ?', [id]);
  if (row === null) throw new Error('a parcel of sealed work is not there');
  return row.box;
}
