import type { OutgoingHttpHeaders } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type JsonParts, toGzip } from './json-pages.ts';

export const JSON_CONTENT_TYPE = 'application/json; charset=utf-8';

/** Whether a list of entity tags (`If-None-Match`) names this one, by weak comparison (RFC 9110 §13.1.2). */
export function matchesEtag(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  if (header === etag) return true;
  const opaque = etag.replace(/^W\//, '');
  return header.trim() === '*' || header.split(',').some((tag) => tag.trim().replace(/^W\//, '') === opaque);
}

/** Names and values in turn. A caller's copy is theirs alone and asked about each time. */
export const answerHeaders = (etag: string): string[] => [
  'etag',
  etag,
  'cache-control',
  'private, no-cache',
  'vary',
  'authorization, cookie',
];

/** Sends JSON that is encoded already; 304 where the caller has it. */
export function sendEncoded(
  request: FastifyRequest,
  reply: FastifyReply,
  { json, etag }: { json: Buffer; etag: string | null },
): FastifyReply {
  if (tellUnchanged(request, reply, etag)) return reply;
  return reply.header('content-type', JSON_CONTENT_TYPE).send(json);
}

/**
 * The same for a page whose head many answers share: sent without a copy of it for each, and compressed where the caller takes gzip,
 * which then costs no more.
 */
export async function sendPage(
  request: FastifyRequest,
  reply: FastifyReply,
  { parts, etag }: { parts: JsonParts; etag: string | null },
): Promise<FastifyReply> {
  if (tellUnchanged(request, reply, etag)) return reply;
  reply.header('content-type', JSON_CONTENT_TYPE);
  const accepted = request.headers['accept-encoding'];
  const isGzip = accepted !== undefined && GZIP_ACCEPTED.test(accepted);
  const isSmall = parts.head.plain.byteLength + parts.tail.byteLength < SHARED_FROM_BYTES;
  // A HEAD has no body, and other encodings than gzip are the framework's affair.
  if (isSmall || request.method !== 'GET' || (accepted !== undefined && !isGzip))
    return reply.send(Buffer.concat([parts.head.plain, parts.tail]));
  const buffers = isGzip ? await toGzip(parts) : [parts.head.plain, parts.tail];
  reply.header('vary', 'accept-encoding');
  if (isGzip) reply.header('content-encoding', 'gzip');
  sendBuffers(reply, buffers);
  return reply;
}

/** Below this the framework neither compresses nor copies anything worth speaking of. */
const SHARED_FROM_BYTES = 1_024;
/** Named without a weight: whoever weighs encodings is left to the framework, which reads weights. */
const GZIP_ACCEPTED = /(?:^|,)\s*gzip\s*(?:,|$)/i;

function tellUnchanged(request: FastifyRequest, reply: FastifyReply, etag: string | null): boolean {
  if (etag === null) return false;
  const headers = answerHeaders(etag);
  for (let at = 0; at < headers.length; at += 2) reply.header(headers[at] ?? '', headers[at + 1]);
  if (!matchesEtag(request.headers['if-none-match'], etag)) return false;
  reply.code(304).send();
  return true;
}

/** Several buffers go out as they are; the framework would have them as one, or as a stream of unknown length. */
function sendBuffers(reply: FastifyReply, buffers: readonly Buffer[]): void {
  reply.header('content-length', String(buffers.reduce((sum, { byteLength }) => sum + byteLength, 0)));
  reply.hijack();
  const { raw } = reply;
  raw.writeHead(200, reply.getHeaders() as OutgoingHttpHeaders);
  raw.cork();
  for (const buffer of buffers) raw.write(buffer);
  raw.end();
  raw.uncork();
}
