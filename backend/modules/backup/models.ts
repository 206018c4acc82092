import Type, { type Static } from 'typebox';

/** What a copy holds, written last: a folder without it is no copy. */
export const Manifest = Type.Object({
  format: Type.Literal(1),
  /** The last migration of the database that was copied. */
  schema: Type.Integer({ minimum: 1 }),
  created_at: Type.String(),
  feed_id: Type.String(),
  /** In an order in which rows refer to earlier tables only. */
  tables: Type.Array(
    Type.Object({
      name: Type.String({ pattern: '^[a-z_][a-z0-9_]*$' }),
      columns: Type.Array(Type.String()),
      rows: Type.Integer(),
      /** Of the rows as COPY writes them, not of the compressed file. */
      sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
    }),
  ),
  sequences: Type.Array(Type.Object({ name: Type.String(), last_value: Type.String({ pattern: '^-?[0-9]+$' }) })),
  objects: Type.Array(Type.String({ pattern: '^[0-9a-f]{64}$' })),
});
export type Manifest = Static<typeof Manifest>;
export type CopiedTable = Manifest['tables'][number];

export interface Table {
  name: string;
  columns: string[];
  /** Tables that its rows refer to. */
  needs: string[];
}

/** Each after those it refers to; a table may refer to itself. */
export function inOrderOfNeed(tables: readonly Table[]): Table[] {
  const ordered = new Set<Table>();
  const visit = (table: Table, path: readonly Table[]): void => {
    if (ordered.has(table)) return;
    if (path.includes(table))
      throw new Error(`tables refer to each other in a circle: ${path.map(({ name }) => name).join(', ')}`);
    for (const name of table.needs) {
      const needed = tables.find((other) => other.name === name);
      if (needed !== undefined && needed !== table) visit(needed, [...path, table]);
    }
    ordered.add(table);
  };
  for (const table of tables) visit(table, []);
  return [...ordered];
}

/** Folder of a copy, which sorts by time: `2026-11-26T09-41-34Z`. */
export const copyName = (atMs: number): string => `${new Date(atMs).toISOString().slice(0, 19).replaceAll(':', '-')}Z`;
export const COPY_NAME = /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ$/;
export const fileOf = (table: string): string => `${table}.copy.gz`;
