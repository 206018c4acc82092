import type { Database, Platform } from '../infrastructure/public.ts';

export interface LocalDigest {
  count: number;
  /** XOR of SHA-256(`<unit id>:<version>`), 64 hex digits (rule CT-12). */
  hash: string;
}

/** Rows between two breaths, so that a large catalogue does not hold up the screen. */
const ROWS_AT_A_TIME = 1_000;

/** Over what the server believes is here: a stub speaks for its unit (rules SY-7, SV-3). */
export async function computeDigest(database: Database, createSha256: Platform['createSha256']): Promise<LocalDigest> {
  const encoder = new TextEncoder();
  const sum = new Uint8Array(32);
  let count = 0;
  let afterId = '';
  for (;;) {
    const rows = await database.all<{ id: string; version: number }>(
      `SELECT id, version FROM (
         SELECT u.id, COALESCE(s.version, u.version) AS version FROM units u LEFT JOIN unit_stubs s ON s.id = u.id
         UNION ALL SELECT id, version FROM unit_stubs WHERE id NOT IN (SELECT id FROM units))
       WHERE id > ? ORDER BY id LIMIT ${ROWS_AT_A_TIME}`,
      [afterId],
    );
    for (const { id, version } of rows) {
      const hash = createSha256();
      hash.update(encoder.encode(`${id}:${version}`));
      xorHex(sum, hash.digestHex());
      afterId = id;
    }
    count += rows.length;
    if (rows.length < ROWS_AT_A_TIME) return { count, hash: toHex(sum) };
  }
}

function xorHex(sum: Uint8Array, hex: string): void {
  for (let index = 0; index < sum.length; index += 1) {
    sum[index] = (sum[index] ?? 0) ^ Number.parseInt(hex.slice(index * 2, index * 2 + 2), 16);
  }
}

function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
