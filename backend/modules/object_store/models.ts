import type { Readable } from 'node:stream';

/** Where bytes live under their SHA-256 (64 lower-case hex digits). One suite of tests runs against every store (rule OS-4). */
export interface ObjectStore {
  /**
   * Takes the bytes in, checking them on the way; what does not match leaves nothing behind.
   * @throws {ChecksumMismatch} | {ObjectTooLarge}
   */
  put(
    objectId: string,
    bytes: AsyncIterable<Uint8Array>,
    /** What the sender says that is coming; null = not said. */
    sizeBytes: number | null,
  ): Promise<StoredObject & { created: boolean }>;
  stat(objectId: string): Promise<StoredObject | null>;
  /** Bytes from `start` to `end`, both included; an empty object has none. Call `stat` first. */
  read(objectId: string, range: ByteRange | null): Readable;
  /** Gone when it resolves, also where it never was. */
  remove(objectId: string): Promise<void>;
  /** Every object, some at a time, in no order that matters. */
  list(): AsyncIterable<ListedObject[]>;
  /** Resolves where objects can be written and read. */
  check(): Promise<void>;
  /** How devices fetch from the store itself; null = through this server. */
  direct: DirectAddresses | null;
}

export interface DirectAddresses {
  /** Scheme, host and port of every address. */
  origin: string;
  /** Opens one object for GET, answered as this content type; asks nobody. Times are whole seconds. */
  sign(objectId: string, contentType: string, during: { signedAtMs: number; lifetimeMs: number }): string;
}

export interface ListedObject extends StoredObject {
  id: string;
  /** When it was written. */
  modifiedAtMs: number;
}

export interface StoredObject {
  sizeBytes: number;
}

/** Both ends included, as in RFC 9110. */
export interface ByteRange {
  start: number;
  end: number;
}

export class ChecksumMismatch extends Error {}
export class ObjectTooLarge extends Error {}

const OBJECT_ID = /^[0-9a-f]{64}$/;
export const isObjectId = (text: string): boolean => OBJECT_ID.test(text);

/**
 * Reads a `Range` header (RFC 9110 §14.2) against an object's size: null = send everything (no range, another unit, several
 * ranges, or malformed: all of these a server may answer whole), 'unsatisfiable' = 416.
 */
export function parseRange(header: string | undefined, sizeBytes: number): ByteRange | 'unsatisfiable' | null {
  const match = /^bytes=[ \t]*(\d*)-(\d*)[ \t]*$/i.exec(header ?? '');
  if (match === null || (match[1] === '' && match[2] === '')) return null;
  const [, first = '', last = ''] = match;
  if (first === '') {
    const suffix = Number(last);
    if (suffix === 0 || sizeBytes === 0) return 'unsatisfiable';
    return { start: Math.max(0, sizeBytes - suffix), end: sizeBytes - 1 };
  }
  const start = Number(first);
  if (last !== '' && Number(last) < start) return null;
  if (start >= sizeBytes) return 'unsatisfiable';
  return { start, end: last === '' ? sizeBytes - 1 : Math.min(Number(last), sizeBytes - 1) };
}
