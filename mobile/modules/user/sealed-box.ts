import { xchacha20poly1305 } from '@noble/ciphers/chacha.js';

/** What opens a person's sealed work: made by the server, known to this device while they are signed in (rule AU-2). */
export type SealKey = Uint8Array;

export const SEAL_KEY_BYTES = 32;
export const NONCE_BYTES = 24;

/** Null when it is not 32 bytes in base64. */
export function parseSealKey(base64: string): SealKey | null {
  try {
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    return bytes.length === SEAL_KEY_BYTES ? bytes : null;
  } catch {
    return null;
  }
}

/** XChaCha20-Poly1305; the nonce stands before it. It opens for this person alone, whatever the key. `nonce`: of chance, used once. */
export function sealBox(text: string, key: SealKey, personId: string, nonce: Uint8Array): Uint8Array {
  const sealed = xchacha20poly1305(key, nonce, encode(personId)).encrypt(encode(text));
  const box = new Uint8Array(NONCE_BYTES + sealed.length);
  box.set(nonce);
  box.set(sealed, NONCE_BYTES);
  return box;
}

/** Errors: another key, another person, or a byte that is not as it was. */
export function openBox(box: Uint8Array, key: SealKey, personId: string): string {
  const nonce = box.subarray(0, NONCE_BYTES);
  const text = xchacha20poly1305(key, nonce, encode(personId)).decrypt(box.subarray(NONCE_BYTES));
  return new TextDecoder().decode(text);
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
