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
