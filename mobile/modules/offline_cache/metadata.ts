import type { SqlExecutor } from '../infrastructure/public.ts';

/** Keys of the `metadata` table (rule SY-3). */
export type MetadataKey =
  /** Written by each migration, beside the file's own `user_version`. */
  | 'sqlite_schema_version'
  | 'device_id'
  | 'last_device_seq'
  | 'feed_id'
  | 'cursor:units'
  | 'cursor:events'
  /** Feed whose events the events cursor runs through. */
  | 'events_feed_id'
  /** Time of the device at which the pull of this entity set last reached its end. */
  | 'last_pull:units'
  | 'last_pull:events'
  | 'pull_generation'
  /** `1` while a full pull is under way: what its end has not seen is swept. */
  | 'full_pull'
  | 'digest_repairs'
  /** `time,cursor`: when and where phone and server were last compared and agreed. */
  | 'digest_agreed_at'
  | 'units_set_aside'
  | 'sync:last_attempt_at'
  | 'sync:last_success_at'
  | 'sync:last_error'
  | 'sync:needs_sign_in'
  | 'sync:failures'
  /** Waits of the whole queue as `since,until`: the server asked for patience, or failed several times in a row. */
  | 'push:retry_after'
  /** So many events in one request, since more did not get through in time; gone when the outbox was empty again. */
  | 'push:batch_limit'
  /** `time,cursor`: where and when a full pull did not make the digests agree; another one there is not begun soon. */
  | 'digest_given_up_at'
  | 'schema:oldest_supported_unit'
  /** `1`: recordings and pictures wait for Wi-Fi (rule DL-11). */
  | 'choice:wifi_only'
  /** Rule DL-12; absent: no limit. */
  | 'choice:storage_limit_bytes'
  /** What other modules keep for this device alone. */
  | `note:${string}`
  /** A device that this person's work here was numbered under before a sign-out. */
  | `former_device:${string}`
  /** This parcel of sealed work is in the tables (rule AU-2). */
  | `unsealed:${string}`;

export async function readMetadata(executor: SqlExecutor, key: MetadataKey): Promise<string | null> {
  const row = await executor.get<{ value: string }>('SELECT value FROM metadata WHERE key = ?', [key]);
  return row?.value ?? null;
}

export async function readMetadataNumber(executor: SqlExecutor, key: MetadataKey): Promise<number | null> {
  const value = await readMetadata(executor, key);
  return value === null ? null : Number(value);
}

/** Several in one statement; what is not there is null. */
export async function readMetadataOf<Key extends MetadataKey>(
  executor: SqlExecutor,
  ...keys: readonly Key[]
): Promise<Record<Key, string | null>> {
  const rows = await executor.all<{ key: Key; value: string | null }>(
    `SELECT k.value AS key, m.value AS value FROM json_each(?) k LEFT JOIN metadata m ON m.key = k.value`,
    [JSON.stringify(keys)],
  );
  return Object.fromEntries(rows.map(({ key, value }) => [key, value])) as Record<Key, string | null>;
}

/** Null removes the key. */
export async function writeMetadata(executor: SqlExecutor, key: MetadataKey, value: string | number | null): Promise<void> {
  if (value === null) await executor.run('DELETE FROM metadata WHERE key = ?', [key]);
  else {
    await executor.run('INSERT INTO metadata (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value', [
      key,
      String(value),
    ]);
  }
}
