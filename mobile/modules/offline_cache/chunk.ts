import type { HttpReply } from '../infrastructure/public.ts';

/** At most one of these is fetched twice when a download is cut (rule DL-3). */
export const CHUNK_BYTES = 256 * 1024;

/** What an object store's answer to a request for one range means (RFC 9110, 14 and 15.3.7). */
export type ChunkVerdict =
  /** `isWhole`: the object from its first byte, whatever was asked for. */
  | { kind: 'bytes'; bytes: Uint8Array; isWhole: boolean; etag: string | null }
  /** The bytes that are here do not fit what the server has: begin again. */
  | { kind: 'restart' }
  | { kind: 'sign_again' }
  | { kind: 'gone' }
  | { kind: 'try_later' }
  /** A portal's or proxy's page: never a byte of an asset (rule DL-2). */
  | { kind: 'not_ours' };

const TRY_LATER_STATUSES: ReadonlySet<number> = new Set([408, 425, 429]);

export function rangeHeaders(offset: number, sizeBytes: number, etag: string | null): Record<string, string> {
  const last = Math.min(sizeBytes, offset + CHUNK_BYTES) - 1;
  return { range: `bytes=${offset}-${last}`, ...(etag === null ? {} : { 'if-range': etag }) };
}

export function judgeChunk(reply: HttpReply, offset: number, sizeBytes: number): ChunkVerdict {
  const { status, body, headers } = reply;
  if (status >= 500 || TRY_LATER_STATUSES.has(status)) return { kind: 'try_later' };
  if (status === 401 || status === 403 || status === 410) return { kind: 'sign_again' };
  if (status === 404) return { kind: 'gone' };
  if (status === 412 || status === 416) return { kind: 'restart' };
  const etag = strongTag(headers['etag']);
  if (status === 200) {
    return body.length === sizeBytes ? { kind: 'bytes', bytes: body, isWhole: true, etag } : { kind: 'not_ours' };
  }
  if (status !== 206) return { kind: 'not_ours' };
  const range = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(headers['content-range'] ?? '');
  if (!range) return { kind: 'not_ours' };
  const [, first, last, total] = range;
  if (total !== '*' && Number(total) !== sizeBytes) return { kind: 'not_ours' };
  const isWhatWasAsked = Number(first) === offset && Number(last) - offset + 1 === body.length && body.length > 0;
  return isWhatWasAsked && Number(last) < sizeBytes ? { kind: 'bytes', bytes: body, isWhole: false, etag } : { kind: 'not_ours' };
}

/** If-Range takes a strong tag alone (RFC 9110, 13.1.5). */
function strongTag(etag: string | undefined): string | null {
  return etag !== undefined && etag.startsWith('"') ? etag : null;
}
