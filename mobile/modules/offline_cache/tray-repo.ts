import type { SqlExecutor, SqlRow } from '../infrastructure/public.ts';
import type { RefusedWrite } from './models.ts';
import { IS_FAILING, type OutboxRow, type Refusal, rowToOutboxRow } from './outbox.ts';
import { MY_UNIT_LANE } from './repo.ts';

/** A write in the tray with all that its row says. */
export interface TrayRow {
  row: OutboxRow;
  write: RefusedWrite;
  lastError: string | null;
  refusal: Refusal | null;
}

/** What needs the person: refused, or failing again and again (rule OB-6). */
const IN_TRAY = `(state = 'refused' OR ${IS_FAILING})`;

/** The oldest first; `id` null takes all. */
export async function readTray(executor: SqlExecutor, id: string | null): Promise<TrayRow[]> {
  const rows = await executor.all(
    `SELECT o.*, COALESCE(u.title, s.title) AS unit_title FROM outbox o
     LEFT JOIN units u ON u.id = ${UNIT_ID} LEFT JOIN unit_stubs s ON s.id = ${UNIT_ID}
     WHERE ${IN_TRAY} ${id === null ? '' : 'AND o.id = ?'} ORDER BY o.seq`,
    id === null ? [] : [id],
  );
  return rows.map(toTrayRow);
}

/** The unit that a write is about: named by its lane, else by its payload. */
const UNIT_ID = `CASE WHEN o.lane LIKE '${MY_UNIT_LANE}%' THEN SUBSTR(o.lane, ${MY_UNIT_LANE.length + 1}) ELSE o.payload ->> '$.unit_id' END`;

function toTrayRow(columns: SqlRow): TrayRow {
  const row = rowToOutboxRow(columns);
  const lastError = columns['last_error'] as string | null;
  const refusal = columns['refusal'] === null ? null : (JSON.parse(columns['refusal'] as string) as Refusal);
  const write: RefusedWrite = {
    id: row.id,
    state: refusal ? 'refused' : 'failing',
    method: row.method,
    endpoint: row.endpoint,
    idempotencyKey: row.idempotencyKey,
    payload: JSON.parse(row.payload) as unknown,
    code: refusal?.code ?? lastError ?? '',
    detail: refusal?.detail ?? null,
    unitTitle: columns['unit_title'] as string | null,
    attempts: row.attempts,
    attemptedAt: columns['attempted_at'] as number | null,
    createdAt: columns['created_at'] as number,
  };
  return { row, write, lastError, refusal };
}

/** A refused write goes back into the line, in its old place and under its old key. One that keeps failing never left it. */
export async function putBack(executor: SqlExecutor, id: string, nowAt: number): Promise<void> {
  await executor.run(
    `UPDATE outbox SET state = 'waiting', refusal = NULL, attempts = 0, next_attempt_at = 0, updated_at = ?
     WHERE id = ? AND state = 'refused'`,
    [nowAt, id],
  );
}

/** Takes a write of the tray out for good, because the person said so; returns it. Null when it is not, or no longer, in the tray. */
export async function take(tx: SqlExecutor, id: string): Promise<OutboxRow | null> {
  const row = await tx.get(`SELECT * FROM outbox WHERE id = ? AND ${IN_TRAY}`, [id]);
  if (!row) return null;
  await tx.run('DELETE FROM outbox WHERE id = ?', [id]);
  return rowToOutboxRow(row);
}
