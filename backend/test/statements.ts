import pg from 'pg';

/** Every statement that is sent to the database, save the looks that a node takes from a connection of its own. */
export async function statementsOf(work: () => Promise<unknown>): Promise<string[]> {
  const statements: string[] = [];
  const original = Reflect.get(pg.Client.prototype, 'query') as (...given: unknown[]) => unknown;
  Reflect.set(pg.Client.prototype, 'query', function note(this: pg.Client, ...given: [string | pg.QueryConfig]) {
    statements.push(typeof given[0] === 'string' ? given[0] : given[0].text);
    return original.apply(this, given);
  });
  await work().finally(() => Reflect.set(pg.Client.prototype, 'query', original));
  return statements.filter((text) => !text.includes('pg_snapshot_xmin'));
}
