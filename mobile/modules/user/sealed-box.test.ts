import { openBox, parseSealKey, sealBox, NONCE_BYTES, SEAL_KEY_BYTES } from './sealed-box.ts';

const key = new Uint8Array(SEAL_KEY_BYTES).fill(7);
const nonce = new Uint8Array(NONCE_BYTES).fill(9);
const TEXT = 'an answer, with ünïcode';

describe('a sealed box', () => {
  it('[AU-2] opens with its key for its person, and shows nothing of what is in it', () => {
    const box = sealBox(TEXT, key, 'ana', nonce);
    expect(openBox(box, key, 'ana')).toBe(TEXT);
    expect(Buffer.from(box).includes('answer')).toBe(false);
  });

  it('[AU-2] stays shut under another key, for another person, and when a byte is not as it was', () => {
    const box = sealBox(TEXT, key, 'ana', nonce);
    expect(() => openBox(box, new Uint8Array(SEAL_KEY_BYTES).fill(8), 'ana')).toThrow();
    expect(() => openBox(box, key, 'bo')).toThrow();
    for (const index of [0, NONCE_BYTES, box.length - 1]) {
      const damaged = Uint8Array.from(box);
      damaged[index] = (damaged[index] ?? 0) ^ 1;
      expect(() => openBox(damaged, key, 'ana')).toThrow();
    }
    expect(() => openBox(box.subarray(0, 10), key, 'ana')).toThrow();
  });

  it('[AU-2] takes 32 bytes for a key and nothing else', () => {
    expect(parseSealKey(Buffer.from(key).toString('base64'))).toEqual(key);
    for (const none of ['', 'c2VhbA==', 'not base64 at all!']) expect(parseSealKey(none)).toBeNull();
  });
});
