import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
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

/** The same for a page whose head many answers share: sent without a copy of it for each. */
export async function sendPage(
  request: FastifyRequest,
  reply: FastifyReply,
  { parts, etag }: { parts: JsonParts; etag: string | null },
): Promise<FastifyReply> {
  if (tellUnchanged(request, reply, etag)) return reply;
  const { head, tail } = parts;
  // A HEAD has no body.
  const encoded = isSmall(parts) || request.method !== 'GET' ? null : await encodePage(parts, request.headers['accept-encoding']);
  if (encoded === null) return reply.header('content-type', JSON_CONTENT_TYPE).send(Buffer.concat([head.plain, tail]));
  eachPair(encoded.headers, (name, value) => reply.header(name, value));
  // The framework would have the buffers as one, or as a stream of unknown length.
  reply.hijack();
  reply.raw.writeHead(200, reply.getHeaders() as OutgoingHttpHeaders);
  writeBuffers(reply.raw, encoded.buffers);
  return reply;
}

export interface SentPage {
  /** Names and values in turn. */
  headers: string[];
  buffers: readonly Buffer[];
}

/** Compressed where the caller takes gzip, which costs no more; null for other encodings, which are the framework's affair. */
export async function encodePage(parts: JsonParts, accepted: string | undefined): Promise<SentPage | null> {
  const isGzip = accepted !== undefined && GZIP_ACCEPTED.test(accepted);
  if (!isSmall(parts) && accepted !== undefined && !isGzip) return null;
  const isCompressed = isGzip && !isSmall(parts);
  const buffers = isCompressed ? await toGzip(parts) : [parts.head.plain, parts.tail];
  const length = buffers.reduce((sum, { byteLength }) => sum + byteLength, 0);
  const headers = ['content-type', JSON_CONTENT_TYPE, 'content-length', String(length)];
  if (isCompressed) headers.push('content-encoding', 'gzip');
  if (!isSmall(parts)) headers.push('vary', 'accept-encoding');
  return { headers, buffers };
}

/** Several buffers go out as they are, in one piece with the head. */
export function writeBuffers(response: ServerResponse, buffers: readonly Buffer[]): void {
  response.cork();
  for (const buffer of buffers) response.write(buffer);
  response.end();
  response.uncork();
}

/** Below this the framework neither compresses nor copies anything worth speaking of. */
const SHARED_FROM_BYTES = 1_024;
const isSmall = ({ head, tail }: JsonParts): boolean => head.plain.byteLength + tail.byteLength < SHARED_FROM_BYTES;
/** Named without a weight: whoever weighs encodings is left to the framework, which reads weights. */
const GZIP_ACCEPTED = /(?:^|,)\s*gzip\s*(?:,|$)/i;

function tellUnchanged(request: FastifyRequest, reply: FastifyReply, etag: string | null): boolean {
  if (etag === null) return false;
  eachPair(answerHeaders(etag), (name, value) => reply.header(name, value));
  if (!matchesEtag(request.headers['if-none-match'], etag)) return false;
  reply.code(304).send();
  return true;
}

function eachPair(pairs: readonly string[], tell: (name: string, value: string) => unknown): void {
  for (let at = 0; at < pairs.length; at += 2) tell(pairs[at] ?? '', pairs[at + 1] ?? '');
}
