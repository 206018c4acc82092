import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';

/** Streaming, in plain JavaScript on every platform: WebCrypto has no incremental digest, and Expo none at all. */
export function createSha256(): { update(chunk: Uint8Array): void; digestHex(): string } {
  const hash = sha256.create();
  return {
    update: (chunk) => void hash.update(chunk),
    digestHex: () => bytesToHex(hash.digest()),
  };
}

/** A file of up to so many bytes is taken into memory to be hashed: a recording of some minutes is no larger. */
const WHOLE_MAX_BYTES = 8 * 1024 * 1024;
const PIECE_BYTES = 256 * 1024;

export interface HashedFile {
  sizeBytes: number;
  read(offset: number, length: number): Promise<Uint8Array>;
  /** The platform's own, which is many times faster than JavaScript and takes all bytes at once. */
  digest(bytes: Uint8Array): Promise<ArrayBuffer>;
}

/** SHA-256 of a file; hex. */
export async function hashFile({ sizeBytes, read, digest }: HashedFile): Promise<string> {
  // Native code is handed no empty array: not each takes one.
  if (sizeBytes > 0 && sizeBytes <= WHOLE_MAX_BYTES) return bytesToHex(new Uint8Array(await digest(await read(0, sizeBytes))));
  const hash = createSha256();
  for (let offset = 0; offset < sizeBytes; offset += PIECE_BYTES) {
    hash.update(await read(offset, Math.min(PIECE_BYTES, sizeBytes - offset)));
  }
  return hash.digestHex();
}
