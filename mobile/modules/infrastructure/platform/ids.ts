import type { Ids } from '../models.ts';

/**
 * UUID version 7 (RFC 9562, 5.7): 48 bits of epoch milliseconds, then 74 bits of chance. Ids made in the same millisecond are not
 * ordered among themselves; what needs an order has a number of its own (`device_seq`).
 */
export function createIds(fillRandom: (bytes: Uint8Array) => void): Ids {
  const randomBytes = (length: number): Uint8Array => {
    const bytes = new Uint8Array(length);
    fillRandom(bytes);
    return bytes;
  };
  return {
    randomBytes,
    uuid: () => {
      const bytes = randomBytes(16);
      const view = new DataView(bytes.buffer);
      const epochMs = Date.now();
      view.setUint32(0, Math.floor(epochMs / 0x1_0000));
      view.setUint16(4, epochMs % 0x1_0000);
      view.setUint8(6, 0x70 | (view.getUint8(6) & 0x0f));
      view.setUint8(8, 0x80 | (view.getUint8(8) & 0x3f));
      const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
    },
    random: () => new DataView(randomBytes(4).buffer).getUint32(0) / 0x1_0000_0000,
  };
}
