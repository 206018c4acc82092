import type { Database, Person, Queryable } from './models.ts';

/** Rows in one page of an export. No transaction stays open between pages: who reads slowly holds nothing up. */
const PAGE_ROWS = 500;

/** A table that says something of a person. */
export interface PersonalTable {
  /** The column that says whose a row is; null where that is said by the row it hangs on. */
  whose: string | null;
  /** Columns that are in no export, each with the reason. */
  withheld?: Readonly<Record<string, string>>;
}

/** One field of the export; `read` yields its values in pages. */
export interface PersonalPart {
  name: string;
  /** The field is the one value itself, not a list. */
  isSingle?: true;
  read(person: Person): AsyncIterable<readonly unknown[]>;
}

/**
 * What one module holds of people (rule US-4). Whoever adds a table adds it here: a test compares this with the database's own
 * list of tables and columns.
 */
export interface PersonalData {
  tables: Readonly<Record<string, PersonalTable>>;
  parts: readonly PersonalPart[];
  /** Before anything else: takes what writers of this module hold when they come to look at the person's row in `users`. */
  lock?(tx: Queryable, person: Person): Promise<void>;
  /** In the transaction that ends the account, with the person's row in `users` locked. */
  erase(tx: Queryable, person: Person): Promise<void>;
  /** Called after the commit: drops what this node remembers. */
  forget?(person: Person): void;
}

/** Deletes this person's rows from each table that says whose its rows are, in the order given. */
export async function eraseRows(tx: Queryable, tables: Readonly<Record<string, PersonalTable>>, personId: string): Promise<void> {
  for (const [table, { whose }] of Object.entries(tables)) {
    if (whose !== null) await tx.query(`delete from ${table} where ${whose} = $1`, [personId]);
  }
}

/** A part that is read straight from a table: `columns` is the select list, `key` a unique column that puts rows in order. */
export function tablePart(
  database: Database,
  { name, from, whose, columns, key }: { name: string; from: string; whose: string; columns: string; key: string },
): PersonalPart {
  const page = `select ${key}::text as "pageKey", ${columns} from ${from}
    where ${whose} = $1 and ($2::text is null or ${key}::text > $2) order by ${key}::text limit ${PAGE_ROWS}`;
  return {
    name,
    async *read({ id }) {
      for (let after: string | null = null; ; ) {
        const rows: { pageKey: string }[] = await database.query<{ pageKey: string }>(page, [id, after]);
        if (rows.length > 0) yield rows.map(({ pageKey: _, ...value }) => value);
        after = rows.at(-1)?.pageKey ?? null;
        if (rows.length < PAGE_ROWS) return;
      }
    },
  };
}
