import { API_BASE_PATH, LIMITS } from '@haversack/contract';
import { isWaitOver, type SqlExecutor, type SqlRow } from '../infrastructure/public.ts';

/** The rows of this endpoint travel together; every other endpoint is a request of its own. */
export const EVENTS_ENDPOINT = `${API_BASE_PATH}/learning_session/events`;

/** A write as the person made it. `idempotencyKey` is made once, here and now, and never changes (rule OB-8). */
export interface OutboxWrite {
  id: string;
  /** Writes of one lane keep their order; lanes do not hold each other up (rule OB-3). */
  lane: string;
  endpoint: string;
  method: 'POST' | 'PUT' | 'DELETE';
  payload: unknown;
  headers?: Readonly<Record<string, string>>;
  idempotencyKey: string;
}

export interface OutboxRow {
  seq: number;
  id: string;
  lane: string;
  endpoint: string;
  method: 'POST' | 'PUT' | 'DELETE';
  /** JSON text. */
  payload: string;
  headers: Readonly<Record<string, string>>;
  idempotencyKey: string;
  attempts: number;
}

/** Why a try came to nothing, as `last_error` keeps it. */
export type OutboxError = 'try_later' | 'not_ours' | 'not_answered';
export interface Refusal {
  code: string;
  detail: string | null;
}

/**
 * So many tries in vain, and a write is shown to the person though it is still being tried (rule OB-6). The waits between them add up
 * to several minutes: a lost reply, a tunnel, a server that starts anew mend themselves in that time and are nobody's business.
 */
export const FAILING_AFTER_TRIES = 10;
/** Of a row: it keeps failing, and stays in the line (rule OB-2). Being offline counts no try, so it never comes to this by itself. */
export const IS_FAILING = `(state = 'waiting' AND attempts > 0 AND attempts >= ${FAILING_AFTER_TRIES})`;

/** Part of the caller's transaction, so that the write and what it is about are there together or not at all (rule OB-1). */
export async function enqueue(tx: SqlExecutor, write: OutboxWrite, nowAt: number): Promise<void> {
  await tx.run(
    `INSERT INTO outbox (id, lane, endpoint, method, payload, headers, idempotency_key, created_at, updated_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      write.id,
      write.lane,
      write.endpoint,
      write.method,
      JSON.stringify(write.payload ?? null),
      JSON.stringify(write.headers ?? {}),
      write.idempotencyKey,
      nowAt,
      nowAt,
    ],
  );
}

/** Bytes of payloads in one request; well below what the server takes, for the wrapping and for proxies in between. */
const BATCH_MAX_BYTES = LIMITS.eventBodyMaxBytes / 4;
/** Looked at in one turn, and more only where that many would fit: what waits behind a long queue costs nothing yet. */
const SCAN_ROWS_MIN = 100;

/**
 * The oldest write that may be tried now and, if it is an event, those after it that may go along: at most `maxItems`, never one whose
 * lane has an older write that still waits out its backoff (rule OB-3). Empty when nothing may go now.
 */
export async function nextBatch(executor: SqlExecutor, nowAt: number, maxItems: number): Promise<OutboxRow[]> {
  const blockedLanes = new Set<string>();
  const chosen: number[] = [];
  let bytes = 0;
  let isEvents = false;
  let afterSeq = 0;
  const scanRows = Math.max(SCAN_ROWS_MIN, maxItems);
  for (;;) {
    const heads = await readHeads(executor, afterSeq, scanRows);
    for (const head of heads) {
      afterSeq = head.seq;
      if (blockedLanes.has(head.lane)) continue;
      const isEvent = head.endpoint === EVENTS_ENDPOINT;
      const mayGo = isWaitOver(nowAt, head.attempted_at ?? 0, head.next_attempt_at);
      const fits = chosen.length === 0 || (isEvents && isEvent && bytes + head.bytes <= BATCH_MAX_BYTES);
      if (!mayGo || !fits) {
        blockedLanes.add(head.lane);
        continue;
      }
      if (chosen.length === 0) isEvents = isEvent;
      chosen.push(head.seq);
      bytes += head.bytes;
      if (!isEvents || chosen.length >= maxItems) return readRows(executor, chosen);
    }
    if (heads.length < scanRows) return readRows(executor, chosen);
  }
}

interface HeadRow extends SqlRow {
  seq: number;
  lane: string;
  endpoint: string;
  attempted_at: number | null;
  next_attempt_at: number;
  bytes: number;
}

function readHeads(executor: SqlExecutor, afterSeq: number, count: number): Promise<HeadRow[]> {
  return executor.all<HeadRow>(
    `SELECT seq, lane, endpoint, attempted_at, next_attempt_at, LENGTH(CAST(payload AS BLOB)) AS bytes
     FROM outbox WHERE state = 'waiting' AND seq > ? ORDER BY seq LIMIT ?`,
    [afterSeq, count],
  );
}

async function readRows(executor: SqlExecutor, seqs: readonly number[]): Promise<OutboxRow[]> {
  if (seqs.length === 0) return [];
  const rows = await executor.all(
    `SELECT seq, id, lane, endpoint, method, payload, headers, idempotency_key, attempts FROM outbox
     WHERE seq IN (SELECT value FROM json_each(?)) ORDER BY seq`,
    [JSON.stringify(seqs)],
  );
  return rows.map(rowToOutboxRow);
}

export function rowToOutboxRow(row: SqlRow): OutboxRow {
  return {
    seq: row['seq'] as number,
    id: row['id'] as string,
    lane: row['lane'] as string,
    endpoint: row['endpoint'] as string,
    method: row['method'] as OutboxRow['method'],
    payload: row['payload'] as string,
    headers: JSON.parse(row['headers'] as string) as Record<string, string>,
    idempotencyKey: row['idempotency_key'] as string,
    attempts: row['attempts'] as number,
  };
}

/** What goes over the wire about these rows; events travel as a batch, also when they are one. */
export function requestBodyOf(rows: readonly OutboxRow[]): unknown {
  const items = rows.map((row) => ({ idempotency_key: row.idempotencyKey, payload: JSON.parse(row.payload) as unknown }));
  return rows[0]?.endpoint === EVENTS_ENDPOINT ? { items } : items[0]?.payload;
}

/** The server named the key: the only way out of the outbox besides the person's own hand (rule OB-2). */
export async function confirm(tx: SqlExecutor, keys: readonly string[], feedId: string): Promise<void> {
  const listed = JSON.stringify(keys);
  await tx.run('DELETE FROM outbox WHERE idempotency_key IN (SELECT value FROM json_each(?))', [listed]);
  await tx.run('UPDATE session_events SET confirmed_feed_id = ? WHERE event_id IN (SELECT value FROM json_each(?))', [
    feedId,
    listed,
  ]);
}

/** Steps out of the line and waits in the tray for the person (rules OB-3, OB-6). */
export async function refuse(
  tx: SqlExecutor,
  refusals: readonly { seq: number; refusal: Refusal }[],
  nowAt: number,
): Promise<void> {
  await tx.runMany(
    `UPDATE outbox SET state = 'refused', refusal = ?, last_error = 'refused', attempts = attempts + 1, attempted_at = ?, updated_at = ?
     WHERE seq = ?`,
    refusals.map(({ seq, refusal }) => [JSON.stringify(refusal), nowAt, nowAt, seq]),
  );
}

export async function postpone(
  tx: SqlExecutor,
  seqs: readonly number[],
  { error, nowAt, delayMs }: { error: OutboxError; nowAt: number; delayMs: number },
): Promise<void> {
  await tx.runMany(
    `UPDATE outbox SET attempts = attempts + 1, last_error = ?, attempted_at = ?, next_attempt_at = ?, updated_at = ? WHERE seq = ?`,
    seqs.map((seq) => [error, nowAt, nowAt + delayMs, nowAt, seq]),
  );
}

/** A person, or the network, gave a reason to try at once. */
export async function forgetBackoff(executor: SqlExecutor): Promise<void> {
  await executor.run(`UPDATE outbox SET next_attempt_at = 0 WHERE state = 'waiting' AND attempts > 0 AND next_attempt_at <> 0`);
}

/** `failing` ones are among those that wait. */
export interface OutboxCounts extends SqlRow {
  waiting: number;
  refused: number;
  failing: number;
}

/** Asked with every write: all rows are counted by their number in an index, and of the others few are there (never by reading each). */
export async function countOutbox(executor: SqlExecutor): Promise<OutboxCounts> {
  const row = await executor.get<{ total: number; refused: number; failing: number }>(
    `SELECT (SELECT COUNT(*) FROM outbox) AS total, (SELECT COUNT(*) FROM outbox WHERE state = 'refused') AS refused,
       (SELECT COUNT(*) FROM outbox WHERE ${IS_FAILING}) AS failing`,
  );
  const { total, refused, failing } = row ?? { total: 0, refused: 0, failing: 0 };
  return { waiting: total - refused, refused, failing };
}

/** Whether a write was tried in vain and waits for another try. */
export async function hasFailedWaiting(executor: SqlExecutor): Promise<boolean> {
  return (await executor.get(`SELECT 1 AS found FROM outbox WHERE state = 'waiting' AND attempts > 0 LIMIT 1`)) !== null;
}

/** When the oldest write of some lane may be tried, or null when none waits. A wait that a clock jump made void counts as over. */
export async function nextAttemptAt(executor: SqlExecutor, nowAt: number): Promise<number | null> {
  const row = await executor.get<{ next_at: number | null }>(
    `SELECT MIN(CASE WHEN COALESCE(attempted_at, 0) > ? THEN 0 ELSE next_attempt_at END) AS next_at
     FROM outbox head WHERE state = 'waiting'
       AND NOT EXISTS (SELECT 1 FROM outbox older WHERE older.lane = head.lane AND older.state = 'waiting' AND older.seq < head.seq)`,
    [nowAt],
  );
  return row?.next_at ?? null;
}
