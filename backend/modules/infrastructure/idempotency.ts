import { IDEMPOTENCY_KEY_HEADER, LIMITS } from '@haversack/contract';
import type { FastifyRequest } from 'fastify';
import { canonicalJson, sha256 } from './json.ts';
import { ApiError, type Database, type Queryable } from './models.ts';
import { eraseRows, type PersonalData, tablePart } from './personal-data.ts';
import { wireTime } from './wire-time.ts';

/** A write that its sender may repeat: the key, and what it stands for. */
export interface KeyedWrite {
  personId: string;
  key: string;
  fingerprint: Buffer;
}

const KEY_PATTERN = /^[\x21-\x7e]+$/;

export function isKey(text: string): boolean {
  return text !== '' && text.length <= LIMITS.idempotencyKeyMaxChars && KEY_PATTERN.test(text);
}

/**
 * Reads the required `Idempotency-Key` of a write (draft-ietf-httpapi-idempotency-key-header).
 * @throws {ApiError} `idempotency_key_missing`, or `invalid_request` when it is too long or not printable ASCII.
 */
export function readKeyedWrite(request: FastifyRequest, personId: string): KeyedWrite {
  const key = request.headers[IDEMPOTENCY_KEY_HEADER];
  if (typeof key !== 'string' || key === '') {
    throw new ApiError('idempotency_key_missing', 'This call changes something and needs an Idempotency-Key header.');
  }
  if (!isKey(key)) {
    throw new ApiError(
      'invalid_request',
      `Idempotency-Key must be 1 to ${LIMITS.idempotencyKeyMaxChars} printable ASCII characters.`,
    );
  }
  const path = request.url.split('?', 1)[0];
  return { personId, key, fingerprint: sha256(`${request.method} ${path}\n${canonicalJson(request.body ?? null)}`) };
}

/**
 * Does `work` once for this key: effect and key in one transaction. A repeat gets the first answer; a concurrent twin waits
 * for the first; what throws leaves no key behind, so that it is judged anew.
 * @throws {ApiError} `idempotency_key_reused` when the key stood for something else.
 */
export async function runOnce<Answer>(tx: Queryable, write: KeyedWrite, work: () => Promise<Answer>): Promise<Answer> {
  const { personId, key, fingerprint } = write;
  // Where a twin's row is not committed yet, this waits for it.
  const claimed = await tx.query(
    'insert into idempotency_keys (user_id, key, fingerprint) values ($1, $2, $3) on conflict do nothing returning 1',
    [personId, key, fingerprint],
  );
  if (claimed.length === 0) return firstAnswer<Answer>(tx, write);
  const answer = await work();
  await tx.query('update idempotency_keys set answer = $3 where user_id = $1 and key = $2', [
    personId,
    key,
    JSON.stringify(answer),
  ]);
  return answer;
}

async function firstAnswer<Answer>(tx: Queryable, { personId, key, fingerprint }: KeyedWrite): Promise<Answer> {
  const [kept] = await tx.query<{ fingerprint: Buffer; answer: string }>(
    'select fingerprint, answer from idempotency_keys where user_id = $1 and key = $2',
    [personId, key],
  );
  if (kept === undefined || !kept.fingerprint.equals(fingerprint)) {
    throw new ApiError('idempotency_key_reused', 'This Idempotency-Key was used for another request.');
  }
  return JSON.parse(kept.answer) as Answer;
}

/** The keys of a person's writes, as part of what is held of them (rule US-4). */
export function createKeyedWritesData(database: Database): PersonalData {
  const tables = { idempotency_keys: { whose: 'user_id' } } as const;
  const columns = `key, encode(fingerprint, 'hex') as fingerprint, answer, ${wireTime('created_at')} as created_at`;
  return {
    tables,
    parts: [tablePart(database, { name: 'keyed_writes', from: 'idempotency_keys', whose: 'user_id', columns, key: 'key' })],
    erase: (tx, { id }) => eraseRows(tx, tables, id),
  };
}
