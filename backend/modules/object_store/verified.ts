import { createHash } from 'node:crypto';
import { LIMITS } from '@haversack/contract';
import { ChecksumMismatch, ObjectTooLarge } from './models.ts';

/**
 * Hands bytes on, one chunk late: the last one follows only when all of them are known to be those of the name.
 * @throws {ChecksumMismatch} | {ObjectTooLarge}
 */
export async function* verified(objectId: string, bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  let held: Uint8Array | null = null;
  for await (const chunk of bytes) {
    if (chunk.byteLength === 0) continue;
    sizeBytes += chunk.byteLength;
    if (sizeBytes > LIMITS.objectMaxBytes) throw new ObjectTooLarge('larger than any object may be');
    hash.update(chunk);
    if (held !== null) yield held;
    held = chunk;
  }
  if (hash.digest('hex') !== objectId) throw new ChecksumMismatch('the bytes are not those of the name');
  if (held !== null) yield held;
}
