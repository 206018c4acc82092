import { promisify } from 'node:util';
import { constants, crc32, deflateRaw, deflateRawSync } from 'node:zlib';

/** The opening of a JSON object, with everything heavy in it; many answers share it, plain or compressed, and add their own ending. */
export interface JsonHead {
  /** `{"<name>":[…items]` */
  plain: Buffer;
  deflated(): Promise<{ bytes: Buffer; crc: number }>;
}

/** An answer as the buffers that it is sent in. */
export interface JsonParts {
  head: JsonHead;
  /** `,…}` */
  tail: Buffer;
}

const deflate = promisify<Buffer, { finishFlush: number }, Buffer>(deflateRaw);
/** Magic, deflate, no flags, no time, no extra flags, unknown system (RFC 1952 §2.3). */
const GZIP_HEAD = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]);

/** Items are JSON already and are not looked into. */
export function createJsonHead(name: string, items: readonly Buffer[]): JsonHead {
  const parts: Buffer[] = [Buffer.from(`{"${name}":[`)];
  for (const [index, item] of items.entries()) {
    if (index > 0) parts.push(Buffer.from(','));
    parts.push(item);
  }
  parts.push(Buffer.from(']'));
  const plain = Buffer.concat(parts);
  let deflated: Promise<{ bytes: Buffer; crc: number }> | null = null;
  return {
    plain,
    // Ends on a whole byte and with no last block: what comes after is appended (RFC 1951 §3.2).
    deflated: () =>
      (deflated ??= deflate(plain, { finishFlush: constants.Z_SYNC_FLUSH }).then((bytes) => ({ bytes, crc: crc32(plain) }))),
  };
}

/** `rest` has at least one field. */
export const withTail = (head: JsonHead, rest: object): JsonParts => ({
  head,
  tail: Buffer.from(`,${JSON.stringify(rest).slice(1)}`),
});

/** The whole answer in the gzip format, of which the head is compressed once for all who get it. */
export async function toGzip({ head, tail }: JsonParts): Promise<Buffer[]> {
  const { bytes, crc } = await head.deflated();
  const end = Buffer.alloc(8);
  end.writeUInt32LE(crc32(tail, crc), 0);
  end.writeUInt32LE((head.plain.byteLength + tail.byteLength) >>> 0, 4);
  return [GZIP_HEAD, bytes, deflateRawSync(tail), end];
}
