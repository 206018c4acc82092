import type { FastifyReply, FastifyRequest } from 'fastify';

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
  answer: { json: Buffer; etag: string | null },
): FastifyReply {
  if (answer.etag !== null) {
    const headers = answerHeaders(answer.etag);
    for (let at = 0; at < headers.length; at += 2) reply.header(headers[at] ?? '', headers[at + 1]);
    if (matchesEtag(request.headers['if-none-match'], answer.etag)) return reply.code(304).send();
  }
  return reply.header('content-type', JSON_CONTENT_TYPE).send(answer.json);
}
