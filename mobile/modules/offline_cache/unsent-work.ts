import Type, { type Static } from 'typebox';
import { Value } from 'typebox/value';
import type { Database, SqlExecutor } from '../infrastructure/public.ts';
import { ownDeviceIds } from './events-repo.ts';
import { readMetadata, writeMetadata } from './metadata.ts';
import { applyWaitingMyUnits } from './repo.ts';

/** A row as it stands in its table, by column. */
const Row = Type.Record(Type.String(), Type.Union([Type.String(), Type.Number(), Type.Null()]));

/**
 * What the server has not confirmed, whole: the outbox in its order, refused writes included, and every event of the lessons that it is
 * about, so that a session goes on where it stopped. `deviceIds`: under which the events are numbered.
 */
const UnsentWork = Type.Object({
  format: Type.Literal(1),
  deviceIds: Type.Array(Type.String()),
  outbox: Type.Array(Row),
  events: Type.Array(Row),
});
export type UnsentWork = Static<typeof UnsentWork>;

/** Nobody else may write meanwhile. Errors: a column holds what cannot be sealed. */
export async function readUnsentWork(executor: SqlExecutor): Promise<UnsentWork> {
  const work: unknown = {
    format: 1,
    deviceIds: await ownDeviceIds(executor),
    outbox: await executor.all('SELECT * FROM outbox ORDER BY seq'),
    events: await executor.all(
      `SELECT * FROM session_events WHERE (unit_id, lesson_id) IN
         (SELECT e.unit_id, e.lesson_id FROM session_events e JOIN outbox o ON o.idempotency_key = e.event_id)
       ORDER BY rowid`,
    ),
  };
  if (!Value.Check(UnsentWork, work)) throw new Error('there are rows that cannot be sealed');
  return work;
}

/**
 * Puts everything back under its old ids, keys and numbers, in one transaction with the mark that it was: a second call with the same
 * `parcelId`, or over the rows themselves, changes nothing. Errors: `work` is of a version of the app that this one does not know.
 */
export async function bringBackUnsentWork(database: Database, parcelId: string, work: unknown): Promise<void> {
  if (!Value.Check(UnsentWork, work)) throw new Error('the sealed work is of a form that this version of the app does not know');
  await database.transaction(async (tx) => {
    if ((await readMetadata(tx, `unsealed:${parcelId}`)) !== null) return;
    await insertRows(tx, 'session_events', work.events);
    // A new place in the line, in the old order.
    await insertRows(
      tx,
      'outbox',
      work.outbox.map(({ seq: _seq, ...row }) => row),
    );
    await applyWaitingMyUnits(tx);
    for (const deviceId of work.deviceIds) await writeMetadata(tx, `former_device:${deviceId}`, 1);
    await writeMetadata(tx, `unsealed:${parcelId}`, 1);
  });
}

/** Columns that the table lacks by now are left out, those that it has gained take their defaults; rows that are here stay as they are. */
async function insertRows(
  tx: SqlExecutor,
  table: 'outbox' | 'session_events',
  rows: readonly Static<typeof Row>[],
): Promise<void> {
  if (rows.length === 0) return;
  const known = new Set((await tx.all<{ name: string }>(`PRAGMA table_info(${table})`)).map(({ name }) => name));
  const columns = Object.keys(rows[0] ?? {}).filter((column) => known.has(column));
  await tx.runMany(
    `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')}) ON CONFLICT DO NOTHING`,
    rows.map((row) => columns.map((column) => row[column] ?? null)),
  );
}
