import type { FastifyReply, FastifyRequest } from 'fastify';

/** Whether a list of entity tags (`If-None-Match`) names this one, by weak comparison (RFC 9110 §13.1.2). */
export function matchesEtag(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  const opaque = etag.replace(/^W\//, '');
  return header.trim() === '*' || header.split(',').some((tag) => tag.trim().replace(/^W\//, '') === opaque);
}

/** Sends JSON that is encoded already; 304 where the caller has it. A caller's copy is theirs alone and asked about each time. */
export function sendEncoded(
  request: FastifyRequest,
  reply: FastifyReply,
  answer: { json: Buffer; etag: string | null },
): FastifyReply {
  if (answer.etag !== null) {
    reply.headers({ etag: answer.etag, 'cache-control': 'private, no-cache', vary: 'authorization, cookie' });
    if (matchesEtag(request.headers['if-none-match'], answer.etag)) return reply.code(304).send();
  }
  return reply.header('content-type', 'application/json; charset=utf-8').send(answer.json);
}
