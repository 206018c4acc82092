import { Readable } from 'node:stream';
import { Closed, LIMITS, Sha256Hex } from '@haversack/contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import Type from 'typebox';
import { type App, ApiError, matchesEtag, notFound } from '../infrastructure/public.ts';
import { type ByteRange, type ObjectStore, parseRange } from './models.ts';
import type { ObjectService } from './service.ts';

const tags = ['objects'];
const ObjectParams = Type.Object({ object_id: Sha256Hex });
const SignedQuery = Type.Object(
  {
    type: Type.String({ maxLength: 100 }),
    expires: Type.String({ pattern: '^[0-9]{1,12}$' }),
    signature: Type.String({ maxLength: 64 }),
  },
  Closed,
);
const Bytes = Type.Unsafe<Readable>({ content: { '*/*': { schema: {} } } });
const StoredObject = Type.Object({ object_id: Sha256Hex, size_bytes: Type.Integer() });

/** In a scope of its own: its parser takes every body for bytes. */
export function registerObjectRoutes(app: App, service: ObjectService, store: ObjectStore): void {
  // Bytes of any kind, handed on as they come in.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { bodyLimit: LIMITS.objectMaxBytes }, (_request, payload, done) => done(null, payload));

  app.put(
    '/objects/:object_id',
    {
      config: { access: 'publisher', streamsBody: true, problems: ['checksum_mismatch'] },
      bodyLimit: LIMITS.objectMaxBytes,
      schema: { tags, params: ObjectParams, response: { 200: StoredObject, 201: StoredObject } },
    },
    async (request, reply) => {
      const { object_id } = request.params;
      const length = request.headers['content-length'];
      const sizeBytes = length === undefined ? null : Number(length);
      if (sizeBytes !== null && sizeBytes > LIMITS.objectMaxBytes)
        throw new ApiError('payload_too_large', 'The object is larger than this server takes.');
      // Storing under a hash is idempotent by itself; a key only comes back.
      const stored = await service.store(object_id, bodyStream(request), sizeBytes);
      return reply.code(stored.created ? 201 : 200).send({ object_id, size_bytes: stored.sizeBytes });
    },
  );

  app.get(
    '/objects/:object_id',
    {
      config: { access: 'open', problems: ['forbidden', 'range_not_satisfiable'] },
      compress: false,
      schema: {
        tags,
        security: [],
        params: ObjectParams,
        querystring: SignedQuery,
        description: 'Needs an address that this server has signed.',
        response: { 200: Bytes, 206: Bytes, 304: Type.Null() },
      },
    },
    async (request, reply) => {
      const { object_id, ...query } = { ...request.params, ...request.query };
      service.verify(object_id, query);
      const object = await store.stat(object_id);
      if (object === null) throw notFound();
      const wanted = { id: object_id, type: query.type, sizeBytes: object.sizeBytes };
      return sendObject(store, wanted, request, reply);
    },
  );
}

function bodyStream(request: FastifyRequest): AsyncIterable<Uint8Array> {
  // A request without a body never reaches a parser: the bytes of nothing are none.
  return (request.body as Readable | undefined) ?? request.raw;
}

interface WantedObject {
  id: string;
  type: string;
  sizeBytes: number;
}

/** GET and HEAD of an object by RFC 9110: strong ETag, If-None-Match, Range, If-Range. */
function sendObject(store: ObjectStore, object: WantedObject, request: FastifyRequest, reply: FastifyReply) {
  const etag = `"${object.id}"`;
  reply.headers({ etag, 'accept-ranges': 'bytes', 'cache-control': 'private, max-age=900, immutable' });
  if (matchesEtag(request.headers['if-none-match'], etag)) return reply.code(304).send();
  const range = wantedRange(request, etag, object.sizeBytes);
  if (range === 'unsatisfiable') {
    reply.header('content-range', `bytes */${object.sizeBytes}`);
    throw new ApiError('range_not_satisfiable', `The object has ${object.sizeBytes} bytes.`);
  }
  reply.header('content-type', object.type).header('content-length', String(lengthOf(range, object.sizeBytes)));
  if (range !== null) reply.code(206).header('content-range', `bytes ${range.start}-${range.end}/${object.sizeBytes}`);
  // To HEAD an empty stream: it leaves Content-Length as it is.
  const hasBytes = request.method !== 'HEAD' && object.sizeBytes > 0;
  return reply.send(hasBytes ? store.read(object.id, range) : Readable.from([]));
}

/** If-Range holds the range only for the very bytes that the caller has: a strong tag, no date (RFC 9110 §13.1.5). */
function wantedRange(request: FastifyRequest, etag: string, sizeBytes: number): ByteRange | 'unsatisfiable' | null {
  const condition = request.headers['if-range'];
  if (request.method !== 'GET' || (condition !== undefined && condition !== etag)) return null;
  return parseRange(request.headers.range, sizeBytes);
}

const lengthOf = (range: ByteRange | null, sizeBytes: number): number =>
  range === null ? sizeBytes : range.end - range.start + 1;
